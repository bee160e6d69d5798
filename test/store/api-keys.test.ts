import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { parseApiKey } from '../../server/api/api-key.ts'
import { hashOfCredential } from '../../server/api/credential-text.ts'
import { AppError } from '../../server/errors.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createClock, DAY, HOUR } from '../api/clock.ts'
import { createTestDatabase } from '../database.ts'
import { createCredentialStores } from './api-credentials.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const clock = createClock()
const { clients, apiKeys, recorded, record } = createCredentialStores(db, clock.now)

const clientOf = async (locationId: string, mode: 'live' | 'test' = 'live') =>
  (await clients.create(locationId, { name: 'Shop', mode, scopes: ['customers.read', 'orders.read'] }, record)).client
const shop = await clientOf('L1')
const NEW = { clientId: shop.id, name: 'Server', mode: 'live', scopes: ['customers.read'] } as const
const create = async (over: Partial<Parameters<typeof apiKeys.create>[1]> = {}) =>
  (await apiKeys.create('L1', { ...NEW, ...over }, record))!
const find = (text: string) => apiKeys.findByHash(hashOfCredential(text))
const hasCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

test('a new key is shown once, and keeps its hash and beginning only', async () => {
  const { key, text } = await create({ allowedRanges: ['203.0.113.0/24'], createdBy: 'user_1' })
  assert.deepEqual(parseApiKey(text), { ok: true, mode: 'live' })
  assert.deepEqual(
    { ...key, id: '' },
    {
      id: '',
      ...NEW,
      start: text.slice(0, 12),
      allowedRanges: ['203.0.113.0/24'],
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
      lastUsedAt: null,
      createdBy: 'user_1',
      createdAt: clock.now(),
    },
  )
  assert.deepEqual(await apiKeys.get('L1', key.id), key)
  const { rows } = await db.pool.query('select api_keys::text as all from api_keys where id = $1', [key.id])
  assert.equal(rows[0].all.includes(text.slice(12)), false)
})

test('the door finds a key with its client as it is now', async () => {
  const { key, text } = await create()
  assert.deepEqual(await find(text), {
    id: key.id,
    locationId: 'L1',
    clientId: shop.id,
    mode: 'live',
    hash: hashOfCredential(text),
    scopes: ['customers.read'],
    clientScopes: ['customers.read', 'orders.read'],
    isClientEnabled: true,
    allowedRanges: [],
    expiresAt: null,
    revokedAt: null,
  })
  await clients.setEnabled('L1', shop.id, { isEnabled: false, record })
  assert.equal((await find(text))?.isClientEnabled, false)
  await clients.setEnabled('L1', shop.id, { isEnabled: true, record })
})

test('a key needs a client of the same tenant', async () => {
  assert.equal(await apiKeys.create('L2', NEW, record), undefined)
  await assert.rejects(
    db.pool.query(
      `insert into api_keys (location_id, id, client_id, name, mode, start, hash, scopes, created_at)
       values ('L2', 'key_x', $1, 'x', 'live', 'x', 'x', '{}', now())`,
      [shop.id],
    ),
    /foreign key/,
  )
})

test('a client in test mode has test keys only, a live one may have both', async () => {
  const { id } = await clientOf('L1', 'test')
  await assert.rejects(create({ clientId: id }), hasCode('invalid_body'))
  assert.ok(parseApiKey((await create({ clientId: id, mode: 'test' })).text).ok)
  assert.match((await create({ mode: 'test' })).text, /^rk_test_/)
})

test('another tenant neither sees a key nor changes it', async () => {
  const { key, text } = await create()
  const before = recorded.length
  assert.equal(await apiKeys.get('L2', key.id), undefined)
  assert.deepEqual(await apiKeys.list('L2'), [])
  assert.equal(await apiKeys.edit('L2', key.id, { changes: { name: 'Mine' }, record }), undefined)
  assert.equal(await apiKeys.rotate('L2', key.id, { record }), undefined)
  assert.equal(await apiKeys.revoke('L2', key.id, { record }), undefined)
  assert.deepEqual(await apiKeys.get('L1', key.id), key)
  assert.equal((await find(text))?.revokedAt, null)
  assert.equal(recorded.length, before)
})

