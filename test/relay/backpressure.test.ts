import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { AppError } from '../../server/errors.ts'
import { createBackpressure } from '../../server/relay/backpressure.ts'
import type { Lane } from '../../server/store/schema.ts'
import { createWaitingEvents, type WaitingEvents } from '../../server/store/waiting-events.ts'
import { createClock, createKit, newEvent, openDatabase, silent } from './kit.ts'

const BOUNDS = { all: 1_000, account: 100 }

const createDoors = () => {
  const clock = createClock()
  const world = { all: 0, live: {} as Record<string, number>, bulk: {}, pool: 0, reads: 0, isAway: false }
  const read = async (least: number): Promise<WaitingEvents> => {
    world.reads++
    if (world.isAway) throw new Error('away')
    const fullest = (['live', 'bulk'] as const).flatMap((lane) =>
      Object.entries<number>(world[lane]).map(([locationId, events]) => ({ locationId, lane, events })),
    )
    return { all: world.all, fullest: fullest.filter(({ events }) => events >= least) }
  }
  const doors = createBackpressure({ read, poolWaiting: () => world.pool, bounds: BOUNDS, now: clock.now, log: silent })
  const answer = (locationId: string, lane: Lane = 'live'): string => {
    try {
      doors.check({ locationId, lane })
      return 'in'
    } catch (error) {
      const { code, retryAfterSeconds } = error as AppError
      return `${code} ${retryAfterSeconds}`
    }
  }
  /** The answer once what waits has been counted anew. */
  const later = async (locationId: string, lane?: Lane): Promise<string> => {
    clock.advance(5_000)
    answer(locationId, lane)
    await new Promise((resolve) => setImmediate(resolve))
    return answer(locationId, lane)
  }
  return { world, doors, clock, answer, later }
}

test('an account with too many events waiting is kept out by itself, until it has fallen well below its bound', async () => {
  const { world, doors, answer, later } = createDoors()
  for (const [waiting, expected] of [
    [99, 'in'],
    [100, 'cannot_store_now 30'],
    [80, 'cannot_store_now 30'],
    [79, 'in'],
    [99, 'in'],
    [100, 'cannot_store_now 30'],
  ] as const) {
    world.live = { loc_1: waiting }
    assert.equal(await later('loc_1'), expected, `with ${waiting} waiting`)
    assert.equal(answer('loc_2'), 'in')
    assert.deepEqual([doors.keepsOut('loc_1'), doors.keepsOut('loc_2')], [expected !== 'in', false])
    assert.equal(answer('loc_1', 'lifecycle'), 'in')
    assert.deepEqual(doors.state(), { all: false, live: expected === 'in' ? 0 : 1, bulk: 0 })
  }
})

test('bulk work of an account and its live events do not keep each other out', async () => {
  const { world, doors, answer, later } = createDoors()
  world.bulk = { loc_1: 100 }
  assert.equal(await later('loc_1', 'bulk'), 'cannot_store_now 30')
  assert.equal(answer('loc_1'), 'in')
  assert.equal(answer('loc_2', 'bulk'), 'in')
  assert.deepEqual([doors.keepsOut('loc_1'), doors.state()], [false, { all: false, live: 0, bulk: 1 }])
  Object.assign(world, { bulk: {}, live: { loc_1: 100 } })
  assert.equal(await later('loc_1', 'bulk'), 'in')
  assert.equal(answer('loc_1'), 'cannot_store_now 30')
})

test('too many events in all keep every account out, but let lifecycle events in', async () => {
  const { world, doors, answer, later } = createDoors()
  for (const [all, expected] of [
    [999, 'in'],
    [1_000, 'cannot_store_now 30'],
    [800, 'cannot_store_now 30'],
    [799, 'in'],
  ] as const) {
    world.all = all
    assert.equal(await later('loc_1'), expected, `with ${all} waiting`)
    assert.equal(answer('loc_2', 'lifecycle'), 'in')
    assert.equal(doors.state().all, expected !== 'in')
  }
})

test('what waits is counted once in five seconds, whoever comes; a count that fails changes nothing', async () => {
  const { world, answer, later } = createDoors()
  world.live = { loc_1: 100 }
  await later('loc_1')
  for (let i = 0; i < 50; i++) answer(`loc_${i}`)
  assert.equal(world.reads, 1)
  world.isAway = true
  assert.equal(await later('loc_1'), 'cannot_store_now 30')
  Object.assign(world, { isAway: false, live: {} })
  assert.equal(await later('loc_1'), 'in')
  assert.equal(world.reads, 3)
})

test('whoever comes to a closed door after a while is let in at once when there is room again', async () => {
  const { world, doors, clock, later } = createDoors()
  const admit = doors.admitting(async () => ({ outcome: 'stored', eventId: 'e1' }))
  world.live = { loc_1: 100 }
  await later('loc_1')
  clock.advance(1_000)
  world.live = {}
  await assert.rejects(admit(newEvent()), /cannot_store_now/, 'it was counted just now')
  clock.advance(60_000)
  await Promise.all([admit(newEvent()), admit(newEvent())])
  assert.equal(world.reads, 2)
})

test('senders are asked to come again while a thousand wait for a connection of the database', () => {
  const { world, answer } = createDoors()
  world.pool = 1_001
  assert.equal(answer('loc_1'), 'cannot_store_now 5')
  world.pool = 1_000
  assert.equal(answer('loc_1'), 'in')
})

test('what waits is read from the mailboxes: every lane in all, of each account its live events and its bulk work, and of one account all with those that are begun', async () => {
  const db = await openDatabase(after)
  const { accept } = createKit(db)
  const add = (count: number, event: Parameters<typeof newEvent>[0]) =>
    Promise.all(Array.from({ length: count }, () => accept.accept(newEvent(event))))
  await add(3, { locationId: 'loc_1' })
  await add(2, { locationId: 'loc_2' })
  await add(4, { locationId: 'loc_2', lane: 'bulk' })
  const { read, ofAccount } = createWaitingEvents({ db })
  await add(5, { locationId: 'loc_2', lane: 'lifecycle' })
  const fullest = [
    { locationId: 'loc_2', lane: 'bulk', events: 4 },
    { locationId: 'loc_1', lane: 'live', events: 3 },
  ]
  assert.deepEqual(await read(3), { all: 14, fullest })
  await db.pool.query("update mailboxes set cursor = tail where lane <> 'bulk'")
  assert.deepEqual(await read(1), { all: 4, fullest: fullest.slice(0, 1) })

  await db.pool.query(`insert into parked_events (location_id, lane, seq, event_id, received_on, record_key, state)
    values ('loc_2', 'live', 1, gen_random_uuid(), current_date, 'customer:1', 'behind')`)
  assert.deepEqual(await ofAccount('loc_2'), { unread: 4, parked: 1 })
  assert.deepEqual(await ofAccount('loc_1'), { unread: 0, parked: 0 })
})
