import assert from 'node:assert/strict'
import test from 'node:test'
import type { Outcome } from '../../server/relay/outcome.ts'
import { settle } from '../../server/relay/settle.ts'
import { runSlice, type Work } from '../../server/relay/slice.ts'
import { createUnfinished } from '../../server/relay/unfinished.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import { fc, runs } from '../property.ts'

const workOf = (seq: number, recordKey: string, isParked = false): Work => ({
  event: { id: `e${seq}`, seq, recordKey, receivedOn: '2026-01-31', receivedAt: new Date(0) } as StoredEvent,
  attempts: isParked ? 1 : 0,
  isParked,
  wasBegun: isParked,
})

const KINDS: Outcome[] = [
  { kind: 'done' },
  { kind: 'skipped' },
  { kind: 'retry', code: 'crm_unavailable' },
  { kind: 'wait', code: 'crm_rate_limited', afterSeconds: 5 },
  { kind: 'person', code: 'reconnect_needed' },
  { kind: 'held', code: 'crm_scope_missing' },
  { kind: 'dead', code: 'crm_rejected' },
]

/** A slice of events in few records, with what becomes of each, and after how many of them it is over. */
const scenario = fc.record({
  parked: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(KINDS.length - 1)), { maxLength: 4 }),
  log: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(KINDS.length - 1)), { maxLength: 20 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  overAfter: fc.integer({ min: 0, max: 30 }),
})

const run = async ({
  parked,
  log,
  concurrency,
  overAfter,
}: typeof scenario extends fc.Arbitrary<infer S> ? S : never) => {
  const all = [...parked.map((entry) => [...entry, true] as const), ...log.map((entry) => [...entry, false] as const)]
  const works = all.map(([record, , isParked], index) => workOf(index + 1, `r${record}`, isParked))
  const begun: Work[] = []
  const open = new Set<string>()
  let mostOpen = 0
  const results = await runSlice({
    works,
    unfinished: createUnfinished([]),
    concurrency,
    isOver: () => begun.length >= overAfter,
    handle: async (work) => {
      const { recordKey, seq } = work.event
      assert.ok(!open.has(recordKey), 'two events of one record at once')
      open.add(recordKey)
      mostOpen = Math.max(mostOpen, open.size)
      begun.push(work)
      await new Promise((resolve) => setImmediate(resolve))
      open.delete(recordKey)
      return KINDS[all[seq - 1]![1]]!
    },
  })
  assert.ok(mostOpen <= concurrency)
  return { begun, results }
}

test('events of one record run one after the other in their order, and none after one that is not finished', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { begun, results } = await run(given)
      for (const [, ofRecord] of Map.groupBy(begun, ({ event }) => event.recordKey)) {
        const numbers = ofRecord.map(({ event }) => event.seq)
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        )
        const failed = ofRecord.findIndex((work) => {
          const { outcome } = results.find((result) => result.work === work)!
          return typeof outcome === 'object' && ['retry', 'wait', 'person', 'held'].includes(outcome.kind)
        })
        assert.ok(failed === -1 || failed === ofRecord.length - 1)
      }
    }),
    { numRuns: runs(60) },
  )
})

test('when a slice is settled every event is in exactly one place: before the cursor and finished, parked, or still in the log', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.boolean(), async (given, mayPause) => {
      const { begun, results } = await run(given)
      const settled = settle({
        results,
        cursor: 0,
        tail: 1_000,
        at: new Date(0),
        nextAttempt: () => ({ delayMs: 1 }),
        mayPause,
      })
      const putAway = new Set(settled.changes.put.map(({ event }) => event.seq))
      const finished = new Set(settled.changes.finished.map(({ seq }) => seq))
      for (const { work, outcome } of results) {
        const { seq } = work.event
        const isOver = typeof outcome === 'object' && ['done', 'skipped', 'dead'].includes(outcome.kind)
        if (work.isParked) {
          assert.equal(finished.has(seq), isOver)
          assert.ok(!(finished.has(seq) && putAway.has(seq)))
        } else if (seq <= settled.cursor) {
          assert.equal(putAway.has(seq), !isOver, `event ${seq}: ${JSON.stringify(outcome)}`)
        } else {
          assert.equal(outcome, 'untouched')
          assert.ok(!putAway.has(seq))
        }
      }
      for (const work of begun) if (!work.isParked) assert.ok(work.event.seq <= settled.cursor)
      const lastOfLog = results.filter(({ work }) => !work.isParked).at(-1)
      assert.equal(settled.cursor === 1_000, lastOfLog?.outcome !== 'untouched')
    }),
    { numRuns: runs(100) },
  )
})

test('an event that died has a letter, unless its handler wrote one', () => {
  const results = [
    { work: workOf(1, 'a'), outcome: { kind: 'dead', code: 'crm_rejected', detail: 'no', answer: { a: 1 } } as const },
    { work: workOf(2, 'b'), outcome: { kind: 'dead', code: 'crm_rejected', isRecorded: true } as const },
  ]
  const { deaths } = settle({
    results,
    cursor: 0,
    tail: undefined,
    at: new Date(0),
    nextAttempt: () => ({ giveUp: true }),
    mayPause: true,
  })
  assert.deepEqual(
    deaths.map(({ work, code, detail, answer, attempts }) => [work.event.seq, code, detail, answer, attempts]),
    [[1, 'crm_rejected', 'no', { a: 1 }, 1]],
  )
})

test('when the schedule gives up, a passing failure becomes a death', () => {
  const results = [{ work: workOf(1, 'a', true), outcome: { kind: 'retry', code: 'crm_unavailable' } as const }]
  const { deaths, changes } = settle({
    results,
    cursor: 7,
    tail: undefined,
    at: new Date(0),
    nextAttempt: () => ({ giveUp: true }),
    mayPause: true,
  })
  assert.equal(deaths[0]?.attempts, 2)
  assert.deepEqual(changes, { put: [], finished: [{ seq: 1, recordKey: 'a' }] })
})

test('a fault in handling ends the slice after what was begun', async () => {
  const handled: number[] = []
  const handle = async ({ event }: Work): Promise<Outcome> => {
    handled.push(event.seq)
    await new Promise((resolve) => setImmediate(resolve))
    if (event.seq === 1) throw new Error('broken')
    return { kind: 'done' }
  }
  const works = Array.from({ length: 9 }, (_, n) => workOf(n + 1, `r${n}`))
  await assert.rejects(
    runSlice({ works, unfinished: createUnfinished([]), concurrency: 3, isOver: () => false, handle }),
    /broken/,
  )
  assert.ok(handled.length < 9)
})

test('a slice that does not wait for late events ends all the same when its handler fails', async () => {
  const failing = runSlice({
    works: [workOf(1, 'a')],
    unfinished: createUnfinished([]),
    concurrency: 1,
    isOver: () => false,
    leave: { afterMs: 0, atMost: 0 },
    handle: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      throw new Error('broken')
    },
  })
  await assert.rejects(failing, /broken/)
})
