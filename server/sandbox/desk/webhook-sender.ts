// Reports ticket changes the way each desk does: Zendesk by a signed event, Freshdesk by a rule's request with its
// configured header. Retried when the receiver is busy or down.

import { createHmac, randomUUID } from 'node:crypto'
import type { After, Post } from '../rankr/deliveries.ts'
import type { Account, DeskState, Hook, Status, Ticket } from './records.ts'

const RETRY_DELAYS_MS = [2_000, 5_000, 15_000] as const
const KEPT = 30

type Deps = {
  state: DeskState
  save: () => void
  post: Post
  after: After
  now: () => Date
}

type Message = { headers: Record<string, string>; body: string }

const zendeskEvent = (account: Account, ticket: Ticket, { previous, now }: { previous: Status; now: Date }): string =>
  JSON.stringify({
    account_id: 12_514_403,
    id: randomUUID(),
    type: 'zen:event-type:ticket.status_changed',
    subject: `zen:ticket:${ticket.id}`,
    time: now.toISOString(),
    zendesk_event_version: '2022-11-06',
    event: { current: ticket.status.toUpperCase(), previous: previous.toUpperCase() },
    detail: {
      id: String(ticket.id),
      external_id: ticket.externalId,
      subject: ticket.subject,
      status: ticket.status.toUpperCase(),
      priority: ticket.priority?.toUpperCase() ?? null,
      tags: ticket.tags,
      requester_id: '8447388090494',
      is_public: true,
      created_at: ticket.createdAt,
      updated_at: ticket.updatedAt,
      via: { channel: 'web' },
      brand_id: account.name,
    },
  })

const signed = (hook: Hook, body: string, now: Date): Message => {
  const timestamp = now.toISOString()
  const signature = createHmac('sha256', hook.secret).update(`${timestamp}${body}`).digest('base64')
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-zendesk-account-id': '12514403',
      'x-zendesk-webhook-id': hook.id,
      'x-zendesk-webhook-invocation-id': randomUUID(),
      'x-zendesk-webhook-signature': signature,
      'x-zendesk-webhook-signature-timestamp': timestamp,
    },
  }
}

const FRESHDESK_WORDS: Partial<Record<Status, string>> = { solved: 'Resolved', closed: 'Closed', pending: 'Pending' }

const ruled = (hook: Hook, account: Account, ticket: Ticket): Message => ({
  headers: { 'content-type': 'application/json', 'x-webhook-secret': hook.secret },
  body: JSON.stringify({
    freshdesk_webhook: {
      ticket_id: ticket.id,
      ticket_subject: ticket.subject,
      ticket_status: FRESHDESK_WORDS[ticket.status] ?? 'Open',
      ticket_url: `https://${account.name}.freshdesk.com/helpdesk/tickets/${ticket.id}`,
    },
  }),
})

/** `tell` resolves after the first try of every hook; `stop` cancels what is planned and waits for what is under way. */
export const createWebhookSender = ({ state, save, post, after, now }: Deps) => {
  const planned = new Set<() => void>()
  const running = new Set<Promise<void>>()

  const attempt = async (
    account: Account,
    hook: Hook,
    body: { text: string; ticket: Ticket },
    tries = 0,
  ): Promise<void> => {
    const { text, ticket } = body
    const message = account.kind === 'zendesk' ? signed(hook, text, now()) : ruled(hook, account, ticket)
    const answer = await post({ url: hook.url, ...message })
    state.told.unshift({
      at: now().toISOString(),
      desk: `${account.kind} ${account.name}`,
      ticketId: ticket.id,
      status: ticket.status,
      answer: `${answer.status ?? 'no answer'} ${answer.code}`,
    })
    state.told.splice(KEPT)
    save()
    const delay = RETRY_DELAYS_MS[tries]
    const isBusy = answer.status === null || answer.status === 429 || answer.status >= 500
    if (!isBusy || delay === undefined) return
    const cancel = after(Math.max(delay, (answer.retryAfterSeconds ?? 0) * 1000), () => {
      planned.delete(cancel)
      void run(attempt(account, hook, body, tries + 1))
    })
    planned.add(cancel)
  }

  const run = (work: Promise<void>): Promise<void> => {
    const guarded = work.finally(() => running.delete(guarded))
    running.add(guarded)
    return guarded
  }

  return {
    async tell(account: Account, ticket: Ticket, previous: Status): Promise<void> {
      if (ticket.status === previous) return
      const text = zendeskEvent(account, ticket, { previous, now: now() })
      const body = { text, ticket: structuredClone(ticket) }
      await Promise.all(account.hooks.map((hook) => run(attempt(account, hook, body))))
    },
    async stop(): Promise<void> {
      for (const cancel of planned) cancel()
      await Promise.all(running)
    },
  }
}

export type WebhookSender = ReturnType<typeof createWebhookSender>
