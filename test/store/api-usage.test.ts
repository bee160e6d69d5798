import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { UsageCount } from '../../server/api/usage-meter.ts'
import { createApiUsage } from '../../server/store/api-usage.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createRateWindows } from '../../server/store/rate-windows.ts'
import { createClock, MINUTE } from '../api/clock.ts'
import { createTestDatabase } from '../database.ts'
import { createCredentialStores } from './api-credentials.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const clock = createClock()
const usage = createApiUsage({ db })
const windows = createRateWindows({ db })

const hour = (text: string) => new Date(`2026-03-${text}:00:00.000Z`)
const row = (over: Partial<UsageCount> = {}): UsageCount => ({
  locationId: 'L1',
  hour: hour('01T10'),
  clientId: 'cl_1',
  route: 'GET /v1/orders',
  statusClass: 2,
  calls: 1,
  ...over,
})
const march = { from: hour('01T00'), until: new Date('2026-04-01') }

test('counts of all nodes add up, per hour and per day', async () => {
  await usage.add([])
  await usage.add([row({ calls: 5 }), row({ statusClass: 4, calls: 2 }), row({ calls: 1 })])
  await usage.add([row({ statusClass: 5 }), row({ hour: hour('01T11'), calls: 3 }), row({ hour: hour('02T00') })])
  const name = { clientId: 'cl_1', route: 'GET /v1/orders' }
  assert.deepEqual(await usage.read('L1', { ...march, step: 'hour' }), [
    { at: hour('01T10'), ...name, calls: 9, rejected: 2, failed: 1 },
    { at: hour('01T11'), ...name, calls: 3, rejected: 0, failed: 0 },
    { at: hour('02T00'), ...name, calls: 1, rejected: 0, failed: 0 },
  ])
  assert.deepEqual(await usage.read('L1', { ...march, step: 'day' }), [
    { at: hour('01T00'), ...name, calls: 12, rejected: 2, failed: 1 },
    { at: hour('02T00'), ...name, calls: 1, rejected: 0, failed: 0 },
  ])
})

test('the end of a span is not part of it, and one client can be asked for', async () => {
  await usage.add([row({ locationId: 'L2' }), row({ locationId: 'L2', hour: hour('01T11'), clientId: 'cl_2' })])
  const until = hour('01T11')
  assert.equal((await usage.read('L2', { from: hour('01T10'), until, step: 'hour' })).length, 1)
  const ofTwo = await usage.read('L2', { ...march, step: 'hour', clientId: 'cl_2' })
  assert.deepEqual(
    ofTwo.map(({ clientId }) => clientId),
    ['cl_2'],
  )
})

test('another tenant sees no counts', async () => {
  assert.deepEqual(await usage.read('L3', { ...march, step: 'day' }), [])
  assert.deepEqual(await usage.read('L3', { ...march, step: 'day', clientId: 'cl_1' }), [])
})

test('two nodes that write the same counters in other orders do not block each other', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => row({ locationId: 'L4', route: `r${i}` }))
  await Promise.all(Array.from({ length: 8 }, (_, i) => usage.add(i % 2 ? rows : rows.toReversed())))
  const read = await usage.read('L4', { ...march, step: 'day' })
  assert.equal(read.length, 200)
  assert.ok(read.every(({ calls }) => calls === 8))
})

test('old hours are forgotten', async () => {
  await usage.add([row({ locationId: 'L5' }), row({ locationId: 'L5', hour: hour('09T00') })])
  await usage.prune(hour('09T00'))
  assert.deepEqual(
    (await usage.read('L5', { ...march, step: 'hour' })).map(({ at }) => at),
    [hour('09T00')],
  )
})

test('the last use of a client and its key is known, to the minute', async () => {
  const { clients, apiKeys, record } = createCredentialStores(db, clock.now)
  const { client } = await clients.create('L6', { name: 'Shop', mode: 'live', scopes: [] }, record)
  const { key } = (await apiKeys.create('L6', { clientId: client.id, name: 'x', mode: 'live', scopes: [] }, record))!
  const at = clock.now()
  const uses = async () => [
    (await clients.get('L6', client.id))?.lastUsedAt,
    (await apiKeys.get('L6', key.id))?.lastUsedAt,
  ]
  const use = (keyId: string | undefined, at: Date, locationId = 'L6') =>
    usage.touch([{ locationId, clientId: client.id, keyId, at }])
  await usage.touch([])
  await use(key.id, at, 'L7')
  assert.deepEqual(await uses(), [null, null])
  await use(key.id, at)
  assert.deepEqual(await uses(), [at, at])
  await use(key.id, new Date(at.getTime() + MINUTE))
  assert.deepEqual(await uses(), [at, at])
  const later = new Date(at.getTime() + MINUTE + 1)
  await use(undefined, later)
  assert.deepEqual(await uses(), [later, at])
})

test('calls are taken from a window until it is over, by all nodes together', async () => {
  const wish = (calls: number, at: Date, locationId = 'L1') => ({
    ...{ locationId, name: 'client cl_1', calls, windowMs: MINUTE, at },
  })
  const take = async (...one: Parameters<typeof wish>) => (await windows.takeAll([wish(...one)]))[0]
  const at = clock.now()
  const later = new Date(at.getTime() + MINUTE)
  assert.deepEqual(await take(5, at), { startedAt: at, used: 5 })
  assert.deepEqual(await take(3, new Date(later.getTime() - 1)), { startedAt: at, used: 8 })
  assert.deepEqual(await take(1, at, 'L2'), { startedAt: at, used: 1 })
  assert.deepEqual(await take(2, later), { startedAt: later, used: 2 })
  await windows.prune(later)
  assert.deepEqual(await take(1, later), { startedAt: later, used: 3 })
  assert.deepEqual(await take(1, at, 'L2'), { startedAt: at, used: 1 })
  const several = [wish(1, later, 'L3'), wish(4, later), wish(2, later, 'L2')]
  assert.deepEqual(
    (await windows.takeAll(several)).map(({ used }) => used),
    [1, 7, 2],
  )
})
