// What tests of the relay share: a database, its stores, a clock that stands still, and events to hand in.

import { createLog } from '../../server/log.ts'
import { type Accept, createAccept, type NewEvent } from '../../server/relay/accept.ts'
import { createDrain, type DrainDeps } from '../../server/relay/drain.ts'
import type { HandleEvent, Outcome } from '../../server/relay/outcome.ts'
import { createDatabase, type Database } from '../../server/store/db.ts'
import { createEvents, type StoredEvent } from '../../server/store/events.ts'
import { createMailboxes } from '../../server/store/mailboxes.ts'
import { createParked } from '../../server/store/parked.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createProgressStore } from '../../server/store/progress.ts'
import { createSuspects } from '../../server/store/suspects.ts'
import { createTestDatabase } from '../database.ts'

/** The node that drains unless a test names another one. */
export const NODE = '00000000-0000-4000-8000-000000000001'

export const silent = createLog({ level: 'silent' })

/** A clock that stands until it is moved. Starts at the present, since the database has a clock of its own. */
export const createClock = (start = new Date()) => {
  let at = start
  return {
    now: () => at,
    advance: (ms: number) => {
      at = new Date(at.getTime() + ms)
    },
  }
}

export const newEvent = (over: Partial<NewEvent> = {}): NewEvent => ({
  locationId: 'loc_1',
  lane: 'live',
  source: 'rankr',
  type: 'customer.created',
  recordKey: 'customer:cus_1',
  hops: 0,
  payload: { type: 'customer.created', timestamp: '2026-01-31T12:00:00Z', data: { id: 'cus_1' } },
  ...over,
})

/** Numbered events of one location, each of a record of its own unless told otherwise. */
export const handIn = async (
  accept: Accept,
  count: number,
  over: (n: number) => Partial<NewEvent> = () => ({}),
): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await accept.accept(newEvent({ sourceEventId: `e${n}`, recordKey: `customer:${n}`, ...over(n) }))
  }
}

/** Handles by the `data.n`, `type` or whatever a test likes, and writes down what it was given. */
export const recordingHandler = (outcome: (event: StoredEvent, attempt: number) => Outcome | Promise<Outcome>) => {
  const seen: { id: string; recordKey: string; seq: number; attempt: number; isFresh: boolean }[] = []
  const handle: HandleEvent = async (event, { attempt, isFresh }) => {
    const { id, recordKey, seq } = event
    seen.push({ id, recordKey, seq, attempt, isFresh })
    return await outcome(event, attempt)
  }
  return { seen, handle }
}

export const openDatabase = async (after: (hook: () => Promise<void>) => void): Promise<Database & { url: string }> => {
  const { url } = await createTestDatabase({ after })
  const db = createDatabase({ url })
  after(() => db.close())
  await ensurePartitions(db, { from: new Date(Date.now() - 2 * 86_400_000), days: 5 })
  return { ...db, url }
}

/** Deletes rows: truncating so many partitions takes longer than a test. */
export const empty = async (db: Database, ...tables: string[]): Promise<void> => {
  await db.pool.query([...tables, 'graphile_worker._private_jobs'].map((table) => `delete from ${table}`).join(';'))
}

export const createKit = (db: Database, clock = createClock()) => {
  const events = createEvents({ db })
  const mailboxes = createMailboxes({ db })
  const parked = createParked({ db })
  const progressStore = createProgressStore({ db, now: clock.now })
  const accept = createAccept({ events, now: clock.now, log: silent })
  const drainWith = (handle: HandleEvent, over: Partial<DrainDeps> = {}) =>
    createDrain({
      nodeId: () => NODE,
      db,
      mailboxes,
      events,
      parked,
      suspects: createSuspects({ db }),
      writeDeadLetters: progressStore.write,
      handlers: { lifecycle: handle, work: handle },
      onPaused: async () => {},
      now: clock.now,
      random: () => 0.5,
      log: silent,
      ...over,
      // However slow a machine is.
      limits: { patienceMs: 600_000, ...over.limits },
    })
  return { clock, events, mailboxes, parked, progressStore, accept, drainWith }
}

/** Drains until nothing is queued any more; what sleeps or is paused stays. Answers the last state. */
export const drainAll = async (
  { drain }: Pick<ReturnType<typeof createDrain>, 'drain'>,
  locationId = 'loc_1',
  lane: 'lifecycle' | 'live' | 'bulk' = 'live',
) => {
  for (let slices = 0; slices < 1_000; slices++) {
    const state = await drain({ locationId, lane })
    if (state !== 'queued') return state
  }
  throw new Error('The mailbox does not come to rest')
}
