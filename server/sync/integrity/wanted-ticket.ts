// Compares the ticket that the workflow keeps for an issue with the desk's ticket. Only the status: other changes by
// the desk's people are theirs. Pure.

import type { TicketStatus } from '../../support/desk.ts'
import { dataOf, isDone, issueStatus } from '../tickets/ticket-link.ts'
import { type Compared, type Comparison, inputOf } from './wanted.ts'

/** A ticket to compare; `unread` is why its desk could not be read. */
export type TicketSide = { status: TicketStatus } | { unread: string }

const momentOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN)

type Direction = 'to desk' | 'to Rankr'

/**
 * The side with the newer state. The link tells whether the desk changed the ticket without our hearing of it;
 * otherwise Rankr's record is newer if it changed afterwards.
 */
const directionOf = (
  { record, link }: Pick<Compared, 'record' | 'link'>,
  { isResolved, there }: { isResolved: boolean; there: TicketStatus },
): Direction | undefined => {
  const { status: known, statusAt } = dataOf(link)
  const isNewer = momentOf(record.updated_at) > momentOf(statusAt)
  if (isResolved) return isDone(known) ? 'to Rankr' : 'to desk'
  if (isDone(there)) return isDone(known) && isNewer ? 'to desk' : 'to Rankr'
  // Only the desk knows whether somebody waits; later changes in Rankr are Rankr's own.
  return isNewer ? undefined : 'to Rankr'
}

/** A workspace's own status words only tell that the issue is not resolved. */
const isSame = (status: unknown, { isResolved, there }: { isResolved: boolean; there: TicketStatus }): boolean => {
  const said = issueStatus(there)
  if (isResolved || said === 'resolved') return isResolved === (said === 'resolved')
  return (status !== 'open' && status !== 'waiting') || status === said
}

/** The comparison of an issue with its ticket. */
export const compareTicket = ({ record, calls, link, crm, surroundings: { tickets } }: Compared): Comparison => {
  const isResolved = inputOf(calls, 'app.tickets.close') !== undefined
  if (!isResolved && !inputOf(calls, 'app.tickets.upsert')) return 'nothing'
  if (link?.state !== 'linked') return isResolved || !tickets?.hasDesk ? 'nothing' : 'missing'
  if (!crm) return isResolved ? 'gone' : 'missing'
  const side = crm as TicketSide
  if ('unread' in side) return 'nothing'
  const there = side.status
  const rankr = record.status ?? null
  if (isSame(rankr, { isResolved, there })) return []
  const direction = directionOf({ record, link }, { isResolved, there })
  if (direction === 'to desk') return [{ field: 'status', rankr, crm: there }]
  return direction === 'to Rankr' && tickets?.isBack ? [{ field: 'status', rankr, crm: there, isBack: true }] : []
}

/** Rankr's state of the ticket, where it differs from the desk's. */
export const keptInRankr = (status: unknown, there: TicketStatus): TicketStatus => {
  if (status === 'waiting') return 'pending'
  return isDone(there) || status === 'open' ? 'open' : 'solved'
}
