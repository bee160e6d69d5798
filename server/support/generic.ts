// Any other desk: receives commands as signed webhooks (Standard Webhooks) and reports changes the same way. It cannot
// be read. A message's id is the same on every attempt, so that the receiver creates one ticket.

import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { PostWebhook } from '../outbound/post-webhook.ts'
import { given, rowOf, textOf } from './answer.ts'
import type { Desk, DeskAccess, Ticket, TicketChange } from './desk.ts'

type Deps = {
  access: Pick<DeskAccess, 'deskId' | 'address' | 'secrets'>
  post: PostWebhook
  /** The event because of which it is called. */
  eventId: string | undefined
  onExchange: Parameters<PostWebhook>[1]
  now: () => Date
}

const parsed = (text: string): Record<string, unknown> => {
  try {
    return rowOf(JSON.parse(text))
  } catch {
    return {}
  }
}

const webUrl = (value: unknown): string | null =>
  typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : null

/** An answer to `ticket.create` may name the ticket, `{ ticket_id, url }`; else our own number is its name. */
export const createGenericDesk = ({ access, post, eventId, onExchange, now }: Deps): Desk => {
  const idOf = (...parts: string[]): string =>
    `msg_${createHash('sha256')
      .update(JSON.stringify([access.deskId, ...parts]))
      .digest('hex')
      .slice(0, 32)}`

  const tell = async (
    type: string,
    data: Record<string, unknown>,
    unique: string[],
  ): Promise<Record<string, unknown>> => {
    const message = { id: idOf(type, ...unique), type, timestamp: now(), data: given(data) }
    const { body } = await post({ url: access.address, secrets: access.secrets, message }, onExchange)
    return parsed(body)
  }
  const change = (type: string, ticketId: string, data: Record<string, unknown>) =>
    tell(type, { ticket_id: ticketId, ...data }, [ticketId, eventId ?? now().toISOString(), JSON.stringify(data)])

  const ticket = (ticketId: string, more: Partial<Ticket>): Ticket => ({
    ticketId,
    externalId: null,
    url: null,
    subject: null,
    status: 'open',
    priority: null,
    updatedAt: now().toISOString(),
    ...more,
  })

  return {
    async check() {
      await tell('ticket.test', {}, [now().toISOString()])
    },

    async create({ externalId, subject, description, requesterEmail, requesterName, priority, tags, followUpOf }) {
      const answer = await tell(
        'ticket.create',
        {
          external_id: externalId,
          subject,
          description,
          requester: given({ email: requesterEmail, name: requesterName }),
          priority,
          tags,
          follow_up_of: followUpOf,
        },
        [externalId, followUpOf ?? ''],
      )
      const ticketId = textOf(answer.ticket_id) ?? externalId
      return ticket(ticketId, { externalId, subject, priority: priority ?? null, url: webUrl(answer.url) })
    },

    find: async () => undefined,

    async get() {
      throw new AppError('support_rejected', { detail: 'This desk tells of its tickets, but cannot be asked for one.' })
    },

    async update(ticketId, { subject, status, priority, tags }: TicketChange) {
      await change('ticket.update', ticketId, { subject, status, priority, tags })
      return ticket(ticketId, given({ subject, status, priority }))
    },

    async close(ticketId, comment) {
      await change('ticket.close', ticketId, { status: 'solved', comment })
      return ticket(ticketId, { status: 'solved' })
    },

    async comment(ticketId, { comment, isPublic }) {
      const answer = await change('ticket.comment', ticketId, { comment, public: isPublic })
      return { commentId: textOf(answer.comment_id) }
    },
  }
}
