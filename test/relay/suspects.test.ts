import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { newId } from '../../server/ids.ts'
import type { HandleEvent, Outcome } from '../../server/relay/outcome.ts'
import { outcomeOf } from '../../server/relay/outcome.ts'
import { createRelay } from '../../server/relay/relay.ts'
import { createDeadLetters } from '../../server/store/dead-letters.ts'
import { createKit, drainAll, empty, handIn, newEvent, openDatabase } from './kit.ts'

const db = await openDatabase(after)
const HOUR_MS = 3_600_000
const never = new Promise<never>(() => {})

beforeEach(() => empty(db, 'events', 'mailboxes', 'parked_events', 'dead_letters', 'nodes'))

type Kit = ReturnType<typeof createKit>
type Life = Parameters<Kit['drainWith']>[1]

/**
 * Lives one process after the other on the mailbox, each until it dies or nothing is queued. `handle` is told how to die. Answers how
 * many have died.
 */
const live = async (
  { clock, drainWith }: Kit,
  handle: (die: () => Promise<never>) => HandleEvent,
  over: Life = {},
): Promise<number> => {
  let deaths = 0
  for (let lives = 0; lives < 40; lives++) {
    const state = await new Promise((resolve, reject) => {
      const die = () => {
        resolve('dead')
        return never
      }
      const id = newId()
      drainAll(drainWith(handle(die), { ...over, nodeId: () => id })).then(resolve, reject)
    })
    if (state === 'idle') return deaths
    if (state === 'dead') deaths++
    // Rests and leases end.
    clock.advance(HOUR_MS)
  }
  throw new Error('The mailbox does not come to rest')
}

const letters = async () =>
  (
    await db.pool.query<{ id: string; seq: number; code: string; status: string; attempts: number }>(
      `select d.id, e.seq, d.code, d.status, d.attempts from dead_letters d join events e on e.id = d.event_id order by 2`,
    )
  ).rows

const isDone = (): Outcome => ({ kind: 'done' })

test('an event that ends the process each time is given up after a few times, and nothing else with it', async () => {
  const kit = createKit(db)
  await handIn(kit.accept, 30, (n) => ({ recordKey: `customer:${n % 9}` }))
  const done: number[] = []
  const deaths = await live(kit, (die) => async ({ seq }) => {
    if (seq === 12) return await die()
    await new Promise((resolve) => setImmediate(resolve))
    done.push(seq)
    return { kind: 'done' }
  })
  const [letter, ...more] = await letters()
  assert.deepEqual([letter?.seq, letter?.code, more.length], [12, 'event_breaks_off', 0])
  assert.equal(new Set(done).size, 29)
  // Two ended slices, then five tries of its own.
  assert.equal(deaths, 7)

  // Sent again once what has ended the process is mended.
  const relay = createRelay({
    db,
    mailboxes: kit.mailboxes,
    deadLetters: createDeadLetters({ db }),
    now: kit.clock.now,
  })
  await relay.replay('loc_1', letter!.id)
  const again: number[] = []
  const mended = kit.drainWith(async ({ seq }) => {
    again.push(seq)
    return isDone()
  })
  assert.equal(await drainAll(mended), 'idle')
  assert.deepEqual(again, [12])
})

test('so is one that ends it after its slice has gone on without it', async () => {
  const kit = createKit(db)
  await handIn(kit.accept, 4)
  const deaths = await live(
    kit,
    (die) =>
      async ({ seq }) => {
        if (seq !== 2) return isDone()
        // Long after its slice, or at once where it is waited for.
        setTimeout(die, 30)
        return await never
      },
    { limits: { patienceMs: 1 } },
  )
  assert.deepEqual(
    (await letters()).map(({ seq, code }) => [seq, code]),
    [[2, 'event_breaks_off']],
  )
  assert.ok(deaths >= 5 && deaths <= 7, `${deaths}`)
})

test('so is one with which the database breaks off; a database that is stopped counts for nothing', async () => {
  const kit = createKit(db)
  await handIn(kit.accept, 3)
  const broken = outcomeOf(new Error('Connection terminated unexpectedly'))
  const stopped = outcomeOf(Object.assign(new Error('stopping'), { code: '57P01' }))
  const begun = new Map<number, number>()
  const handle: HandleEvent = async ({ seq }) => {
    const times = (begun.get(seq) ?? 0) + 1
    begun.set(seq, times)
    if (seq === 1) return broken
    return seq === 2 && times < 12 ? stopped : isDone()
  }
  assert.equal(await live(kit, () => handle), 0)
  assert.deepEqual(
    (await letters()).map(({ seq, code }) => [seq, code]),
    [[1, 'event_breaks_off']],
  )
  assert.equal(begun.get(2), 12)
})

test('a database without room for what a slice did counts for nothing, however often', async () => {
  const kit = createKit(db)
  await handIn(kit.accept, 3)
  let times = 0
  const fault = async (name: string) => {
    if (name === 'drain.worked' && times++ < 14) throw Object.assign(new Error('no space left'), { code: '53100' })
  }
  const drain = kit.drainWith(async () => isDone(), { fault })
  for (let n = 0; n < 14; n++) {
    await assert.rejects(drainAll(drain), { code: '53100' })
    kit.clock.advance(HOUR_MS)
  }
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(await letters(), [])
})

test('a mailbox whose process died once goes on as if it had not', async () => {
  const kit = createKit(db)
  await kit.accept.accept(newEvent())
  let isFirst = true
  const deaths = await live(kit, (die) => async () => {
    if (!isFirst) return isDone()
    isFirst = false
    return await die()
  })
  assert.equal(deaths, 1)
  const { rows } = await db.pool.query('select troubles, alone, suspect_tries from mailboxes')
  assert.deepEqual(rows, [{ troubles: 0, alone: 0, suspect_tries: 0 }])
  assert.deepEqual(await letters(), [])
})
