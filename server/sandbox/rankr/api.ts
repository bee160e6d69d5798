// The read API of the simulated Rankr: lists by page and single records, with a bearer key.

import { timingSafeEqual } from 'node:crypto'
import express, { type Router } from 'express'
import { z } from 'zod'
import type { Workspace } from './records.ts'

const LISTS = [
  { path: 'customers', id: 'id' },
  { path: 'orders', id: 'order_id' },
  { path: 'invoices', id: 'invoice_id' },
] as const

const pageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(20),
})

const isSame = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Router with `GET /<list>?page=&per_page=` → `{ data, page, per_page, total, next_page }` and `GET /<list>/<id>`. */
export const rankrApi = (workspace: Workspace): Router => {
  const router = express.Router()
  router.use((request, response, next) => {
    const [scheme, key = ''] = (request.get('authorization') ?? '').split(' ')
    if (scheme?.toLowerCase() === 'bearer' && isSame(key, workspace.apiKey)) next()
    else response.status(401).set('www-authenticate', 'Bearer').json({ error: 'unauthorized' })
  })
  for (const { path, id } of LISTS) {
    router.get(`/${path}`, (request, response) => {
      const query = pageQuery.safeParse(request.query)
      if (!query.success) {
        response.status(400).json({ error: 'invalid_page' })
        return
      }
      const { page, per_page } = query.data
      const all = workspace[path]
      const data = all.slice((page - 1) * per_page, page * per_page)
      const next_page = page * per_page < all.length ? page + 1 : null
      response.json({ data, page, per_page, total: all.length, next_page })
    })
    router.get(`/${path}/:id`, (request, response) => {
      const found = (workspace[path] as Record<string, unknown>[]).find((record) => record[id] === request.params.id)
      if (found) response.json(found)
      else response.status(404).json({ error: 'not_found' })
    })
  }
  router.use((_request, response) => {
    response.status(404).json({ error: 'not_found' })
  })
  return router
}
