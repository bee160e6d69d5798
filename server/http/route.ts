// A route is a row: path, door, input, output, audit policy, handler. mount.ts enforces what it declares; tests and API
// documents read it.

import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { Scope } from '../api/scopes.ts'
import type { Log } from '../log.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { Tx } from '../store/db.ts'
import type { Callers, DoorName } from './doors/doors.ts'
import type { Reply } from './reply.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The audit action of the change, or why there is none. */
export type AuditPolicy = string | { none: string }

export type InputSchemas = { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType }

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** What was changed. `locationId` and `actor` are needed where the door identifies nobody (open, signatures). */
export type AuditSubject = {
  subjectType: string
  subjectId?: string | undefined
  details?: Record<string, unknown> | undefined
  locationId?: string | undefined
  actor?: AuditActor | undefined
}

export type AuditActor = AuditEntry['actor']

/** One request as a handler sees it: the caller, the validated input, and what the handler may do. */
export type Call<Door extends DoorName = DoorName, Input extends InputSchemas = InputSchemas> = {
  caller: Callers[Door]
  params: Parsed<Input['params']>
  query: Parsed<Input['query']>
  body: Parsed<Input['body']>
  requestId: string
  log: Log
  /**
   * Records the change under the route's audit action, with the actor and the request id. Pass the transaction of the
   * change, so that both are stored or neither.
   */
  audit(subject: AuditSubject, tx?: Tx): Promise<void>
  /** Declares that the request changed nothing, so there is nothing to record. */
  nothingChanged(): void
  /** Declares that the change is kept for one entry that covers many, in the transaction of the change. */
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
  /** Door `session` only: the role the caller needs; any signed-in user when absent. */
  role?: 'admin'
  /** Door `api` only: the scopes the credential needs. */
  scopes?: Scope[]
  input?: Input
  /** Validates the input (and drops what the schema does not name); also used for the API document. */
  output?: z.ZodType
  audit: AuditPolicy
  /** Maximum body size; 100 KB when absent. */
  bodyLimitBytes?: number
  /** Requests per minute from one address (door `open`) or one session; unlimited when absent. */
  perMinute?: number
  /** Who may frame the answer: nobody when absent; `tenant`: the parents of the account in `?location=`. */
  frame?: 'tenant'
  /**
   * Lets pages of any site call it and read the answer (CORS). Only for routes whose credential the caller sends
   * itself, never with a cookie.
   */
  isShared?: true
  /** Content-Security-Policy directives that replace the default ones, e.g. `{ 'frame-src': ['http://127.0.0.1:3000'] }`. */
  contentSecurity?: Record<string, string[]>
  /** Express middleware that runs before the door (browser session of the install round trip). */
  before?: RequestHandler[]
  /** Returns a reply (reply.ts), or nothing when it answered through `response`. Throws AppError. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that answered by itself returns nothing
  handler(call: Call<Door, Input>): Promise<Reply | void> | Reply | void
}

/** A route with its input types erased, for lists. */
// biome-ignore lint/suspicious/noExplicitAny: the handler's own types were checked by defineRoute
export type Route = Omit<RouteRow<DoorName, InputSchemas>, 'handler'> & { handler(call: any): any }

/** Checks a route's types: the handler's `params`, `query` and `body` are what the schemas produce. */
export const defineRoute = <Door extends DoorName, Input extends InputSchemas = Record<never, never>>(
  row: RouteRow<Door, Input>,
): Route => row