test('keys are listed newest first, of one client or of all', async () => {
  const other = await clientOf('L5')
  const third = await clientOf('L5')
  const made: string[] = []
  for (const clientId of [other.id, third.id, other.id]) {
    clock.forward(1)
    made.unshift((await apiKeys.create('L5', { ...NEW, clientId }, record))!.key.id)
  }
  assert.deepEqual(
    (await apiKeys.list('L5')).map(({ id }) => id),
    made,
  )
  assert.deepEqual(
    (await apiKeys.list('L5', { clientId: third.id })).map(({ id }) => id),
    [made[1]],
  )
})

test('after a rotation both keys work until the overlap ends', async () => {
  const old = await create({ allowedRanges: ['203.0.113.0/24'] })
  const rotated = await apiKeys.rotate('L1', old.key.id, { overlapHours: 2, record })
  assert.ok(rotated)
  assert.deepEqual(rotated.previous.expiresAt, new Date(clock.now().getTime() + 2 * HOUR))
  assert.equal(rotated.previous.replacedBy, rotated.key.id)
  assert.deepEqual(
    [rotated.key.scopes, rotated.key.allowedRanges, rotated.key.name, rotated.key.expiresAt],
    [old.key.scopes, old.key.allowedRanges, old.key.name, null],
  )
  assert.ok((await find(old.text))!.expiresAt! > clock.now())
  assert.equal((await find(rotated.text))!.expiresAt, null)
})

test('a rotation makes no key live longer, and the new one as long as the old one was given', async () => {
  const old = await create({ expiresAt: new Date(clock.now().getTime() + 30 * DAY) })
  clock.forward(30 * DAY - HOUR)
  const rotated = await apiKeys.rotate('L1', old.key.id, { overlapHours: 24, record })
  assert.deepEqual(rotated!.previous.expiresAt, old.key.expiresAt)
  assert.deepEqual(rotated!.key.expiresAt, new Date(clock.now().getTime() + 30 * DAY))
})

test('a key that was rotated, revoked or has expired is not rotated again', async () => {
  const rotated = await create()
  await apiKeys.rotate('L1', rotated.key.id, { record })
  const revoked = await create()
  await apiKeys.revoke('L1', revoked.key.id, { record })
  const expired = await create({ expiresAt: clock.now() })
  for (const { key } of [rotated, revoked, expired]) {
    await assert.rejects(apiKeys.rotate('L1', key.id, { record }), hasCode('conflict'))
  }
})

test('two who rotate a key at once get one new key', async () => {
  const { key } = await create()
  const before = (await apiKeys.list('L1')).length
  const results = await Promise.allSettled([1, 2].map(() => apiKeys.rotate('L1', key.id, { record })))
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await apiKeys.list('L1')).length, before + 1)
})

test('a revocation is for good and happens once', async () => {
  const { key, text } = await create()
  const at = clock.now()
  assert.deepEqual((await apiKeys.revoke('L1', key.id, { record }))?.revokedAt, at)
  clock.forward(HOUR)
  assert.equal(await apiKeys.revoke('L1', key.id, { record }), undefined)
  assert.deepEqual((await find(text))?.revokedAt, at)
})

test('what was changed is changed, and nothing else', async () => {
  const { key } = await create({ expiresAt: clock.now() })
  const changes = { name: 'Job', allowedRanges: ['10.0.0.0/8'], expiresAt: null }
  assert.deepEqual(await apiKeys.edit('L1', key.id, { changes, record }), { ...key, ...changes })
  const narrowed = await apiKeys.edit('L1', key.id, { changes: { scopes: [] }, record })
  assert.deepEqual(narrowed, { ...key, ...changes, scopes: [] })
})

test('keys go with their client', async () => {
  const client = await clientOf('L1')
  const { text } = await create({ clientId: client.id })
  await clients.remove('L1', client.id, { record })
  assert.equal(await find(text), undefined)
})

test('changes are recorded without the key', async () => {
  recorded.length = 0
  const { key, text } = await create()
  const rotated = await apiKeys.rotate('L1', key.id, { record })
  await apiKeys.revoke('L1', key.id, { record })
  const about = { name: 'Server', start: key.start, clientId: shop.id }
  assert.deepEqual(recorded, [
    {
      subjectType: 'api_key',
      subjectId: key.id,
      details: { ...about, mode: 'live', scopes: ['customers.read'], allowedRanges: [] },
    },
    { subjectType: 'api_key', subjectId: key.id, details: { ...about, overlapHours: 24, replacedBy: rotated!.key.id } },
    { subjectType: 'api_key', subjectId: key.id, details: about },
  ])
  for (const secret of [text, rotated!.text]) assert.equal(JSON.stringify(recorded).includes(secret.slice(12)), false)
})
