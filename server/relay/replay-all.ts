// Replays all dead letters that match a filter, rate-limited, in turns of a few seconds. Each is counted in the
// transaction that replays it, so that a crash neither repeats nor skips one.

import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Audit } from '../store/audit.ts'
import type { Database, Tx } from '../store/db.ts'
import type { DeadLetterSearch, FailureFilter, FailurePosition } from '../store/dead-letter-search.ts'
import type { Replay, ReplayJob, Replays } from '../store/replays.ts'
import { REPLAY_TASK } from '../store/replays.ts'
import type { Relay } from './relay.ts'
import type { WorkerTask } from './worker.ts'

/** Beyond it the account's other events would notice. */
const MOST_PER_MINUTE = 600
const TURN_SECONDS = 5

type Deps = {
  db: Pick<Database, 'transaction'>
  replays: Replays
  search: Pick<DeadLetterSearch, 'count' | 'after'>
  relay: Pick<Relay, 'replay'>
  audit: Pick<Audit, 'record'>
  now: () => Date
  log: Log
}

type Start = { filter: FailureFilter; perMinute: number; by: string }

/** Called in the transaction of the change, to record who made it. */
type RecordReplay = (tx: Tx, replay: Replay) => Promise<void>

/** Stopped while a letter was being replayed: that one is left alone. */
class Stopped extends Error {}

export type ReplayAll = ReturnType<typeof createReplayAll>

/** Bulk replays. Throws `not_found` and `conflict` where noted. */
export const createReplayAll = ({ db, replays, search, relay, audit, now, log }: Deps) => {
  const replayOne = async ({ locationId, id }: ReplayJob, position: FailurePosition): Promise<boolean> => {
    try {
      await relay.replay(locationId, position.id, async (tx, { eventId, code }) => {
        if (!(await replays.passed(locationId, id, { isReplayed: true, position, on: tx }))) throw new Stopped()
        const details = { replay: id, code }
        const subject = { type: 'event', id: eventId }
        await audit.record(
          locationId,
          { actor: { type: 'system' }, action: 'event.replayed', subject, details, eventId },
          tx,
        )
      })
      return true
    } catch (error) {
      if (error instanceof Stopped) return false
      if (!(error instanceof AppError && (error.code === 'not_found' || error.code === 'conflict'))) throw error
      return await replays.passed(locationId, id, { isReplayed: false, position })
    }
  }

  /** One turn. The job that called it is done; the next turn is another job. */
  const turn = async (job: ReplayJob, signal: AbortSignal): Promise<void> => {
    const { locationId, id } = job
    const replay = await replays.get(locationId, id)
    if (replay?.status !== 'running') return
    const { filter, perMinute, position, startedAt } = replay
    const limit = Math.max(1, Math.floor((perMinute * TURN_SECONDS) / 60))
    const at = now()
    const letters = await search.after(locationId, { filter, until: startedAt, position, limit })
    for (const letter of letters) {
      if (signal.aborted) break
      if (!(await replayOne(job, letter))) return
    }
    if (letters.length < limit && !signal.aborted) {
      await replays.end(locationId, id, { status: 'done', at: now() })
      log.info({ locationId, replay: id }, 'all failed events that were asked for are on their way again')
      return
    }
    const pauseMs = Math.max(TURN_SECONDS, (60 * limit) / perMinute) * 1000
    await replays.queue(job, new Date(at.getTime() + pauseMs))
  }

  const task: WorkerTask = {
    name: REPLAY_TASK,
    handler: (payload, { signal }) => turn(payload as ReplayJob, signal),
  }

  return {
    latest: replays.latest,
    get: replays.get,

    /**
     * Starts with all current matches; later failures are not included. Throws `conflict` while another one of the
     * location is running, `not_found` when nothing matches.
     */
    async start(locationId: string, { filter, perMinute, by }: Start, record: RecordReplay): Promise<Replay> {
      const total = await search.count(locationId, filter)
      if (total === 0) throw new AppError('not_found', { detail: 'No failed event matches any more.' })
      const id = newId()
      const at = now()
      return await db.transaction(async (tx) => {
        const rate = Math.min(MOST_PER_MINUTE, Math.max(1, Math.floor(perMinute)))
        const replay = await replays.start(locationId, { id, filter, perMinute: rate, total, startedBy: by, at }, tx)
        if (!replay) throw new AppError('conflict', { detail: 'Failed events are being sent again already.' })
        await replays.queue({ locationId, id }, at, tx)
        await record(tx, replay)
        return replay
      })
    },

    /**
     * Events already queued continue; the others stay. Throws `conflict` when it is not running, `not_found` when there
     * is none.
     */
    stop: (locationId: string, id: string, record: RecordReplay): Promise<Replay> =>
      db.transaction(async (tx) => {
        const replay = await replays.end(locationId, id, { status: 'stopped', at: now(), on: tx })
        if (!replay && !(await replays.get(locationId, id))) throw new AppError('not_found')
        if (!replay) throw new AppError('conflict', { detail: 'It has ended already.' })
        await record(tx, replay)
        return replay
      }),

    /** For the worker. */
    task,
  }
}
