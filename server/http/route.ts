// A route is a row: address, door, input, output, audit policy, handler. What stands in the row is enforced by mount.ts
// and read by tests and documents. Knows no database and no outside system.

import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { Scope } from '../api/scopes.ts'
import type { Log } from '../log.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { Tx } from '../store/db.ts'
import type { Callers, DoorName } from './doors/doors.ts'
import type { Reply } from './reply.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a change is recorded as, or why it needs no record. */
export type AuditPolicy = string | { none: string }

export type InputSchemas = { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType }

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** What a change was made to. `locationId` and `actor` are needed where the door knows nobody (open, signatures). */
export type AuditSubject = {
  subjectType: string
  subjectId?: string | undefined
  details?: Record<string, unknown> | undefined
  locationId?: string | undefined
  actor?: AuditActor | undefined
}

export type AuditActor = AuditEntry['actor']

/** One request as a handler sees it: who came in, what was sent (validated), and what it may do with it. */
export type Call<Door extends DoorName = DoorName, Input extends InputSchemas = InputSchemas> = {
  caller: Callers[Door]
  params: Parsed<Input['params']>
  query: Parsed<Input['query']>
  body: Parsed<Input['body']>
  requestId: string
  log: Log
  /**
   * Records the change under the row's audit action, with who made it and the request id. Pass the transaction of the
   * change, so that both are kept or neither.
   */
  audit(subject: AuditSubject, tx?: Tx): Promise<void>
  /** Says that what was sent changed nothing, so that there is nothing to record. */
  nothingChanged(): void
  /** Says that the change is kept for an entry that tells of many at once, in the transaction of the change. */
  recordedLater(): void
  /** Express's own objects, for what only they can do (browser session, passport, streaming). */
  request: Request
  response: Response
}

export type RouteRow<Door extends DoorName, Input extends InputSchemas> = {
  method: Method
  /** Express path: `/settings/connections/:id`. */
  path: string
  door: Door
  /** Door `session` only: the role the caller must have. Anybody's who is signed in when absent. */
  role?: 'admin'
  /** Door `api` only: what the credential must hold. */
  scopes?: Scope[]
  input?: Input
  /** Checks what is sent (and drops what the schema does not name); also for the API document. */
  output?: z.ZodType
  audit: AuditPolicy
  /** Most bytes of a body; 100 KB when absent. */
  bodyLimitBytes?: number
  /** Requests a minute from one address (door `open`) or one session; not limited when absent. */
  perMinute?: number
  /** Who may show the answer in a frame: nobody when absent, `tenant`: the parents of the account in `?location=`. */
  frame?: 'tenant'
  /**
   * Pages of any site may call it and read the answer (CORS). Only for rows that are opened with something the caller holds and
   * sends, never with a cookie.
   */
  isShared?: true
  /** Content-Security-Policy directives that replace the default ones, e.g. `{ 'frame-src': ['http://127.0.0.1:3000'] }`. */
  contentSecurity?: Record<string, string[]>
  /** Express middleware that runs before the door (browser session of the install round trip). */
  before?: RequestHandler[]
  /** Answers a reply (reply.ts), or nothing when it answered through `response` itself. Throws AppError. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that answered by itself returns nothing
  handler(call: Call<Door, Input>): Promise<Reply | void> | Reply | void
}

/** A row whose input types are no longer of interest: what lists hold. */
// biome-ignore lint/suspicious/noExplicitAny: the handler's own types were checked by defineRoute
export type Route = Omit<RouteRow<DoorName, InputSchemas>, 'handler'> & { handler(call: any): any }

/** Checks a row's types: `params`, `query` and `body` of the handler are what the schemas give. */
export const defineRoute = <Door extends DoorName, Input extends InputSchemas = Record<never, never>>(
  row: RouteRow<Door, Input>,
): Route => row
