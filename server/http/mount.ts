// Puts rows (route.ts) into an Express app: headers, limits, door, input, handler, reply. What no row answers is 404, or
// 405 with Allow when the address exists.

import type { Express, Request, RequestHandler, Response } from 'express'
import type { Store } from 'express-rate-limit'
import type { ApiCaller } from '../api/authenticate.ts'
import { AppError } from '../errors.ts'
import type { Tx } from '../store/db.ts'
import { readBody } from './body.ts'
import { BODY_DOORS, type Doors } from './doors/doors.ts'
import type { Session } from './doors/session.ts'
import { readInput } from './input.ts'
import { createRateLimit } from './rate-limit.ts'
import { type Render, type Reply, send } from './reply.ts'
import type { AuditActor, AuditSubject, Method, Route } from './route.ts'
import { createSecurityHeaders } from './security-headers.ts'
import { shareAnswer, sharePreflight } from './shared-rows.ts'

const BODY_LIMIT_BYTES = 100 * 1024

/** A change as the audit keeps it; the tenant stands beside it. */
export type AuditRecord = {
  actor: AuditActor
  action: string
  subject: { type: string; id?: string }
  details: Record<string, unknown>
  requestId: string
}

export type MountDeps = {
  doors: Doors
  publicUrl: string
  render: Render
  frameAncestors: (locationId: string | undefined) => Promise<string[]>
  recordAudit: (locationId: string, record: AuditRecord, tx?: Tx) => Promise<unknown>
  /** Shared counters for rows with `perMinute`; this process's memory when absent. */
  rateLimitStore?: ((prefix: string) => Store) | undefined
}

/** Adds all rows to the app, then the answer for everything else. */
export const mount = (app: Express, routes: Route[], deps: MountDeps): void => {
  const headersOf = createSecurityHeaders({ ...deps, isSecure: deps.publicUrl.startsWith('https:') })
  const limitOf = createRateLimit({ storeFor: deps.rateLimitStore })

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

/** For log and metrics: the row's path, not the address that was asked for. */
const markRoute =
  ({ path, isShared }: Route): RequestHandler =>
  (_request, response, next) => {
    response.locals.route = path
    if (isShared) shareAnswer(response)
    response.set('Cache-Control', 'no-store')
    next()
  }

const NO_BODY = Buffer.alloc(0)

const answer = (row: Route, deps: MountDeps): RequestHandler => {
  const enter = row.door === 'api' ? deps.doors.api({ scopes: row.scopes ?? [] }) : deps.doors[row.door]
  return async (request, response) => {
    const isRead = BODY_DOORS.has(row.door)
    const limit = row.bodyLimitBytes ?? BODY_LIMIT_BYTES
    const readBytes = isRead ? await readBody(request, limit) : NO_BODY
    const caller = await enter(request, readBytes)
    if (row.role && (caller as Session | undefined)?.role !== row.role) throw new AppError('forbidden')
    const bytes = isRead || !row.input?.body ? readBytes : await readBody(request, limit)

    const audit = createAudit({ row, caller, request, deps })
    const reply: Reply | undefined = await row.handler({
      ...readInput(row, request, bytes),
      caller,
      requestId: request.id,
      get log() {
        return request.log
      },
      audit: audit.record,
      nothingChanged: audit.waive,
      recordedLater: audit.waive,
      request,
      response,
    })
    if (reply) await send(shaped(row, reply), response, deps.render)
    if (response.statusCode < 400) audit.expectRecord(response)
  }
}

const shaped = (row: Route, reply: Reply): Reply =>
  reply.kind === 'json' && row.output ? { ...reply, body: row.output.parse(reply.body) } : reply

const actorOf = (caller: unknown): AuditActor | undefined => {
  const { userId, userName, clientId } = (caller ?? {}) as Partial<Session & ApiCaller>
  if (clientId !== undefined) return { type: 'client', id: clientId }
  if (userId === undefined) return undefined
  return { type: 'user', id: userId, ...(userName ? { name: userName } : {}) }
}

type AuditDeps = { row: Route; caller: unknown; request: Request; deps: MountDeps }

const createAudit = ({ row, caller, request, deps }: AuditDeps) => {
  const where = `${row.method} ${row.path}`
  let isSettled = false
  return {
    waive: (): void => {
      isSettled = true
    },
    record: async (subject: AuditSubject, tx?: Tx): Promise<void> => {
      const locationId = subject.locationId ?? (caller as Partial<Session> | undefined)?.locationId
      const actor = subject.actor ?? actorOf(caller)
      if (typeof row.audit !== 'string') throw new Error(`${where} declares that it records nothing`)
      if (!locationId || !actor) throw new Error(`${where} must say whose change this is and who made it`)
      isSettled = true
      await deps.recordAudit(
        locationId,
        {
          actor,
          action: row.audit,
          subject: {
            type: subject.subjectType,
            ...(subject.subjectId === undefined ? {} : { id: subject.subjectId }),
          },
          details: subject.details ?? {},
          requestId: request.id,
        },
        tx,
      )
    },
    /** Too late to refuse the change; loud enough for a test or an operator to see it. */
    expectRecord: (response: Response): void => {
      if (typeof row.audit !== 'string' || isSettled) return
      request.log.error(
        { route: row.path, action: row.audit, status: response.statusCode },
        'a change was not recorded',
      )
    },
  }
}
