// The ticket that the workflow keeps for an issue, against what its desk says of it. Only the state is compared: what people
// of the desk have changed otherwise stays. Pure.

import type { TicketStatus } from '../../support/desk.ts'
import { dataOf, isDone, issueStatus } from '../tickets/ticket-link.ts'
import { type Compared, type Comparison, inputOf } from './wanted.ts'

/** A ticket as it is compared: `unread` says why its desk could not be asked. */
export type TicketSide = { status: TicketStatus } | { unread: string }

const momentOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN)

type Direction = 'to desk' | 'to Rankr'

/**
 * The side that has news. What the link knows of the ticket tells whether the desk has changed it unheard; else Rankr's record
 * is newer when it was changed after that.
 */
const directionOf = (
  { record, link }: Pick<Compared, 'record' | 'link'>,
  { isResolved, there }: { isResolved: boolean; there: TicketStatus },
): Direction | undefined => {
  const { status: known, statusAt } = dataOf(link)
  const isNewer = momentOf(record.updated_at) > momentOf(statusAt)
  if (isResolved) return isDone(known) ? 'to Rankr' : 'to desk'
  if (isDone(there)) return isDone(known) && isNewer ? 'to desk' : 'to Rankr'
  // Whether somebody waits is said by the desk alone; what Rankr's people have made of it since is theirs.
  return isNewer ? undefined : 'to Rankr'
}

/** Words for issues of a workspace's own say only that it is not resolved. */
const isSame = (status: unknown, { isResolved, there }: { isResolved: boolean; there: TicketStatus }): boolean => {
  const said = issueStatus(there)
  if (isResolved || said === 'resolved') return isResolved === (said === 'resolved')
  return (status !== 'open' && status !== 'waiting') || status === said
}

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

/** What Rankr has kept of the ticket's state, where that differs from what the desk says. */
export const keptInRankr = (status: unknown, there: TicketStatus): TicketStatus => {
  if (status === 'waiting') return 'pending'
  return isDone(there) || status === 'open' ? 'open' : 'solved'
}
