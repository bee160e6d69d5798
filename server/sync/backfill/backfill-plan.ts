// What a backfill does next: read a page, wait until what it has read is worked off, or end. Pure.

import { ERRORS, type ErrorCode } from '../../errors.ts'
import type { BackfillKind, BackfillPart } from '../../store/backfills.ts'

export const PAGE_RECORDS = 100
/** So many records may wait in the mailbox, and no more are read: a mailbox of 100,000 helps nobody. */
const READ_AHEAD = 500
/**
 * Orders and invoices want their customers: the next kind begins when the one before is worked off but for a few stragglers,
 * which are being tried again; records wait for their customers by themselves. Nor does it wait longer than this.
 */
const LONGEST_WAIT_MS = 10 * 60_000
/** Some may be tried again for a day: so long after the last page it has ended all the same, and they are counted later. */
const LONGEST_END_MS = 30 * 60_000

const stragglersOf = ({ read }: BackfillPart): number => Math.min(50, Math.floor(read / 100))

export type Step = { do: 'read'; kind: BackfillKind } | { do: 'wait' } | { do: 'end' }

const openOf = ({ read, done, skipped, failed }: BackfillPart): number => read - done - skipped - failed

type Standing = {
  parts: readonly BackfillPart[]
  /** Events of the mailbox that nobody has begun. */
  unread: number
  at: Date
}

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

/** Whether what stopped a turn goes away only when somebody acts; what is our own fault is tried again. */
export const needsPerson = (code: string): boolean =>
  code !== 'server_error' && Object.hasOwn(ERRORS, code) && ERRORS[code as ErrorCode].retry !== 'passing'
