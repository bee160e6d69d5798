// Backfills for screens and workflows: start, stop, resume, progress. backfill-turn.ts does the work.

import { AppError } from '../../errors.ts'
import { derivedId, newId } from '../../ids.ts'
import type { Backfill, BackfillKind, Backfills } from '../../store/backfills.ts'
import type { Database, Tx } from '../../store/db.ts'
import type { Mailboxes } from '../../store/mailboxes.ts'
import type { BudgetUse } from '../../store/rate-budgets.ts'
import type { ActionCall, OwnAction } from '../action.ts'
import { EVENT_TYPES } from './backfill-event.ts'
import { needsPerson } from './backfill-plan.ts'
import { type BulkCalls, type Counts, countsOf, forecastEnd, type Speed, speedOf } from './backfill-progress.ts'

const BACKFILL_KINDS = Object.keys(EVENT_TYPES) as BackfillKind[]

/** Desks may write to a ticket's customer: only people choose this kind, never a workflow. */
const LEFT_TO_PEOPLE: ReadonlySet<BackfillKind> = new Set<BackfillKind>(['issues'])

/** `until`: when it continues by itself, if known. */
export type BackfillWait = { why: 'person' | 'slow' | 'live'; code: string | null; until: Date | null }

export type BackfillProgress = Pick<Backfill, 'id' | 'status' | 'startedAt' | 'finishedAt' | 'open'> & {
  counts: Counts
  parts: (Pick<Backfill['parts'][number], 'kind' | 'readAt'> & { counts: Counts })[]
  speed: Speed | undefined
  /** Undefined while unknown. */
  endsAt: Date | undefined
  wait: BackfillWait | undefined
}

type Deps = {
  db: Pick<Database, 'transaction'>
  backfills: Backfills
  mailboxes: Pick<Mailboxes, 'of'>
  /** Whether any workflow of the account starts with such events. */
  wants: (event: { locationId: string; source: 'rankr'; type: string }) => Promise<boolean>
  budget: (locationId: string) => Promise<BudgetUse | undefined>
  /** Share of the calls available to background work, 0 to 1. */
  bulkShare: number
  now: () => Date
}

/** Waits shorter than this are not shown. */
const BRIEF_MS = 5_000

/** Called in the transaction of the change, to audit it. */
export type RecordBackfill = (tx: Tx, backfill: { id: string }) => Promise<void>

export type BackfillService = ReturnType<typeof createBackfillService>

