// The link between a Rankr issue and its ticket, and the common terms of both sides. Pure.

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
  /** The last known status: reported by the desk or set by us. */
  status?: TicketStatus
  /** Time of that status, ISO 8601; older reports do not change it. */
  statusAt?: string
}

/** Desks may use the same ticket numbers. */
export const ticketKey = (deskId: string, ticketId: string): string => `${deskId}:${ticketId}`

/** The link's data; empty without a link. */
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

/** An audit entry about a ticket. */
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

/** Undefined for unknown words: the desk's default applies. */
export const priorityOf = (severity: unknown): TicketPriority | undefined =>
  typeof severity === 'string' ? PRIORITIES[severity.trim().toLowerCase()] : undefined

/** Closing a solved ticket for good, days later, is not news. */
export const isDone = (status: TicketStatus | undefined): boolean => status === 'solved' || status === 'closed'

/** Rankr's status of an issue whose ticket has this status. */
export const issueStatus = (status: TicketStatus): string =>
  isDone(status) ? 'resolved' : status === 'pending' ? 'waiting' : 'open'

/** Whether a status differs from the known one in a way that matters. */
export const isNews = (status: TicketStatus, known: TicketStatus | undefined): boolean =>
  known === undefined || issueStatus(status) !== issueStatus(known)

export type DeskTicket = Ticket & { deskId: string }
