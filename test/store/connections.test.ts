import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after } from 'node:test'
import { createConnections } from '../../server/store/connections.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url, poolSize: 4 })
after(() => db.close())

const clock = { now: new Date('2026-11-25T10:00:00.000Z') }
const connections = createConnections({
  db,
  seal: createSeal([{ id: 'k1', key: randomBytes(32) }]),
  now: () => clock.now,
})
const forWebhook = async (id: string) => (await connections.findForWebhooks([id]))[0]?.()
const hours = (count: number): Date => new Date(clock.now.getTime() + count * 3_600_000)

test('a new connection has a secret that is told once and never stored in the open', async () => {
  const { connection, secret } = await connections.create('loc_new', { name: 'Main', workspaceId: 'ws_1' })
  assert.match(connection.id, /^con_[\w-]{24}$/)
  assert.match(secret, /^whsec_[\w+/]{43}=$/)
  assert.deepEqual(connection, {
    id: connection.id,
    name: 'Main',
    workspaceId: 'ws_1',
    status: 'active',
    createdAt: clock.now,
    rotatedAt: null,
    previousSecretExpiresAt: null,
    lastEventAt: null,
    origin: 'settings',
    hasCredentials: false,
  })
  assert.deepEqual(await connections.list('loc_new'), [connection])
  assert.deepEqual(await connections.get('loc_new', connection.id), connection)
  const { rows } = await db.pool.query('select * from connections where id = $1', [connection.id])
  const stored = Buffer.concat(
    Object.values(rows[0]).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
  )
  assert.ok(!stored.includes(secret))
  assert.ok(!stored.includes(secret.slice('whsec_'.length)))
})

test('credentials for calls are sealed, and found through the oldest connection that is on', async () => {
  const { connection: older } = await connections.create('loc_calls', { name: 'Older' })
  const { connection: newer } = await connections.create('loc_calls', { name: 'Newer' })
  assert.equal(await connections.forCalls('loc_calls'), undefined)
  const credentials = { clientId: 'rkc_1', clientSecret: 'rks_very_secret' }
  const own = (id: string) =>
    connections.setCredentials('loc_calls', id, { credentials: { ...credentials, clientId: id } })
  assert.equal(await connections.setCredentials('loc_other', older.id, { credentials }), undefined)
  assert.equal((await own(newer.id))?.hasCredentials, true)
  await own(older.id)
  const first = [older, newer].sort((a, b) => (a.id < b.id ? -1 : 1))[0]!
  assert.deepEqual(await connections.forCalls('loc_calls'), {
    connectionId: first.id,
    credentials: { ...credentials, clientId: first.id },
  })
  await connections.setEnabled('loc_calls', first.id, { isEnabled: false })
  assert.notEqual((await connections.forCalls('loc_calls'))?.connectionId, first.id)
  assert.equal(await connections.forCalls('loc_other'), undefined)
  const { rows } = await db.pool.query('select credentials from connections where id = $1', [older.id])
  assert.ok(!rows[0].credentials.includes('rks_very_secret'))
})

test('the door finds it by its id, with the open secret', async () => {
  const { connection, secret } = await connections.create('loc_door', { name: 'Main' })
  assert.deepEqual(await forWebhook(connection.id), {
    id: connection.id,
    locationId: 'loc_door',
    isEnabled: true,
    secrets: [{ secret, expiresAt: null }],
  })
  assert.equal(await forWebhook('con_unknown'), undefined)
})

test('after a rotation both secrets are accepted for a day, an older one no longer', async () => {
  const { connection, secret: first } = await connections.create('loc_turn', { name: 'Main' })
  const second = await connections.rotate('loc_turn', connection.id)
  assert.ok(second && second.secret !== first)
  assert.deepEqual(second.connection.rotatedAt, clock.now)
  assert.deepEqual(second.connection.previousSecretExpiresAt, hours(24))
  assert.deepEqual((await forWebhook(connection.id))?.secrets, [
    { secret: second.secret, expiresAt: null },
    { secret: first, expiresAt: hours(24) },
  ])
  const third = await connections.rotate('loc_turn', connection.id, { overlapHours: 1 })
  assert.deepEqual((await forWebhook(connection.id))?.secrets, [
    { secret: third?.secret, expiresAt: null },
    { secret: second.secret, expiresAt: hours(1) },
  ])
})

test('a rotation after a leak ends the old secret at once', async () => {
  const { connection } = await connections.create('loc_leak', { name: 'Main' })
  const rotated = await connections.rotate('loc_leak', connection.id, { overlapHours: 0 })
  assert.deepEqual((await forWebhook(connection.id))?.secrets, [{ secret: rotated?.secret, expiresAt: null }])
})

test('a connection can be switched off and on', async () => {
  const { connection } = await connections.create('loc_switch', { name: 'Main' })
  const off = await connections.setEnabled('loc_switch', connection.id, { isEnabled: false })
  assert.equal(off?.status, 'disabled')
  assert.equal((await forWebhook(connection.id))?.isEnabled, false)
  const on = await connections.setEnabled('loc_switch', connection.id, { isEnabled: true })
  assert.equal(on?.status, 'active')
})

test('nothing of a connection is reachable from another account', async () => {
  const { connection, secret } = await connections.create('loc_mine', { name: 'Main' })
  assert.deepEqual(await connections.list('loc_theirs'), [])
  assert.equal(await connections.get('loc_theirs', connection.id), undefined)
  assert.equal(await connections.rotate('loc_theirs', connection.id), undefined)
  assert.equal(await connections.setEnabled('loc_theirs', connection.id, { isEnabled: false }), undefined)
  await connections.touch([{ locationId: 'loc_theirs', connectionId: connection.id, at: hours(5) }])
  assert.deepEqual(await connections.get('loc_mine', connection.id), connection)
  assert.deepEqual((await forWebhook(connection.id))?.secrets, [{ secret, expiresAt: null }])
})

test('the times of the last events are kept together, and none goes back', async () => {
  const { connection: one } = await connections.create('loc_touch', { name: 'Main' })
  const { connection: other } = await connections.create('loc_touch', { name: 'Other' })
  const touch = (connectionId: string, at: Date) => ({ locationId: 'loc_touch', connectionId, at })
  await connections.touch([touch(one.id, hours(2))])
  await connections.touch([touch(other.id, hours(3)), touch(one.id, hours(1))])
  const lastOf = async (id: string) => (await connections.get('loc_touch', id))?.lastEventAt
  assert.deepEqual([await lastOf(one.id), await lastOf(other.id)], [hours(2), hours(3)])
})

test('connections looked up together come in the order of their ids', async () => {
  const { connection: one } = await connections.create('loc_a', { name: 'Main' })
  const { connection: other } = await connections.create('loc_b', { name: 'Main' })
  const found = await connections.findForWebhooks([other.id, 'con_unknown', one.id])
  assert.deepEqual(
    found.map((open) => open?.().locationId),
    ['loc_b', undefined, 'loc_a'],
  )
})

test('a change can be part of a transaction', async () => {
  const { connection } = await connections.create('loc_tx', { name: 'Main' })
  await assert.rejects(
    db.transaction(async (tx) => {
      await connections.rotate('loc_tx', connection.id, { on: tx })
      throw new Error('no')
    }),
  )
  assert.equal((await connections.get('loc_tx', connection.id))?.rotatedAt, null)
})
