// One turn of a backfill: counts finished events, reads pages while the mailbox has room, and schedules the next turn.
// Safe to repeat: reading continues after the last stored page, and an event queued twice is one event.

import { AppError, asAppError, type ErrorCode } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { RankrClient } from '../../rankr/client.ts'
import type { Accept } from '../../relay/accept.ts'
import type { Backfill, BackfillJob, BackfillKind, Backfills } from '../../store/backfills.ts'
import type { Installations } from '../../store/installations.ts'
import type { Mailboxes } from '../../store/mailboxes.ts'
import { backfillEvent, isOver } from './backfill-event.ts'
import { needsPerson, nextStep, PAGE_RECORDS } from './backfill-plan.ts'
import { countsOf, type Sample, withSample } from './backfill-progress.ts'
import type { Survey } from './survey.ts'

export type TurnDeps = {
  backfills: Backfills
  rankr: Pick<RankrClient, 'list' | 'connectionOf'>
  accept: Accept['accept']
  mailboxes: Pick<Mailboxes, 'of'>
  installations: Pick<Installations, 'find'>
  /** Calls the account has used today. */
  callsToday: (locationId: string) => Promise<number>
  survey: Pick<Survey, 'page' | 'forget'>
  now: () => Date
  log: Log
  /** Named points at which a test may stop the process. */
  fault?: (point: string) => void | Promise<void>
}

const TURN_MS = 1_000
/** While the mailbox is paused: nothing can finish sooner. */
const REST_MS = 5_000
const LONGEST_REST_MS = 60_000
/** A person may have fixed the cause without our being notified. */
const PERSON_MS = 60_000
const MOST_PAGES = 10

/** Events queued before a stop, or still being retried, are counted when they finish. */
const countAgainAfterMs = ({ status, open }: Backfill): number | undefined =>
  open === 0 ? undefined : status === 'stopped' ? REST_MS : LONGEST_REST_MS

/** Delay after a failed turn: 2 s, 4 s … a minute, never less than the other side asked for. */
const backOffMs = (failures: number, retryAfterSeconds = 0): number =>
  Math.max(retryAfterSeconds * 1_000, Math.min(LONGEST_REST_MS, 1_000 * 2 ** Math.min(failures, 6)))

