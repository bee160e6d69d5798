// A desk that answers as Zendesk's API does (tickets, tags, comments, webhooks), as far as an app like ours uses it: the same
// addresses, status codes and error bodies, and the same refusals. Knows nothing of who calls.

import { randomBytes, randomUUID } from 'node:crypto'
import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import type { Manners } from '../rankr/api-faults.ts'
import { type Account, addComment, newTicket, type Status, type Ticket } from './records.ts'

const KEY_LIFE_MS = 2 * 3_600_000
const MOST_SHOWN = 100

export const zendeskManners: Manners = {
  refuse: (response) => response.status(401).json({ error: "Couldn't authenticate you" }),
  count: (response, { limit, left, seconds }) =>
    response.set({
      'x-rate-limit': String(limit),
      'x-rate-limit-remaining': String(left),
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(left),
      'ratelimit-reset': String(seconds),
    }),
  limit: (response, { seconds }) =>
    response
      .status(429)
      .set('retry-after', String(seconds))
      .type('text')
      .send('Rate limit for this endpoint exceeded: please wait and try again'),
}

const status = z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed'])
const comment = z.object({ body: z.string().min(1), public: z.boolean().default(true) })
const fields = {
  subject: z.string().max(255),
  status,
  priority: z.enum(['low', 'normal', 'high', 'urgent']),
  tags: z.array(z.string()),
  external_id: z.string(),
}
const createBody = z.object({
  ticket: z
    .object({
      ...fields,
      comment,
      requester: z.object({ email: z.email(), name: z.string().min(1) }),
      via_followup_source_id: z.number(),
    })
    .partial()
    .required({ comment: true }),
})
const updateBody = z.object({ ticket: z.object({ ...fields, comment }).partial() })
const webhookBody = z.object({
  webhook: z.object({
    name: z.string().min(1),
    endpoint: z.url(),
    http_method: z.literal('POST'),
    request_format: z.literal('json'),
    status: z.enum(['active', 'inactive']),
    subscriptions: z.array(z.string()),
  }),
})

const invalid = (response: Response, details: Record<string, string>): void => {
  response.status(422).json({
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: Object.fromEntries(
      Object.entries(details).map(([field, description]) => [field, [{ description, error: 'InvalidValue' }]]),
    ),
  })
}

const refuse = (response: Response, { issues }: z.ZodError): void => {
  const fault = ({ path, message }: (typeof issues)[number]): [string, string] => {
    const field = String(path.at(-1) ?? 'base')
    return [field, `${field}: ${message}`]
  }
  invalid(response, Object.fromEntries(issues.map(fault)))
}

const notFound = (response: Response): void => {
  response.status(404).json({ error: 'RecordNotFound', description: 'Not found' })
}

export type DeskDeps = {
  accountOf(request: Request): Account | undefined
  /** Resolves when those who listen were told. */
  changed(account: Account, ticket: Ticket, previous: Status): void
  save(): void
  now(): Date
  /** Webhooks are sent nowhere else. */
  appUrl: string
}

