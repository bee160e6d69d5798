// Our own actions on support desk tickets. All are idempotent. The desk's event about our own change is recognised and
// ignored.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { TicketStatus } from '../../support/desk.ts'
import type { CallCrm, OwnAction } from '../action.ts'
import { createFindLink } from '../find-link.ts'
import type { Once } from '../once.ts'
import { createOpenTicket, type OpenWish } from './open-ticket.ts'
import {
  type DeskTicket,
  dataOf,
  isDone,
  isNews,
  issueStatus,
  type TicketLinkData,
  ticketAudit,
  ticketKey,
  ticketLink,
} from './ticket-link.ts'
import { createRequester } from './ticket-requester.ts'
import { createUpsertTicket } from './upsert-ticket.ts'

type Deps = { links: Pick<Links, 'findAll' | 'byCrmId'>; once: Once; now: () => Date }

const STATUSES = ['open', 'pending', 'solved', 'closed'] as const

const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['support_not_found', 'support_not_connected'])

/** The desk's current state; undefined when it is gone. Desks that cannot be read are trusted as of `toldAt`. */
const readTicket = async (
  support: CallCrm,
  { ticketId, deskId, status, at }: Record<string, unknown>,
): Promise<(Partial<DeskTicket> & { status: TicketStatus; toldAt?: string }) | undefined> => {
  const told = STATUSES.find((one) => one === status)
  try {
    return (await support('support.tickets.get', { ticketId, deskId })) as DeskTicket
  } catch (error) {
    if (error instanceof AppError && error.code === 'support_rejected' && told) {
      return { status: told, ...(typeof at === 'string' ? { toldAt: at } : {}) }
    }
    if (error instanceof AppError && GONE.has(error.code)) return undefined
    throw error
  }
}

/** Actions `app.tickets.*`, and the `support.tickets.*` action that opens tickets. */
export const createTicketActions = ({ links, once, now }: Deps): Record<string, OwnAction> => {
  const findLink = createFindLink(links)
  const openTicket = createOpenTicket(once)

  /** Also once per number, for custom workflows; the desk's changes are matched as well. */
  const create: OwnAction = async (call) => {
    const { input, context } = call
    const externalId = String(input.externalId)
    const { result, effects } = await openTicket(call, input as OpenWish)
    const { ticketId, deskId, url, status, outcome } = result
    const data: TicketLinkData = { url, subject: String(input.subject), status, statusAt: now().toISOString() }
    return {
      output: { ...result },
      keep: {
        links: [ticketLink(externalId, result, { data, writtenAt: now() })],
        effects,
        audit: [ticketAudit(`ticket.${outcome}`, { ticketId, deskId, externalId }, context)],
      },
    }
  }

  const close: OwnAction = async ({ locationId, input, context, support }) => {
    const issueId = String(input.issueId)
    const link = await findLink(locationId, 'ticket', issueId)
    const { ticketId, deskId, status = 'open', url = null, contactId = null } = dataOf(link)
    if (link?.state !== 'linked' || !ticketId || !deskId) return { output: { ticketId: null, outcome: 'none' } }
    const same = { ticketId, deskId, url, contactId }
    if (isDone(status)) return { output: { ...same, status, outcome: 'unchanged' } }
    const comment = typeof input.comment === 'string' && input.comment !== '' ? { comment: input.comment } : {}
    try {
      await support('support.tickets.close', { ticketId, deskId, ...comment })
    } catch (error) {
      if (!(error instanceof AppError && GONE.has(error.code))) throw error
      return { output: { ...same, status, outcome: 'none' } }
    }
    const data: TicketLinkData = { status: 'solved', statusAt: now().toISOString() }
    return {
      output: { ...same, status: 'solved', outcome: 'closed' },
      keep: {
        links: [ticketLink(issueId, { ticketId, deskId }, { data, writtenAt: now() })],
        audit: [ticketAudit('ticket.closed', { ticketId, deskId, issueId }, context)],
      },
    }
  }

  const compare: OwnAction = async ({ locationId, input, support }) => {
    const [ticketId, deskId] = [String(input.ticketId), String(input.deskId)]
    const [link] = await links.byCrmId(locationId, 'ticket', ticketKey(deskId, ticketId))
    if (link?.state !== 'linked') return { output: { isNews: false, issueId: null } }
    const known = dataOf(link)
    const ticket = await readTicket(support, { ...input, ticketId, deskId })
    if (!ticket) return { output: { isNews: false, issueId: link.rankrId } }
    const { status, toldAt } = ticket
    const isLate = toldAt !== undefined && known.statusAt !== undefined && new Date(toldAt) < new Date(known.statusAt)
    if (isLate) return { output: { isNews: false, issueId: link.rankrId } }
    const customerId = known.customerId ?? null
    // The customer may have been synced since the ticket was opened.
    const customer = customerId ? await findLink(locationId, 'customer', customerId) : undefined
    const contactId = (customer?.state === 'linked' ? customer.crmId : undefined) ?? known.contactId ?? null
    const output = {
      isNews: isNews(status, known.status),
      issueId: link.rankrId,
      issueStatus: issueStatus(status),
      ticketId,
      deskId,
      status,
      customerId,
      contactId,
      subject: ticket.subject ?? known.subject ?? null,
      url: ticket.url ?? known.url ?? null,
    }
    if (status === known.status) return { output }
    const data: TicketLinkData = { status, statusAt: toldAt ?? now().toISOString() }
    return { output, keep: { links: [ticketLink(link.rankrId, { deskId, ticketId }, { data })] } }
  }

  const moveOpportunity: OwnAction = async ({ input, context, crm }) => {
    const { contactId, pipelineId, stageId } = input
    const { opportunities } = (await crm('crm.opportunities.search', { contactId, pipelineId, limit: 100 })) as {
      opportunities: { id: string; status?: string; pipelineStageId?: string }[]
    }
    const opportunity = opportunities.find(({ status }) => status === 'open')
    if (!opportunity) return { output: { opportunityId: null, outcome: 'none' } }
    const { id: opportunityId } = opportunity
    if (opportunity.pipelineStageId === stageId) return { output: { opportunityId, outcome: 'unchanged' } }
    await crm('crm.opportunities.update', { opportunityId, pipelineId, pipelineStageId: stageId })
    const entry = ticketAudit('opportunity.moved', { ticketId: opportunityId, stageId }, context)
    return {
      output: { opportunityId, outcome: 'moved' },
      keep: { audit: [{ ...entry, subject: { type: 'opportunity', id: opportunityId } }] },
    }
  }

  return {
    'support.tickets.create': create,
    'app.tickets.upsert': createUpsertTicket({ findLink, openTicket, requesterOf: createRequester({ findLink }), now }),
    'app.tickets.close': close,
    'app.tickets.compare': compare,
    'app.tickets.move-opportunity': moveOpportunity,
  }
}