/** Returns the function that runs one turn. */
export const createBackfillTurn = (deps: TurnDeps) => {
  const { backfills, rankr, accept, mailboxes, installations, callsToday, survey, now, log, fault = () => {} } = deps

  const bulkOf = async (locationId: string) =>
    (await mailboxes.of(locationId)).find(({ lane }) => lane === 'bulk') ?? {
      state: 'idle' as const,
      waiting: 0,
      wakeAt: null,
      pauseCode: null,
    }

  const count = async (locationId: string, { id, parts }: Backfill): Promise<void> => {
    const totals: Partial<Record<BackfillKind, number>> = {}
    for (const { kind, total, cursor } of parts) {
      if (total !== null || cursor !== null) continue
      const { total: found } = await rankr.list({ locationId, kind, limit: 1 })
      if (found !== undefined) totals[kind] = found
    }
    await backfills.counted(locationId, id, totals)
  }

  /** False when another process has stored the page, or the backfill was stopped. */
  const readPage = async (locationId: string, { id, parts }: Backfill, kind: BackfillKind): Promise<boolean> => {
    const { cursor } = parts.find((part) => part.kind === kind)!
    const readAt = now()
    const connectionId = await rankr.connectionOf(locationId)
    const page = await rankr.list({ locationId, kind, limit: PAGE_RECORDS, ...(cursor === null ? {} : { cursor }) })
    if (cursor !== null && page.next === cursor) {
      throw new AppError('rankr_unavailable', { cause: new Error('the list does not go on') })
    }
    const due = page.records.filter((record) => !isOver(record, kind))
    const made = due.map((record) => backfillEvent(record, { locationId, backfillId: id, connectionId, kind, readAt }))
    const events = made.filter((event) => event !== undefined)
    await fault('read')
    const accepted = await Promise.all(events.map(accept))
    await fault('accepted')
    return await backfills.handedIn(locationId, id, {
      kind,
      cursor,
      next: page.next ?? null,
      total: page.total ?? null,
      eventIds: accepted.map(({ eventId }) => eventId),
      unusable: made.length - events.length,
      over: page.records.length - due.length,
      at: now(),
    })
  }

  /** Returns milliseconds until the next turn; undefined when there is nothing left to do or count. */
  const goOn = async (locationId: string, id: string, signal: AbortSignal): Promise<number | undefined> => {
    for (let pages = 0; ; pages++) {
      const backfill = await backfills.get(locationId, id)
      if (backfill?.status !== 'running') return undefined
      const box = await bulkOf(locationId)
      const step = nextStep({ parts: backfill.parts, unread: box.waiting, at: now() })
      if (step.do === 'end') {
        await backfills.change(locationId, id, { from: 'running', to: 'done', at: now() })
        await survey.forget(locationId, id)
        log.info({ locationId, backfill: id, ...countsOf(backfill.parts) }, 'a backfill has ended')
        return backfill.open > 0 ? LONGEST_REST_MS : undefined
      }
      if (step.do === 'read' && pages === 0 && backfill.parts.every(({ read }) => read === 0)) {
        await count(locationId, backfill)
      }
      if (step.do === 'wait' || pages >= MOST_PAGES || signal.aborted) {
        const isResting = box.state === 'throttled' || box.state === 'paused' || box.state === 'sleeping'
        return isResting && box.waiting > 0 ? REST_MS : TURN_MS
      }
      const part = backfill.parts.find(({ kind }) => kind === step.kind)!
      if (await survey.page(locationId, id, part)) {
        await fault('surveyed')
        continue
      }
      if (!(await readPage(locationId, backfill, step.kind))) return TURN_MS
    }
  }

  const sample = async (locationId: string, { id, samples, parts }: Backfill): Promise<void> => {
    const latest: Sample = { at: now(), over: countsOf(parts).over, calls: await callsToday(locationId) }
    const kept = withSample(samples, latest)
    if (kept.length !== samples.length || kept.at(-1) !== samples.at(-1)) await backfills.sampled(locationId, id, kept)
  }

  /** Why the account itself cannot continue, whatever Rankr answers. */
  const accountTrouble = async (locationId: string): Promise<ErrorCode | undefined> => {
    const status = (await installations.find(locationId))?.status
    if (status === 'needs_reconnect') return 'reconnect_needed'
    return status === 'suspended' ? 'crm_suspended' : undefined
  }

  const running = async (locationId: string, backfill: Backfill, signal: AbortSignal): Promise<number | undefined> => {
    const { id, failures, waitCode } = backfill
    try {
      const trouble = await accountTrouble(locationId)
      if (trouble) throw new AppError(trouble)
      const delayMs = await goOn(locationId, id, signal)
      if (failures > 0 || waitCode !== null) {
        await backfills.waits(locationId, id, { code: null, until: null, failures: 0 })
      }
      return delayMs
    } catch (thrown) {
      const error = asAppError(thrown)
      const isStuck = needsPerson(error.code)
      const delayMs = isStuck ? PERSON_MS : backOffMs(failures + 1, error.retryAfterSeconds)
      const until = isStuck ? null : new Date(now().getTime() + delayMs)
      if (error.code === 'server_error') log.error({ err: thrown, locationId, backfill: id }, 'a backfill failed')
      else log.info({ locationId, backfill: id, code: error.code }, 'a backfill waits')
      await backfills.waits(locationId, id, { code: error.code, until, failures: failures + 1 })
      return delayMs
    }
  }

  const turn = async ({ locationId, id }: BackfillJob, signal: AbortSignal): Promise<void> => {
    const found = await backfills.get(locationId, id)
    if (!found) return
    await backfills.settle(locationId, found)
    await fault('settled')
    const backfill = await backfills.get(locationId, id)
    if (!backfill) return
    const status = (await installations.find(locationId))?.status
    if (status === undefined || status === 'uninstalled') {
      await backfills.change(locationId, id, { from: 'running', to: 'stopped', at: now() })
      return
    }
    if (backfill.status === 'running') await sample(locationId, backfill)
    const delayMs =
      backfill.status === 'running' ? await running(locationId, backfill, signal) : countAgainAfterMs(backfill)
    if (delayMs !== undefined) await backfills.queue({ locationId, id }, new Date(now().getTime() + delayMs))
  }

  return turn
}
