// Mounts routes (route.ts) in an Express app: headers, limits, handling (perform.ts), reply. Unknown addresses are 404;
// a wrong method is 405 with Allow.

import type { Express, RequestHandler } from 'express'
import type { Store } from 'express-rate-limit'
import { AppError } from '../errors.ts'
import { createPerform, type PerformDeps } from './perform.ts'
import { createRateLimit } from './rate-limit.ts'
import { type Render, send } from './reply.ts'
import type { Method, Route } from './route.ts'
import { createSecurityHeaders } from './security-headers.ts'
import { shareAnswer, sharePreflight } from './shared-rows.ts'

export type MountDeps = PerformDeps & {
  publicUrl: string
  render: Render
  frameAncestors: (locationId: string | undefined) => Promise<string[]>
  /** Shared counters for routes with `perMinute`; in this process when absent. */
  rateLimitStore?: ((prefix: string) => Store) | undefined
  log: { error(details: object, text: string): void }
}

/** Mounts all routes, then the answer for everything else. */
export const mount = (app: Express, routes: Route[], deps: MountDeps): void => {
  const headersOf = createSecurityHeaders({ ...deps, isSecure: deps.publicUrl.startsWith('https:') })
  const limitOf = createRateLimit({ storeFor: deps.rateLimitStore, log: deps.log })

  for (const row of routes) {
    const before = [...(row.before ?? [])]
    if (row.perMinute) before.unshift(limitOf({ name: `${row.method} ${row.path}`, perMinute: row.perMinute }))
    const method = row.method.toLowerCase() as Lowercase<Method>
    app[method](row.path, markRoute(row), headersOf(row), ...before, answer(row, deps))
  }
  for (const [path, rows] of Map.groupBy(routes, (row) => row.path)) {
    app.all(path, (_request, response, next) => {
      response.locals.allowed = [...(response.locals.allowed ?? []), ...rows.map(({ method }) => method)]
      response.locals.isShared ||= rows.some(({ isShared }) => isShared)
      next()
    })
  }
  app.use(headersOf({}), nothingHere)
}

const nothingHere: RequestHandler = (request, response) => {
  const methods = new Set<string>(response.locals.allowed)
  if (methods.size === 0) throw new AppError('not_found')
  if (methods.has('GET')) methods.add('HEAD')
  if (response.locals.isShared) sharePreflight(response, methods)
  response.set('Allow', [...methods, 'OPTIONS'].join(', '))
  if (request.method !== 'OPTIONS') throw new AppError('method_not_allowed')
  response.status(204).end()
}

/** For logs and metrics: the route's path, not the requested address. */
const markRoute =
  ({ path, isShared }: Route): RequestHandler =>
  (_request, response, next) => {
    response.locals.route = path
    if (isShared) shareAnswer(response)
    response.set('Cache-Control', 'no-store')
    next()
  }

const answer = (row: Route, deps: MountDeps): RequestHandler => {
  const perform = createPerform(row, deps)
  return async (request, response) => {
    const reply = await perform(request, response)
    if (reply) await send(reply, response, deps.render)
  }
}
