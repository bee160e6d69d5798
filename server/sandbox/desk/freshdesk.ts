// A desk that answers as Freshdesk's API does (version 2: tickets, tags, notes, replies, search), as far as an app like ours
// uses it, with its refusals and with a search that learns of tickets late. Knows nothing of who calls.

import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import type { Manners } from '../rankr/api-faults.ts'
import { addComment, newTicket, type Status, type Ticket } from './records.ts'
import type { DeskDeps } from './zendesk.ts'

/** So long the search does not know a new ticket. */
const INDEX_MS = 120_000

export const freshdeskManners: Manners = {
  refuse: (response) =>
    response
      .status(401)
      .json({ code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' }),
  count: (response, { limit, left }) =>
    response.set({
      'x-ratelimit-total': String(limit),
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-used-currentrequest': '1',
    }),
  limit: (response, { seconds }) =>
    response
      .status(429)
      .set('retry-after', String(seconds))
      .json({ message: 'You have exceeded the limit of requests' }),
}

const NUMBERS: Record<Status, number> = { new: 2, open: 2, pending: 3, hold: 3, solved: 4, closed: 5 }
const STATUSES: Record<number, Status> = { 2: 'open', 3: 'pending', 4: 'solved', 5: 'closed' }
const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const

const oneOf = (most: number, least: number) =>
  z.number(`It should be one of these values: '${least}' to '${most}'`).int().min(least).max(most)
const fields = {
  subject: z.string().min(1).max(255),
  description: z.string().min(1),
  status: oneOf(5, 2),
  priority: oneOf(4, 1),
  source: z.number().int(),
  tags: z.array(z.string().max(32, 'It should only contain elements that have maximum of 32 characters')),
  email: z.email("It should be in the 'valid email address' format"),
  name: z.string().max(255),
}
const createBody = z.strictObject(fields).partial({ source: true, tags: true, name: true })
const updateBody = z.strictObject(fields).partial()
const words = z.strictObject({ body: z.string().min(1), private: z.boolean().optional() })

const plain = (html: string): string =>
  html
    .replaceAll('<br>', '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const refuse = (response: Response, { issues }: z.ZodError): void => {
  response.status(400).json({
    description: 'Validation failed',
    errors: issues.map((issue) => ({
      field: issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''),
      message: issue.message,
      code: issue.code === 'unrecognized_keys' ? 'invalid_field' : 'invalid_value',
    })),
  })
}

/** Router of one account's API, mounted below its name. */
export const freshdeskApi = ({ accountOf, changed, save, now }: DeskDeps): Router => {
  const router = express.Router({ mergeParams: true })
  router.use(express.json({ limit: '500kb' }))

  const shown = (ticket: Ticket) => ({
    id: ticket.id,
    subject: ticket.subject,
    status: NUMBERS[ticket.status],
    priority: PRIORITIES.indexOf(ticket.priority ?? 'low') + 1,
    source: 2,
    tags: ticket.tags,
    requester_id: 1_230_045,
    spam: false,
    ...(ticket.isDeleted ? { deleted: true } : {}),
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
  })
  const ticketOf = (request: Request): Ticket | undefined =>
    accountOf(request)!.tickets.find(({ id }) => String(id) === request.params.id)
  // It says nothing but the status.
  const notFound = (response: Response): void => void response.status(404).end()

  router.get('/tickets', (request, response) => {
    const perPage = Math.min(100, Number(request.query.per_page) || 30)
    const page = Number(request.query.page) || 1
    response.json(
      accountOf(request)!
        .tickets.filter(({ isDeleted }) => !isDeleted)
        .slice((page - 1) * perPage, page * perPage)
        .map(shown),
    )
  })

  router.post('/tickets', (request, response) => {
    const account = accountOf(request)!
    const parsed = createBody.safeParse(request.body)
    if (!parsed.success) return refuse(response, parsed.error)
    const { subject, description, email, name, status, priority, tags = [] } = parsed.data
    const ticket = newTicket(
      account,
      {
        subject,
        description: plain(description),
        requester: { email, name: name ?? email },
        status: STATUSES[status]!,
        priority: PRIORITIES[priority - 1]!,
        tags,
      },
      now(),
    )
    save()
    response
      .status(201)
      .set('location', `https://${account.name}.freshdesk.com/api/v2/tickets/${ticket.id}`)
      .json({ ...shown(ticket), description, description_text: plain(description) })
  })

  router.get('/search/tickets', (request, response) => {
    const tag = /^"tag:'([^']+)'"$/.exec(String(request.query.query))?.[1]?.toLowerCase()
    if (tag === undefined) {
      response.status(400).json({
        description: 'Validation failed',
        errors: [{ field: 'query', message: 'Given query is invalid', code: 'invalid_value' }],
      })
      return
    }
    const indexed = accountOf(request)!.tickets.filter(
      ({ createdAt, tags, isDeleted }) =>
        !isDeleted &&
        now().getTime() - Date.parse(createdAt) >= INDEX_MS &&
        tags.some((one) => one.toLowerCase() === tag),
    )
    response.json({ total: indexed.length, results: indexed.slice(0, 30).map(shown) })
  })

  router.get('/tickets/:id', (request, response) => {
    const ticket = ticketOf(request)
    if (ticket) response.json(shown(ticket))
    else notFound(response)
  })

  router.put('/tickets/:id', (request, response) => {
    const account = accountOf(request)!
    const ticket = ticketOf(request)
    if (!ticket) return notFound(response)
    if (ticket.isDeleted) return void response.status(405).set('allow', 'GET').end()
    const parsed = updateBody.safeParse(request.body)
    if (!parsed.success) return refuse(response, parsed.error)
    const { status, priority, subject, tags } = parsed.data
    const previous = ticket.status
    Object.assign(ticket, {
      ...(subject === undefined ? {} : { subject }),
      ...(tags === undefined ? {} : { tags }),
      ...(status === undefined ? {} : { status: STATUSES[status] }),
      ...(priority === undefined ? {} : { priority: PRIORITIES[priority - 1] }),
      updatedAt: now().toISOString(),
    })
    save()
    changed(account, ticket, previous)
    response.json(shown(ticket))
  })

  for (const kind of ['notes', 'reply'] as const) {
    router.post(`/tickets/:id/${kind}`, (request, response) => {
      const account = accountOf(request)!
      const ticket = ticketOf(request)
      if (!ticket || ticket.isDeleted) return notFound(response)
      const parsed = words.safeParse(request.body)
      if (!parsed.success) return refuse(response, parsed.error)
      const isPublic = kind === 'reply' || parsed.data.private === false
      const { id, at } = addComment(account, ticket, { body: plain(parsed.data.body), public: isPublic }, now())
      save()
      const { body } = parsed.data
      response.status(201).json({ id, body, body_text: plain(body), ticket_id: ticket.id, created_at: at })
    })
  }

  router.get('/tickets/:id/conversations', (request, response) => {
    const ticket = ticketOf(request)
    if (!ticket) return notFound(response)
    response.json(
      ticket.comments.slice(1).map(({ id, body, public: isPublic, at }) => ({
        id,
        body,
        body_text: body,
        private: !isPublic,
        ticket_id: ticket.id,
        created_at: at,
      })),
    )
  })
  router.use((_request, response) => notFound(response))
  return router
}
