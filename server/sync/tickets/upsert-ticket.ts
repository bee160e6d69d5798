// `app.tickets.upsert`: one ticket per Rankr issue, opened once and kept up to date. Changes by the desk's people stay,
// except that subject and priority follow Rankr when they change there.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import type { FindLink } from '../find-link.ts'
import type { OpenTicket } from './open-ticket.ts'
import {
  type DeskTicket,
  dataOf,
  isDone,
  priorityOf,
  type TicketLinkData,
  ticketAudit,
  ticketLink,
} from './ticket-link.ts'
import type { Requester } from './ticket-requester.ts'

type Deps = {
  findLink: FindLink
  openTicket: OpenTicket
  requesterOf: (call: ActionCall) => Promise<Requester>
  now: () => Date
}

const MOST_SUBJECT_LETTERS = 255

/** The ticket is unusable: deleted, closed for good, or its desk is disconnected. */
const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'support_not_found',
  'support_ticket_closed',
  'support_not_connected',
])

const tagsOf = (tags: unknown): string[] => (Array.isArray(tags) ? tags.map(String) : [])

/** Time of the issue's given state; now when unknown. */
const momentOf = (at: unknown, now: Date): Date => {
  const moment = typeof at === 'string' ? Date.parse(at) : Number.NaN
  return Number.isNaN(moment) ? now : new Date(moment)
}

/** Output `{ ticketId, deskId, url, status, contactId, outcome: 'created' | 'found' | 'updated' | 'reopened' | 'unchanged' }`. */
export const createUpsertTicket = ({ findLink, openTicket, requesterOf, now }: Deps): OwnAction => {
  const open = async (call: ActionCall, state: Buffer): Promise<ActionResult> => {
    const { input, context } = call
    const issueId = String(input.issueId)
    const subject = String(input.subject).slice(0, MOST_SUBJECT_LETTERS)
    const { contactId, email, name } = await requesterOf(call)
    const { result, effects } = await openTicket(call, {
      externalId: issueId,
      subject,
      description: typeof input.description === 'string' && input.description !== '' ? input.description : subject,
      requesterEmail: email,
      requesterName: name,
      priority: priorityOf(input.severity),
      tags: tagsOf(input.tags),
    })
    const { ticketId, deskId, url, status, outcome } = result
    const customerId = typeof input.customerId === 'string' ? input.customerId : null
    const data: TicketLinkData = { url, subject, status, statusAt: now().toISOString(), customerId, contactId }
    return {
      output: { ticketId, deskId, url, status, contactId, outcome },
      keep: {
        links: [ticketLink(issueId, result, { data, rankrFingerprint: state, writtenAt: now() })],
        effects,
        audit: [ticketAudit(`ticket.${outcome}`, { ticketId, deskId, issueId }, context)],
      },
    }
  }

  return async (call) => {
    const { locationId, input, context, support } = call
    const issueId = String(input.issueId)
    const { description, severity } = input
    const subject = String(input.subject).slice(0, MOST_SUBJECT_LETTERS)
    const state = fingerprint({ subject, description, severity })
    const link = await findLink(locationId, 'ticket', issueId)
    const known = dataOf(link)
    const { ticketId, deskId } = known
    if (link?.state !== 'linked' || !ticketId || !deskId) return await open(call, state)

    const same = { ticketId, deskId, url: known.url ?? null, contactId: known.contactId ?? null }
    const isOlder = known.statusAt !== undefined && momentOf(input.at, now()) <= new Date(known.statusAt)
    const isAgain = isDone(known.status) && !isOlder
    if (link.rankrFingerprint?.equals(state) && !isAgain) {
      return { output: { ...same, status: known.status ?? 'open', outcome: 'unchanged' } }
    }
    try {
      const priority = priorityOf(severity)
      const change = { subject, ...(priority ? { priority } : {}), ...(isAgain ? { status: 'open' } : {}) }
      const ticket = (await support('support.tickets.update', { ticketId, deskId, ...change })) as DeskTicket
      const outcome = isAgain ? 'reopened' : 'updated'
      const data: TicketLinkData = {
        subject,
        url: ticket.url ?? same.url,
        ...(isAgain ? { status: 'open', statusAt: now().toISOString() } : {}),
      }
      return {
        output: { ...same, url: data.url, status: data.status ?? known.status ?? 'open', outcome },
        keep: {
          links: [ticketLink(issueId, { ticketId, deskId }, { data, rankrFingerprint: state, writtenAt: now() })],
          audit: [ticketAudit(`ticket.${outcome}`, { ticketId, deskId, issueId }, context)],
        },
      }
    } catch (error) {
      if (error instanceof AppError && GONE.has(error.code)) return await open(call, state)
      throw error
    }
  }
}
