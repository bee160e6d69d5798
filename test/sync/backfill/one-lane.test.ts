import assert from 'node:assert/strict'
import test from 'node:test'
import type { HandleEvent } from '../../../server/relay/outcome.ts'
import type { StoredEvent } from '../../../server/store/events.ts'
import { createOneLane } from '../../../server/sync/backfill/one-lane.ts'
import { createMemoryHolds } from '../memory-holds.ts'

const CONTEXT = { attempt: 1, isLast: false, isFresh: true }

const event = (id: string, over: Partial<StoredEvent> = {}) =>
  ({ id, locationId: 'L', lane: 'live', source: 'rankr', recordKey: 'customer:1', payload: {}, ...over }) as StoredEvent
const read = (id: string) => event(id, { lane: 'bulk', payload: { initialSync: true } })

const setUp = (isSyncing = true) => {
  const memory = createMemoryHolds()
  const { holds, hold } = memory
  return { ...memory, inTurn: createOneLane({ holds, hold, isSyncing: async () => isSyncing }) }
}

/** Handles `first`, and in the middle of it `second`; answers what became of the second. */
const meet = async ({ inTurn }: Pick<ReturnType<typeof setUp>, 'inTurn'>, first: StoredEvent, second: StoredEvent) => {
  let met: Awaited<ReturnType<HandleEvent>> | undefined
  const other = inTurn(async () => ({ kind: 'done' }))
  await inTurn(async () => {
    met = await other(second, CONTEXT)
    return { kind: 'done' }
  })(first, CONTEXT)
  return met
}

test('two events of one record wait for each other while a backfill runs, those of two records do not', async () => {
  const world = setUp()
  const busy = { kind: 'retry', code: 'record_busy', retryAfterSeconds: 1 }
  assert.deepEqual(await meet(world, read('a'), event('b')), busy)
  assert.deepEqual(await meet(world, event('b'), read('a')), busy)
  assert.deepEqual(await meet(world, read('a'), event('b', { recordKey: 'customer:2' })), { kind: 'done' })
  assert.deepEqual(await meet(world, read('a'), event('b', { locationId: 'M' })), { kind: 'done' })
  assert.equal(world.size(), 0)
})

test('events of other systems, and of accounts without a backfill, are not held up', async () => {
  assert.deepEqual(await meet(setUp(), read('a'), event('b', { source: 'crm' })), { kind: 'done' })
  assert.deepEqual(await meet(setUp(false), event('a'), event('b')), { kind: 'done' })
})

test('a handler that fails lets the record go', async () => {
  const { size, inTurn } = setUp()
  const fails = inTurn(() => Promise.reject(new Error('no')))
  await assert.rejects(fails(read('a'), CONTEXT), /no/)
  assert.equal(size(), 0)
})

test('an event that takes minutes keeps its record; one that stood still meanwhile writes nothing over newer data', async () => {
  const { inTurn, pass, standStill, size, timers } = setUp()
  const written: string[] = []
  const write =
    (id: string): HandleEvent =>
    async (_event, { check }) => {
      await check?.()
      written.push(id)
      return { kind: 'done' }
    }
  const live = event('live')
  await inTurn(async (own, context) => {
    await pass(400)
    assert.deepEqual(await inTurn(write('live'))(live, CONTEXT), {
      kind: 'retry',
      code: 'record_busy',
      retryAfterSeconds: 1,
    })
    return await write('slow')(own, context)
  })(read('slow'), CONTEXT)
  const stopped = inTurn(async (own, context) => {
    standStill(121)
    await inTurn(write('live'))(live, CONTEXT)
    return await write('stopped')(own, context)
  })
  await assert.rejects(stopped(read('stopped'), CONTEXT), { code: 'record_busy' })
  assert.deepEqual(written, ['slow', 'live'])
  assert.deepEqual([size(), timers()], [0, 0])
})
