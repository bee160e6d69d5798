// Handles one request as its route says: body, door, role, input, handler, audit. mount.ts and fast-path.ts find the
// route and send the reply.

import type { Request, Response } from 'express'
import type { ApiCaller } from '../api/authenticate.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Tx } from '../store/db.ts'
import { readBody } from './body.ts'
import { BODY_DOORS, type Doors } from './doors/doors.ts'
import type { Session } from './doors/session.ts'
import { readInput } from './input.ts'
import type { Reply } from './reply.ts'
import type { AuditActor, AuditSubject, Call, Route } from './route.ts'

const BODY_LIMIT_BYTES = 100 * 1024

/** An audited change, without the tenant, which is passed separately. */
export type AuditRecord = {
  actor: AuditActor
  action: string
  subject: { type: string; id?: string }
  details: Record<string, unknown>
  requestId: string
}

export type PerformDeps = {
  doors: Doors
  recordAudit: (locationId: string, record: AuditRecord, tx?: Tx) => Promise<unknown>
}

/** Resolves with the reply, or nothing when the handler answered through `response`. Throws AppError. */
export type Perform = (request: Request, response: Response) => Promise<Reply | undefined>

const NO_BODY = Buffer.alloc(0)

type Parts = Pick<Call, 'request' | 'response'> & {
  params: unknown
  query: unknown
  body: unknown
  caller: unknown
  audit: { record: Call['audit']; waive: Call['nothingChanged'] }
}

/**
 * What the handler receives. A class because of `log`: with a getter in an object literal V8 makes a hidden class per
 * request, which retains the request until the next full collection (a third of an accepted event's time).
 */
class OneCall {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly caller: unknown
  readonly requestId: string
  readonly audit: Call['audit']
  readonly nothingChanged: Call['nothingChanged']
  readonly recordedLater: Call['recordedLater']
  readonly request: Request
  readonly response: Response

  constructor({ params, query, body, caller, audit, request, response }: Parts) {
    this.params = params
    this.query = query
    this.body = body
    this.caller = caller
    this.requestId = request.id
    this.audit = audit.record
    this.nothingChanged = audit.waive
    this.recordedLater = audit.waive
    this.request = request
    this.response = response
  }

  get log(): Log {
    return this.request.log
  }
}

/** Builds the function that handles one route's requests, once per route. */
export const createPerform = (row: Route, deps: PerformDeps): Perform => {
  const enter = row.door === 'api' ? deps.doors.api({ scopes: row.scopes ?? [] }) : deps.doors[row.door]
  const isRead = BODY_DOORS.has(row.door)
  const limit = row.bodyLimitBytes ?? BODY_LIMIT_BYTES
  const waived = typeof row.audit === 'string' ? undefined : createWaived(row)

  return async (request, response) => {
    const readBytes = isRead ? await readBody(request, limit) : NO_BODY
    const caller = await enter(request, readBytes)
    if (row.role && (caller as Session | undefined)?.role !== row.role) throw new AppError('forbidden')
    const bytes = isRead || !row.input?.body ? readBytes : await readBody(request, limit)
    const { params, query, body } = readInput(row, request, bytes)

    const audit = waived ?? createAudit({ row, caller, request, deps })
    const reply: Reply | undefined = await row.handler(
      new OneCall({ params, query, body, caller, audit, request, response }),
    )
    if (!waived && (reply?.status ?? response.statusCode) < 400) audit.expectRecord()
    return reply && shaped(row, reply)
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

const nameOf = ({ method, path }: Route): string => `${method} ${path}`

/** For routes that audit nothing: created once, not per request. */
const createWaived = (row: Route) => ({
  waive: (): void => {},
  record: async (): Promise<void> => {
    throw new Error(`${nameOf(row)} declares that it records nothing`)
  },
  expectRecord: (): void => {},
})

type AuditDeps = { row: Route; caller: unknown; request: Request; deps: PerformDeps }

const createAudit = ({ row, caller, request, deps }: AuditDeps) => {
  let isSettled = false
  return {
    waive: (): void => {
      isSettled = true
    },
    record: async (subject: AuditSubject, tx?: Tx): Promise<void> => {
      const locationId = subject.locationId ?? (caller as Partial<Session> | undefined)?.locationId
      const actor = subject.actor ?? actorOf(caller)
      if (!locationId || !actor) throw new Error(`${nameOf(row)} must say whose change this is and who made it`)
      isSettled = true
      await deps.recordAudit(
        locationId,
        {
          actor,
          action: row.audit as string,
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
    /** Too late to refuse the change; the log line makes it visible to tests and operators. */
    expectRecord: (): void => {
      if (!isSettled) request.log.error({ route: row.path, action: row.audit }, 'a change was not recorded')
    },
  }
}
