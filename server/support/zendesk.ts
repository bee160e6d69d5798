// Zendesk (https://developer.zendesk.com/api-reference/ticketing/introduction/): tickets have our number as
// `external_id`, and a create repeated within two hours has the same Idempotency-Key. Knows no tenant and no transport.

import { createHash } from 'node:crypto'
import { encodePart } from '../catalog/request.ts'
import { AppError } from '../errors.ts'
import { given, rowOf, rowsOf, textOf } from './answer.ts'
import type { CallDesk, Desk, DeskCredentials, NewTicket, Ticket, TicketPriority, TicketStatus } from './desk.ts'

/** With an API token: `email/token` and the token. */
export const zendeskAuthorization = ({ email, key }: DeskCredentials): string =>
  `Basic ${Buffer.from(`${email}/token:${key}`).toString('base64')}`

const STATUSES: Record<string, TicketStatus> = {
  new: 'open',
  open: 'open',
  pending: 'pending',
  hold: 'pending',
  solved: 'solved',
  closed: 'closed',
}
const PRIORITIES: ReadonlySet<string> = new Set<TicketPriority>(['low', 'normal', 'high', 'urgent'])

/** Events write it in capitals. Undefined for what is none of them. */
export const zendeskStatus = (value: unknown): TicketStatus | undefined => STATUSES[String(value).toLowerCase()]

/** Our priority of a Zendesk word; null when unknown. */
export const zendeskPriority = (value: unknown): TicketPriority | null => {
  const word = String(value).toLowerCase()
  return PRIORITIES.has(word) ? (word as TicketPriority) : null
}

/** What the webhook shall tell of; others would only be dropped. */
const SUBSCRIPTIONS = ['zen:event-type:ticket.status_changed']

const bodyOf = (ticket: NewTicket): Record<string, unknown> => {
  const { externalId, subject, description, requesterEmail, requesterName, priority, tags, followUpOf } = ticket
  return given({
    external_id: externalId,
    subject,
    comment: { body: description },
    // Without a requester it is the key's owner. A new requester needs a name.
    requester: requesterEmail ? { email: requesterEmail, name: requesterName ?? requesterEmail } : undefined,
    priority,
    tags,
    via_followup_source_id: followUpOf && Number(followUpOf),
  })
}

const saysClosed = (error: unknown): boolean =>
  error instanceof AppError &&
  error.code === 'support_rejected' &&
  (error.errors ?? []).some(({ pointer, detail }) => pointer === '/status' && /closed/i.test(detail))

/** `url` is the desk's own address, without a slash at the end. */
export const createZendesk = ({ call, url }: { call: CallDesk; url: string }): Desk => {
  const ticketOf = (value: unknown): Ticket => {
    const row = rowOf(value)
    const ticketId = textOf(row.id)
    const status = zendeskStatus(row.status)
    if (!ticketId || !status) {
      throw new AppError('support_unavailable', { cause: new Error('the answer is no ticket') })
    }
    return {
      ticketId,
      externalId: textOf(row.external_id),
      url: `${url}/agent/tickets/${ticketId}`,
      subject: textOf(row.subject),
      status,
      priority: zendeskPriority(row.priority),
      updatedAt: textOf(row.updated_at),
    }
  }
  const pathOf = (ticketId: string): string => `/api/v2/tickets/${encodePart(ticketId)}`

  const put = async (ticketId: string, ticket: Record<string, unknown>): Promise<Record<string, unknown>> => {
    try {
      return rowOf(await call({ method: 'PUT', path: pathOf(ticketId), body: { ticket } }))
    } catch (error) {
      if (saysClosed(error)) throw new AppError('support_ticket_closed', { cause: error })
      throw error
    }
  }
  const get = async (ticketId: string): Promise<Ticket> =>
    ticketOf(rowOf(await call({ method: 'GET', path: pathOf(ticketId) })).ticket)

  const removeWebhook = async (webhookId: string): Promise<void> => {
    try {
      await call({ method: 'DELETE', path: `/api/v2/webhooks/${encodePart(webhookId)}` })
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'support_not_found')) throw error
    }
  }

  return {
    async check() {
      // A wrong key is not refused by this call but answered with the anonymous user.
      const { user } = rowOf(await call({ method: 'GET', path: '/api/v2/users/me' }))
      const { id, role } = rowOf(user)
      if (id === null || id === undefined || role === 'end-user') throw new AppError('support_unauthorized')
    },

    async create(ticket) {
      const body = { ticket: bodyOf(ticket) }
      // Of the whole body: the desk refuses a key that comes again with another one.
      const key = createHash('sha256').update(JSON.stringify(body)).digest('hex')
      const answer = await call({
        method: 'POST',
        path: '/api/v2/tickets',
        body,
        headers: { 'idempotency-key': key },
      })
      return ticketOf(rowOf(answer).ticket)
    },

    async find(externalId) {
      const answer = await call({ method: 'GET', path: '/api/v2/tickets', query: { external_id: externalId } })
      const found = rowsOf(rowOf(answer).tickets)
        .map(ticketOf)
        .filter((ticket) => ticket.externalId === externalId)
        .sort((a, b) => Number(a.ticketId) - Number(b.ticketId))
      return found.findLast(({ status }) => status !== 'closed') ?? found.at(-1)
    },

    get,

    async getAll(ticketIds) {
      const query = { ids: ticketIds.join(',') }
      const answer = await call({ method: 'GET', path: '/api/v2/tickets/show_many', query })
      return rowsOf(rowOf(answer).tickets).map(ticketOf)
    },

    async update(ticketId, { subject, status, priority, tags }) {
      if (tags?.length) await call({ method: 'PUT', path: `${pathOf(ticketId)}/tags`, body: { tags } })
      const change = given({ subject, status, priority })
      if (Object.keys(change).length === 0) return await get(ticketId)
      return ticketOf((await put(ticketId, change)).ticket)
    },

    async close(ticketId, comment) {
      const ticket = await get(ticketId)
      if (ticket.status === 'solved' || ticket.status === 'closed') return ticket
      const word = comment ? { comment: { body: comment, public: true } } : {}
      return ticketOf((await put(ticketId, { status: 'solved', ...word })).ticket)
    },

    async comment(ticketId, { comment, isPublic }) {
      const { audit } = await put(ticketId, { comment: { body: comment, public: isPublic } })
      const event = rowsOf(rowOf(audit).events).find(({ type }) => type === 'Comment')
      return { commentId: textOf(event?.id) }
    },

    webhooks: {
      async add({ name, url: endpoint }) {
        const wish = {
          name,
          endpoint,
          http_method: 'POST',
          request_format: 'json',
          status: 'active',
          subscriptions: SUBSCRIPTIONS,
        }
        const made = rowOf(await call({ method: 'POST', path: '/api/v2/webhooks', body: { webhook: wish } }))
        const webhookId = textOf(rowOf(made.webhook).id)
        if (!webhookId) throw new AppError('support_unavailable', { cause: new Error('the answer is no webhook') })
        try {
          const path = `/api/v2/webhooks/${encodePart(webhookId)}/signing_secret`
          const { secret } = rowOf(rowOf(await call({ method: 'GET', path })).signing_secret)
          if (typeof secret === 'string') return { webhookId, secret }
          throw new AppError('support_unavailable', { cause: new Error('the webhook has no secret') })
        } catch (error) {
          // Without its secret nothing that it sends could be believed: better that there is none.
          await removeWebhook(webhookId).catch(() => {})
          throw error
        }
      },
      remove: removeWebhook,
    },
  }
}
