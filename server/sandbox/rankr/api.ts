// The API of the simulated Rankr: client credentials, lists, single records, and changes that are kept and told to the
// connections. Knows nothing of the app that calls it.

import express, { type Request, type Response, type Router } from 'express'
import { type Changed, createApiChanges } from './api-changes.ts'
import type { ApiFaults } from './api-faults.ts'
import { listAnswer } from './api-lists.ts'
import type { Grants } from './grants.ts'
import type { Happening, Moment } from './happenings.ts'
import type { Workspace } from './records.ts'

const LISTS = [
  { path: 'customers', id: 'id' },
  { path: 'orders', id: 'order_id' },
  { path: 'invoices', id: 'invoice_id' },
  { path: 'users', id: 'user_id' },
  { path: 'issues', id: 'issue_id' },
] as const

type Deps = {
  workspace: Workspace
  grants: Grants
  apiFaults: ApiFaults
  moment: () => Moment
  /** Something changed: it is kept, and the event goes to every connection. */
  changed: (happening: Happening | undefined) => void
}

/** `Basic`, or the two members of the form (RFC 6749, 2.3.1). */
const credentialsIn = (request: Request): { clientId: string; clientSecret: string } => {
  const [scheme, encoded = ''] = (request.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() === 'basic') {
    const [clientId = '', clientSecret = ''] = Buffer.from(encoded, 'base64')
      .toString()
      .split(':')
      .map(decodeURIComponent)
    return { clientId, clientSecret }
  }
  const { client_id, client_secret } = (request.body ?? {}) as Record<string, unknown>
  return { clientId: String(client_id ?? ''), clientSecret: String(client_secret ?? '') }
}

/**
 * Router with `POST /oauth/token`; `GET /<list>` (page and per_page, or cursor, limit and updated_since), `GET /<list>/<id>`;
 * changes of customers, their tags and notes, and of the status of orders, invoices and issues.
 */
export const rankrApi = ({ workspace, grants, apiFaults, moment, changed }: Deps): Router => {
  const router = express.Router()
  const changes = createApiChanges({ workspace, moment })
  router.use(express.json({ limit: '200kb' }), express.urlencoded({ extended: false, limit: '10kb' }))

  router.post('/oauth/token', apiFaults.strike, (request, response) => {
    const isAsked = (request.body as Record<string, unknown> | undefined)?.grant_type === 'client_credentials'
    const issued = isAsked ? grants.issue(credentialsIn(request)) : undefined
    response.set('cache-control', 'no-store')
    if (issued) response.json(issued)
    else if (isAsked) response.status(401).json({ error: 'invalid_client' })
    else response.status(400).json({ error: 'unsupported_grant_type' })
  })
  router.use(apiFaults.allow, apiFaults.strike)

  for (const { path, id } of LISTS) {
    const rows = workspace[path] as Record<string, unknown>[]
    router.get(`/${path}`, (request, response) => {
      const { status, body } = listAnswer(rows, id, request.query)
      response.status(status).json(body)
    })
    router.get(`/${path}/:id`, (request, response) => {
      const found = rows.find((record) => record[id] === request.params.id)
      if (found) response.json(found)
      else response.status(404).json({ error: 'not_found' })
    })
  }

  const answer = (response: Response, { status, body, happening }: Changed): void => {
    if (status < 300) changed(happening)
    response.status(status).json(body)
  }
  router.post('/customers', (request, response) => answer(response, changes.pushCustomer(request.body)))
  router.patch('/customers/:id', (request, response) =>
    answer(response, changes.updateCustomer(request.params.id, request.body)),
  )
  router.post('/customers/:id/tags', (request, response) =>
    answer(response, changes.addTags(request.params.id, request.body)),
  )
  router.delete('/customers/:id/tags', (request, response) =>
    answer(response, changes.removeTags(request.params.id, request.body)),
  )
  router.post('/customers/:id/notes', (request, response) =>
    answer(response, changes.addNote(request.params.id, request.body)),
  )
  router.patch('/orders/:id', (request, response) =>
    answer(response, changes.updateOrder(request.params.id, request.body)),
  )
  router.patch('/invoices/:id', (request, response) =>
    answer(response, changes.updateInvoice(request.params.id, request.body)),
  )
  router.patch('/issues/:id', (request, response) =>
    answer(response, changes.updateIssue(request.params.id, request.body)),
  )
  router.use((_request, response) => {
    response.status(404).json({ error: 'not_found' })
  })
  return router
}
