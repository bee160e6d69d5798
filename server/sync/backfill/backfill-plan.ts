// The next step of a backfill: read a page, wait for the events to be processed, or end. Pure.

import { ERRORS, type ErrorCode } from '../../errors.ts'
import type { BackfillKind, BackfillPart } from '../../store/backfills.ts'

export const PAGE_RECORDS = 100
/** Reading pauses while this many events wait in the mailbox. */
const READ_AHEAD = 500
/**
 * Orders and invoices need their customers: the next kind starts once the previous one is processed except for a few
 * events being retried, or after this time.
 */
const LONGEST_WAIT_MS = 10 * 60_000
/**
 * Some events are retried for up to a day: this long after the last page the backfill ends anyway, and they are counted
 * later.
 */
const LONGEST_END_MS = 30 * 60_000

const stragglersOf = ({ read }: BackfillPart): number => Math.min(50, Math.floor(read / 100))

export type Step = { do: 'read'; kind: BackfillKind } | { do: 'wait' } | { do: 'end' }

const openOf = ({ read, done, skipped, failed }: BackfillPart): number => read - done - skipped - failed

type Standing = {
  parts: readonly BackfillPart[]
  /** Events in the mailbox not yet begun. */
  unread: number
  at: Date
}

/** The next step at `at`, given the parts and the number of unread events. */
export const nextStep = ({ parts, unread, at }: Standing): Step => {
  const index = parts.findIndex(({ readAt }) => readAt === null)
  const part = parts[index]
  if (!part) {
    const isOpen = parts.some((one) => openOf(one) > 0)
    const readAt = Math.max(...parts.map((one) => one.readAt!.getTime()))
    return isOpen && (unread > 0 || at.getTime() - readAt < LONGEST_END_MS) ? { do: 'wait' } : { do: 'end' }
  }
  if (unread + PAGE_RECORDS > READ_AHEAD) return { do: 'wait' }
  const isFirstPage = part.cursor === null
  const isBehind = parts
    .slice(0, index)
    .some(
      (before) => openOf(before) > stragglersOf(before) && at.getTime() - before.readAt!.getTime() < LONGEST_WAIT_MS,
    )
  return isFirstPage && isBehind ? { do: 'wait' } : { do: 'read', kind: part.kind }
}

/** Whether a stopped turn can only continue after somebody acts. Our own faults are retried. */
export const needsPerson = (code: string): boolean =>
  code !== 'server_error' && Object.hasOwn(ERRORS, code) && ERRORS[code as ErrorCode].retry !== 'passing'