/** Methods throw `not_found`, `conflict` and `invalid_request` as described on each. */
export const createBackfillService = (deps: Deps) => {
  const { db, backfills, mailboxes, wants, budget, bulkShare, now } = deps

  /** Kinds of records that some workflow of the account uses. */
  const wanted = async (locationId: string): Promise<BackfillKind[]> => {
    const asked = BACKFILL_KINDS.map((kind) => wants({ locationId, source: 'rankr', type: EVENT_TYPES[kind] }))
    const answers = await Promise.all(asked)
    return BACKFILL_KINDS.filter((_kind, index) => answers[index])
  }

  const waitOf = async (locationId: string, { waitCode, waitUntil }: Backfill): Promise<BackfillWait | undefined> => {
    if (waitCode) return { why: needsPerson(waitCode) ? 'person' : 'slow', code: waitCode, until: waitUntil }
    const boxes = await mailboxes.of(locationId)
    const bulk = boxes.find(({ lane }) => lane === 'bulk')
    if (bulk?.state === 'paused') return { why: 'person', code: bulk.pauseCode, until: null }
    if (bulk?.state !== 'throttled') return undefined
    const isLiveWaiting = boxes.some(({ lane, waiting }) => lane === 'live' && waiting > 0)
    const isBrief = bulk.wakeAt !== null && bulk.wakeAt.getTime() - now().getTime() < BRIEF_MS
    if (isBrief && !isLiveWaiting) return undefined
    return { why: isLiveWaiting ? 'live' : 'slow', code: null, until: bulk.wakeAt }
  }

  const begin = async (
    locationId: string,
    { id, kinds, by }: { id: string; kinds: readonly BackfillKind[]; by: string | null },
    record: RecordBackfill,
  ): Promise<boolean> =>
    await db.transaction(async (tx) => {
      const at = now()
      if (!(await backfills.start(locationId, { id, kinds, by, at }, tx))) return false
      await backfills.queue({ locationId, id }, at, tx)
      await record(tx, { id })
      return true
    })

  const change = async (
    locationId: string,
    { from, to }: { from: Backfill['status']; to: Backfill['status'] },
    record: RecordBackfill,
  ): Promise<void> => {
    const latest = await backfills.latest(locationId)
    if (!latest) throw new AppError('not_found')
    const { id } = latest
    await db.transaction(async (tx) => {
      const at = now()
      if (!(await backfills.change(locationId, id, { from, to, at, on: tx }))) {
        throw new AppError('conflict', { detail: 'It is not as it was any more.' })
      }
      await backfills.queue({ locationId, id }, at, tx)
      await record(tx, { id })
    })
  }

  return {
    wanted,

    /** The running backfill, else the last one; undefined when there was none. */
    async progress(locationId: string): Promise<BackfillProgress | undefined> {
      const backfill = await backfills.latest(locationId)
      if (!backfill) return undefined
      const at = now()
      const { id, status, startedAt, finishedAt, open, samples, parts } = backfill
      const counts = countsOf(parts)
      const shown = { id, status, startedAt, finishedAt, open, counts }
      const each = parts.map((part) => ({ kind: part.kind, readAt: part.readAt, counts: countsOf([part]) }))
      if (status !== 'running') return { ...shown, parts: each, speed: undefined, endsAt: undefined, wait: undefined }
      const [use, wait] = await Promise.all([budget(locationId), waitOf(locationId, backfill)])
      const speed = speedOf(samples, { at, over: counts.over, calls: use?.usedToday ?? 0 })
      const daily = Math.floor((use?.dailyLimit ?? 0) * bulkShare)
      const calls: BulkCalls = { leftToday: daily - (use?.usedToday ?? 0), daily }
      const isOpen = speed && counts.total !== null && wait?.why !== 'person'
      const endsAt = isOpen
        ? forecastEnd({ left: Math.max(0, counts.total! - counts.over), speed, calls, at })
        : undefined
      return { ...shown, parts: each, speed, endsAt, wait }
    },

    /**
     * Starts with the given kinds, in their fixed order. Throws `conflict` while one is running, `invalid_request`
     * without a usable kind.
     */
    async start(
      locationId: string,
      { kinds, by }: { kinds: readonly string[]; by: string },
      record: RecordBackfill,
    ): Promise<void> {
      const chosen = (await wanted(locationId)).filter((kind) => kinds.includes(kind))
      if (chosen.length === 0) throw new AppError('invalid_request', { detail: 'Choose what is to be brought over.' })
      if (await begin(locationId, { id: newId(), kinds: chosen, by }, record)) return
      throw new AppError('conflict', { detail: 'An initial sync is running already.' })
    },

    /** Events already queued are still processed. Throws `conflict` when it is not running, `not_found` without one. */
    stop: (locationId: string, record: RecordBackfill): Promise<void> =>
      change(locationId, { from: 'running', to: 'stopped' }, record),

    /** Continues where it was stopped. Throws like `stop`. */
    resume: (locationId: string, record: RecordBackfill): Promise<void> =>
      change(locationId, { from: 'stopped', to: 'running' }, record),

    /** `app.initial-sync.start`: once in the life of an account, whichever sign-up triggers it. */
    action: (async ({ locationId, context }: ActionCall) => {
      const id = derivedId('backfill', context.runId, context.stepId)
      const before = await backfills.latest(locationId)
      const none = (outcome: string) => ({ output: { syncId: before?.id ?? null, outcome } })
      if (before) return none(before.id === id ? 'started' : 'before')
      const kinds = (await wanted(locationId)).filter((kind) => !LEFT_TO_PEOPLE.has(kind))
      if (kinds.length === 0) return none('nothing-wanted')
      if (!(await begin(locationId, { id, kinds, by: null }, async () => {}))) return none('before')
      const audit = {
        actor: { type: 'system' as const },
        action: 'initial_sync.started',
        subject: { type: 'initial-sync', id },
        details: { kinds },
        eventId: context.eventId,
      }
      return { output: { syncId: id, outcome: 'started' }, keep: { audit: [audit] } }
    }) satisfies OwnAction,
  }
}
