import assert from 'node:assert/strict'
import test from 'node:test'
import { createUsageMeter } from '../../server/api/usage-meter.ts'
import { createClock, HOUR, MINUTE, SECOND } from './clock.ts'

type Store = Parameters<typeof createUsageMeter>[0]['store']

const set = (size?: number) => {
  const clock = createClock('2026-03-01T12:34:56.000Z')
  const added: Parameters<Store['add']>[0][] = []
  const touched: Parameters<Store['touch']>[0][] = []
  const warnings: string[] = []
  const fails = { add: false, touch: false }
  const meter = createUsageMeter({
    store: {
      add: async (counts) => {
        if (fails.add) throw new Error('no database')
        added.push(counts)
      },
      touch: async (uses) => {
        if (fails.touch) throw new Error('no database')
        touched.push(uses)
      },
    },
    now: clock.now,
    log: { warn: (_details, text) => void warnings.push(text) },
    ...(size === undefined ? {} : { size }),
  })
  const call = (over = {}) =>
    meter.count({
      locationId: 'loc_1',
      clientId: 'cl_1',
      keyId: 'key_1',
      route: 'GET /v1/orders',
      status: 200,
      ...over,
    })
  return { clock, added, touched, warnings, fails, meter, call }
}

const hour = new Date('2026-03-01T12:00:00.000Z')
const row = { locationId: 'loc_1', hour, clientId: 'cl_1', route: 'GET /v1/orders', statusClass: 2, calls: 1 }

test('calls of one client, hour, route and class of status are one counter', async () => {
  const { meter, added, call, clock } = set()
  for (const status of [200, 201, 404, 429, 503]) call({ status })
  call({ locationId: 'loc_2' })
  call({ route: 'POST /v1/orders' })
  clock.forward(HOUR)
  call()
  await meter.flush()
  assert.deepEqual(added, [
    [
      { ...row, calls: 2 },
      { ...row, statusClass: 4, calls: 2 },
      { ...row, statusClass: 5 },
      { ...row, locationId: 'loc_2' },
      { ...row, route: 'POST /v1/orders' },
      { ...row, hour: new Date('2026-03-01T13:00:00.000Z') },
    ],
  ])
})

test('nothing counted is nothing written', async () => {
  const { meter, added, call } = set()
  await meter.flush()
  call()
  await meter.flush()
  await meter.flush()
  assert.equal(added.length, 1)
})

test('counts that could not be written are kept and added to', async () => {
  const { meter, added, call, fails, warnings } = set()
  fails.add = true
  call()
  await meter.flush()
  assert.equal(warnings.length, 1)
  fails.add = false
  call()
  await meter.flush()
  assert.deepEqual(added, [[{ ...row, calls: 2 }]])
})

test('what is kept without a database is bounded', async () => {
  const { meter, added, call, fails } = set(2)
  fails.add = true
  for (const clientId of ['a', 'b', 'c', 'd']) call({ clientId })
  await meter.flush()
  fails.add = false
  call({ clientId: 'a' })
  await meter.flush()
  assert.deepEqual(
    added[0]!.map(({ clientId, calls }) => [clientId, calls]),
    [
      ['a', 2],
      ['b', 1],
    ],
  )
})

test('the last use of a credential is said at most once a minute', async () => {
  const { meter, touched, call, clock } = set()
  call()
  call({ keyId: undefined })
  await meter.flush()
  assert.deepEqual(
    touched[0]!.map(({ keyId }) => keyId),
    ['key_1', undefined],
  )
  clock.forward(MINUTE - SECOND)
  call()
  await meter.flush()
  assert.deepEqual(touched[1], [])
  clock.forward(SECOND)
  call()
  await meter.flush()
  assert.deepEqual(touched[2], [{ locationId: 'loc_1', clientId: 'cl_1', keyId: 'key_1', at: clock.now() }])
})

test('a use that could not be written is said again with the next call', async () => {
  const { meter, touched, call, fails, added } = set()
  fails.touch = true
  call()
  await meter.flush()
  fails.touch = false
  call()
  await meter.flush()
  assert.equal(touched.length, 1)
  assert.equal(
    added.flat().reduce((sum, { calls }) => sum + calls, 0),
    2,
  )
})

test('a stop writes the rest', async () => {
  const { meter, added, call } = set()
  meter.start()
  call()
  await meter.stop()
  assert.deepEqual(added, [[row]])
})