/** Router of one account's API, mounted below its name. */
export const zendeskApi = ({ accountOf, changed, save, now, appUrl }: DeskDeps): Router => {
  const router = express.Router({ mergeParams: true })
  router.use(express.json({ limit: '500kb' }))

  const shown = (ticket: Ticket, { name }: Account) => ({
    url: `https://${name}.zendesk.com/api/v2/tickets/${ticket.id}.json`,
    id: ticket.id,
    external_id: ticket.externalId,
    subject: ticket.subject,
    raw_subject: ticket.subject,
    description: ticket.comments[0]!.body,
    status: ticket.status,
    priority: ticket.priority,
    tags: ticket.tags,
    requester_id: 8_447_388_090_494,
    followup_source_id: ticket.followUpOf,
    via: { channel: 'api' },
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
  })
  const ticketOf = (request: Request, account: Account): Ticket | undefined =>
    account.tickets.find(({ id }) => String(id) === request.params.id)

  // Strangers are told that they are nobody; other calls are rejected by api-faults.ts before this.
  router.get('/users/me', (request, response) => {
    const account = accountOf(request)
    response.json({
      user: account
        ? { id: 35_436, name: 'Robin Lee', email: account.email, role: 'admin', active: true, verified: true }
        : { id: null, name: 'Anonymous user', email: 'invalid@example.com', role: 'end-user', active: false },
    })
  })

  router.get('/tickets', (request, response) => {
    const account = accountOf(request)!
    const wanted = request.query.external_id
    const tickets = account.tickets
      .filter(({ externalId }) => wanted === undefined || externalId === wanted)
      .toSorted((a, b) => a.id - b.id)
      .slice(0, 100)
    response.json({
      tickets: tickets.map((one) => shown(one, account)),
      next_page: null,
      previous_page: null,
      count: tickets.length,
    })
  })

  router.post('/tickets', (request, response) => {
    const account = accountOf(request)!
    const key = request.get('idempotency-key')
    const asked = JSON.stringify(request.body)
    const known = key === undefined ? undefined : account.keys[key]
    const before = known && account.tickets.find(({ id }) => id === known.ticketId)
    if (known && before && now().getTime() - Date.parse(before.createdAt) < KEY_LIFE_MS) {
      if (known.asked !== asked) {
        response.status(400).json({
          error: 'IdempotentRequestError',
          description: 'Request parameters are different from those of the first request with this key',
        })
        return
      }
      response
        .status(201)
        .set('x-idempotency-lookup', 'hit')
        .json({ ticket: shown(before, account) })
      return
    }
    const parsed = createBody.safeParse(request.body)
    if (!parsed.success) return refuse(response, parsed.error)
    const { ticket: wish } = parsed.data
    const source = account.tickets.find(({ id }) => id === wish.via_followup_source_id)
    if (wish.via_followup_source_id !== undefined && source?.status !== 'closed') {
      return invalid(response, { via_followup_source_id: 'Followup source must be a closed ticket' })
    }
    const ticket = newTicket(
      account,
      {
        externalId: wish.external_id ?? null,
        subject: wish.subject ?? wish.comment.body.slice(0, 80),
        description: wish.comment.body,
        requester: wish.requester ?? { email: account.email, name: 'Robin Lee' },
        status: wish.status ?? 'new',
        priority: wish.priority ?? null,
        tags: wish.tags ?? [],
        followUpOf: source?.id ?? null,
      },
      now(),
    )
    if (key !== undefined) account.keys[key] = { asked, ticketId: ticket.id }
    save()
    response
      .status(201)
      .set({
        ...(key === undefined ? {} : { 'x-idempotency-lookup': 'miss' }),
        location: `/api/v2/tickets/${ticket.id}`,
      })
      .json({ ticket: shown(ticket, account), audit: { id: ticket.id * 10, ticket_id: ticket.id, events: [] } })
  })

  // Those that are not there are left out.
  router.get('/tickets/show_many', (request, response) => {
    const account = accountOf(request)!
    const ids = String(request.query.ids ?? '').split(',')
    if (ids.length > MOST_SHOWN) {
      response.status(422).json({ error: 'TooManyValues', description: `Maximum of ${MOST_SHOWN} ids` })
      return
    }
    const tickets = account.tickets.filter(({ id }) => ids.includes(String(id))).toSorted((a, b) => a.id - b.id)
    const shownTickets = tickets.map((one) => shown(one, account))
    response.json({ tickets: shownTickets, next_page: null, previous_page: null, count: tickets.length })
  })

  router.get('/tickets/:id', (request, response) => {
    const account = accountOf(request)!
    const ticket = ticketOf(request, account)
    if (ticket) response.json({ ticket: shown(ticket, account) })
    else notFound(response)
  })

  router.put('/tickets/:id', (request, response) => {
    const account = accountOf(request)!
    const ticket = ticketOf(request, account)
    if (!ticket) return notFound(response)
    const parsed = updateBody.safeParse(request.body)
    if (!parsed.success) return refuse(response, parsed.error)
    if (ticket.status === 'closed') return invalid(response, { status: 'Status: closed prevents ticket update' })
    const { comment: words, external_id: externalId, ...change } = parsed.data.ticket
    const previous = ticket.status
    const said = words && addComment(account, ticket, words, now())
    Object.assign(ticket, change, externalId === undefined ? {} : { externalId }, { updatedAt: now().toISOString() })
    save()
    changed(account, ticket, previous)
    response.json({
      ticket: shown(ticket, account),
      audit: {
        id: ticket.id * 10 + 1,
        ticket_id: ticket.id,
        events: said ? [{ id: said.id, type: 'Comment', body: said.body, public: said.public }] : [],
      },
    })
  })

  router.put('/tickets/:id/tags', (request, response) => {
    const ticket = ticketOf(request, accountOf(request)!)
    if (!ticket) return notFound(response)
    const parsed = z.object({ tags: z.array(z.string()) }).safeParse(request.body)
    if (!parsed.success) return refuse(response, parsed.error)
    ticket.tags = [...new Set([...ticket.tags, ...parsed.data.tags])]
    save()
    response.json({ tags: ticket.tags })
  })

  router.post('/webhooks', (request, response) => {
    const account = accountOf(request)!
    const parsed = webhookBody.safeParse(request.body)
    const { webhook } = parsed.data ?? {}
    if (!webhook || new URL(webhook.endpoint).origin !== new URL(appUrl).origin) {
      response.status(400).json({ errors: [{ code: 'InvalidEndpoint', title: 'The webhook cannot be taken' }] })
      return
    }
    const hook = {
      id: `01${randomUUID().replaceAll('-', '').slice(0, 24).toUpperCase()}`,
      name: webhook.name,
      url: webhook.endpoint,
      secret: randomBytes(32).toString('base64url'),
    }
    account.hooks.push(hook)
    save()
    response.status(201).json({ webhook: { ...webhook, id: hook.id, created_at: now().toISOString() } })
  })
  router.get('/webhooks/:id/signing_secret', (request, response) => {
    const hook = accountOf(request)!.hooks.find(({ id }) => id === request.params.id)
    if (hook) response.json({ signing_secret: { algorithm: 'SHA256', secret: hook.secret } })
    else notFound(response)
  })
  router.delete('/webhooks/:id', (request, response) => {
    const { hooks } = accountOf(request)!
    const place = hooks.findIndex(({ id }) => id === request.params.id)
    if (place < 0) return notFound(response)
    hooks.splice(place, 1)
    save()
    response.status(204).end()
  })
  router.use((_request, response) => {
    response.status(404).json({ error: 'InvalidEndpoint', description: 'Not found' })
  })
  return router
}
