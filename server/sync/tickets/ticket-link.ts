// The link between an issue of Rankr and its ticket, and what both sides call the same. Pure.

import type { AuditEntry } from '../../store/audit.ts'
import type { Link } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { Ticket, TicketPriority, TicketStatus } from '../../support/desk.ts'
import type { ActionContext } from '../action.ts'
import { audited } from '../audited.ts'

export type TicketLinkData = {
  ticketId?: string
  deskId?: string
  url?: string | null
  subject?: string
  customerId?: string | null
  contactId?: string | null
  /** The state that is known here: told by the desk, or made by us. */
  status?: TicketStatus
  /** Since when, ISO 8601; what is older than that does not change it. */
  statusAt?: string
}

/** Desks number their tickets alike. */
export const ticketKey = (deskId: string, ticketId: string): string => `${deskId}:${ticketId}`

export const dataOf = (link: Link | undefined): TicketLinkData => (link?.data ?? {}) as TicketLinkData

/** `data` is merged into what is stored. */
export const ticketLink = (
  issueId: string,
  { deskId, ticketId }: { deskId: string; ticketId: string },
  { data = {}, ...more }: Partial<Omit<LinkWrite, 'data'>> & { data?: TicketLinkData } = {},
): LinkWrite => ({
  kind: 'ticket',
  rankrId: issueId,
  crmId: ticketKey(deskId, ticketId),
  state: 'linked',
  data: { deskId, ticketId, ...data },
  ...more,
})

export const ticketAudit = (
  action: string,
  { ticketId, ...details }: { ticketId: string } & Record<string, unknown>,
  context: ActionContext,
): AuditEntry => ({ ...audited(action, ticketId, context, details), subject: { type: 'ticket', id: ticketId } })

const PRIORITIES: Record<string, TicketPriority> = {
  minor: 'low',
  low: 'low',
  medium: 'normal',
  moderate: 'normal',
  normal: 'normal',
  major: 'high',
  high: 'high',
  severe: 'urgent',
  urgent: 'urgent',
  critical: 'urgent',
  blocker: 'urgent',
}

/** Undefined for words that we do not know: then the desk's own rule decides. */
export const priorityOf = (severity: unknown): TicketPriority | undefined =>
  typeof severity === 'string' ? PRIORITIES[severity.trim().toLowerCase()] : undefined

/** Closing for good, days after a ticket was solved, is nothing new for anybody else. */
export const isDone = (status: TicketStatus | undefined): boolean => status === 'solved' || status === 'closed'

/** What Rankr calls an issue whose ticket is in this state. */
export const issueStatus = (status: TicketStatus): string =>
  isDone(status) ? 'resolved' : status === 'pending' ? 'waiting' : 'open'

export const isNews = (status: TicketStatus, known: TicketStatus | undefined): boolean =>
  known === undefined || issueStatus(status) !== issueStatus(known)

export type DeskTicket = Ticket & { deskId: string }
