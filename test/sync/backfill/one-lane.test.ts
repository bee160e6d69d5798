import assert from 'node:assert/strict'
import test from 'node:test'
import type { HandleEvent } from '../../../server/relay/outcome.ts'
import type { StoredEvent } from '../../../server/store/events.ts'
import { createOneLane } from '../../../server/sync/backfill/one-lane.ts'

const CONTEXT = { attempt: 1, isLast: false, isFresh: true }

const event = (id: string, over: Partial<StoredEvent> = {}) =>
  ({ id, locationId: 'L', lane: 'live', source: 'rankr', recordKey: 'customer:1', payload: {}, ...over }) as StoredEvent
const read = (id: string) => event(id, { lane: 'bulk', payload: { initialSync: true } })

const setUp = (isSyncing = true) => {
  const held = new Map<string, string>()
  const holds = {
    async take(location: string, { record, holder }: { record: string; holder: string }) {
      const key = `${location} ${record}`
      if ((held.get(key) ?? holder) !== holder) return false
      held.set(key, holder)
      return 'new' as const
    },
    giveBack: async (location: string, { record }: { record: string }) => void held.delete(`${location} ${record}`),
  }
  return { held, inTurn: createOneLane({ holds, isSyncing: async () => isSyncing }) }
}

/** Handles `first`, and in the middle of it `second`; answers what became of the second. */
const meet = async ({ inTurn }: ReturnType<typeof setUp>, first: StoredEvent, second: StoredEvent) => {
  let met: Awaited<ReturnType<HandleEvent>> | undefined
  const other = inTurn(async () => ({ kind: 'done' }))
  await inTurn(async () => {
    met = await other(second, CONTEXT)
    return { kind: 'done' }
  })(first, CONTEXT)
  return met
}

test('two events of one record wait for each other while an initial sync runs, those of two records do not', async () => {
  const world = setUp()
  const busy = { kind: 'retry', code: 'record_busy', retryAfterSeconds: 1 }
  assert.deepEqual(await meet(world, read('a'), event('b')), busy)
  assert.deepEqual(await meet(world, event('b'), read('a')), busy)
  assert.deepEqual(await meet(world, read('a'), event('b', { recordKey: 'customer:2' })), { kind: 'done' })
  assert.deepEqual(await meet(world, read('a'), event('b', { locationId: 'M' })), { kind: 'done' })
  assert.equal(world.held.size, 0)
})

test('events of other systems, and of accounts without an initial sync, are not held up', async () => {
  assert.deepEqual(await meet(setUp(), read('a'), event('b', { source: 'crm' })), { kind: 'done' })
  assert.deepEqual(await meet(setUp(false), event('a'), event('b')), { kind: 'done' })
})

test('a handler that fails lets the record go', async () => {
  const { held, inTurn } = setUp()
  const fails = inTurn(() => Promise.reject(new Error('no')))
  await assert.rejects(fails(read('a'), CONTEXT), /no/)
  assert.equal(held.size, 0)
})
