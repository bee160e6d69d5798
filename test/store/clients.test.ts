import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { parseCredential } from '../../server/api/credential-text.ts'
import { matchesSecret } from '../../server/api/secret-match.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createClock, HOUR } from '../api/clock.ts'
import { createTestDatabase } from '../database.ts'
import { createCredentialStores } from './api-credentials.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const clock = createClock('2026-03-01T12:00:00.500Z')
const { clients, recorded, record, version } = createCredentialStores(db, clock.now)

const NEW = { name: 'Shop', mode: 'live', scopes: ['customers.read'], createdBy: 'user_1' } as const
const opens = async (id: string, secret: string) => {
  const found = await clients.findForAuthentication(id)
  return found !== undefined && matchesSecret(secret, found.secrets, clock.now())
}

test('a new client is shown with its secret once, and keeps the hash only', async () => {
  const { client, secret } = await clients.create('L1', NEW, record)
  assert.deepEqual(parseCredential('rks', secret!), { ok: true, mode: 'live' })
  assert.deepEqual(await clients.get('L1', client.id), client)
  assert.deepEqual(
    { ...client, id: '' },
    {
      id: '',
      ...NEW,
      status: 'active',
      secretStart: secret!.slice(0, 13),
      secretRotatedAt: null,
      previousSecretExpiresAt: null,
      lastUsedAt: null,
      createdAt: clock.now(),
      redirectUris: [],
      isPublic: false,
    },
  )
  const { rows } = await db.pool.query('select clients::text as all from clients where id = $1', [client.id])
  assert.equal(rows[0].all.includes(secret!.slice(14)), false)
  assert.equal(await opens(client.id, secret!), true)
})

test('a client without a secret is opened by none', async () => {
  const { client, secret } = await clients.create('L1', { ...NEW, hasSecret: false }, record)
  assert.equal(secret, undefined)
  assert.deepEqual((await clients.findForAuthentication(client.id))?.secrets, [])
})

test('another tenant neither sees a client nor changes it', async () => {
  const { client, secret } = await clients.create('L1', NEW, record)
  const before = recorded.length
  assert.equal(await clients.get('L2', client.id), undefined)
  assert.equal((await clients.list('L2')).length, 0)
  assert.equal(await clients.edit('L2', client.id, { changes: { name: 'Mine' }, record }), undefined)
  assert.equal(await clients.setEnabled('L2', client.id, { isEnabled: false, record }), undefined)
  assert.equal(await clients.rotateSecret('L2', client.id, { record }), undefined)
  assert.equal(await clients.endSecretOverlap('L2', client.id, { record }), undefined)
  assert.equal(await clients.remove('L2', client.id, { record }), undefined)
  assert.deepEqual(await clients.get('L1', client.id), client)
  assert.equal(await opens(client.id, secret!), true)
  assert.equal(recorded.length, before)
})

test('after a rotation both secrets open until the overlap ends', async () => {
  const { client, secret: first } = await clients.create('L1', NEW, record)
  const rotated = await clients.rotateSecret('L1', client.id, { overlapHours: 2, record })
  assert.equal(await opens(client.id, first!), true)
  assert.equal(await opens(client.id, rotated!.secret), true)
  assert.deepEqual(rotated!.client.previousSecretExpiresAt, new Date(clock.now().getTime() + 2 * HOUR))
  assert.deepEqual((await clients.findForAuthentication(client.id))?.tokensValidFrom, new Date('2026-03-01T12:00:00Z'))
  clock.forward(2 * HOUR)
  assert.equal(await opens(client.id, first!), false)
  assert.equal(await opens(client.id, rotated!.secret), true)
})

test('an overlap can be ended before its time', async () => {
  const { client, secret } = await clients.create('L1', NEW, record)
  await clients.rotateSecret('L1', client.id, { record })
  await clients.endSecretOverlap('L1', client.id, { record })
  assert.equal(await opens(client.id, secret!), false)
  assert.equal(await clients.endSecretOverlap('L1', client.id, { record }), undefined)
})

test('a rotation without overlap ends the old secret and all tokens at once', async () => {
  const { client, secret } = await clients.create('L1', NEW, record)
  await clients.rotateSecret('L1', client.id, { overlapHours: 0, record })
  assert.equal(await opens(client.id, secret!), false)
  const cut = (await clients.findForAuthentication(client.id))!.tokensValidFrom
  assert.ok(cut > clock.now() && cut.getTime() % 1000 === 0 && cut.getTime() - clock.now().getTime() <= 1000)
})

test('the first secret of a client that had none leaves no empty secret behind', async () => {
  const { client } = await clients.create('L1', { ...NEW, hasSecret: false }, record)
  const rotated = await clients.rotateSecret('L1', client.id, { record })
  assert.equal(rotated!.client.previousSecretExpiresAt, null)
  assert.equal((await clients.findForAuthentication(client.id))?.secrets.length, 1)
})

test('what was changed is changed, and nothing else', async () => {
  const { client } = await clients.create('L1', NEW, record)
  const renamed = await clients.edit('L1', client.id, { changes: { name: 'Store' }, record })
  assert.deepEqual(renamed, { ...client, name: 'Store' })
  const narrowed = await clients.edit('L1', client.id, { changes: { scopes: ['search.read'] }, record })
  assert.deepEqual(narrowed, { ...client, name: 'Store', scopes: ['search.read'] })
})

test('a client that is switched off and on again does not bring its old tokens back', async () => {
  const { client } = await clients.create('L1', NEW, record)
  await clients.setEnabled('L1', client.id, { isEnabled: false, record })
  assert.equal((await clients.findForAuthentication(client.id))?.isEnabled, false)
  await clients.setEnabled('L1', client.id, { isEnabled: true, record })
  const found = await clients.findForAuthentication(client.id)
  assert.equal(found?.isEnabled, true)
  assert.ok(found!.tokensValidFrom > clock.now())
})

test('a client that was removed is gone', async () => {
  const { client } = await clients.create('L1', NEW, record)
  assert.deepEqual(await clients.remove('L1', client.id, { record }), client)
  assert.equal(await clients.findForAuthentication(client.id), undefined)
})

test('every change is recorded without its secret, and makes this process forget', async () => {
  recorded.length = 0
  const before = version.current()
  const { client, secret } = await clients.create('L3', NEW, record)
  await clients.edit('L3', client.id, { changes: { scopes: ['orders.read'] }, record })
  const rotated = await clients.rotateSecret('L3', client.id, { record })
  await clients.setEnabled('L3', client.id, { isEnabled: false, record })
  await clients.remove('L3', client.id, { record })
  assert.equal(version.current() - before, 5)
  assert.deepEqual(
    recorded.map(({ subjectType, subjectId, details }) => [subjectType, subjectId === client.id, details]),
    [
      ['client', true, { name: 'Shop', mode: 'live', scopes: ['customers.read'] }],
      ['client', true, { name: 'Shop', scopes: ['orders.read'] }],
      ['client', true, { name: 'Shop', overlapHours: 24 }],
      ['client', true, { name: 'Shop', isEnabled: false }],
      ['client', true, { name: 'Shop' }],
    ],
  )
  for (const text of [secret!, rotated!.secret]) assert.equal(JSON.stringify(recorded).includes(text.slice(14)), false)
})

test('a change that cannot be recorded does not happen', async () => {
  const failing = async () => {
    throw new Error('the audit is not there')
  }
  await assert.rejects(clients.create('L4', NEW, failing), /audit/)
  assert.deepEqual(await clients.list('L4'), [])
})
