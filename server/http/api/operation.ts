// An operation of the API: a route row with its OpenAPI description. Responses are validated against the schema of their
// status, so that the document always matches what is sent.

import type { z } from 'zod'
import type { Scope } from '../../api/scopes.ts'
import type { ErrorCode } from '../../errors.ts'
import { isSeen } from '../../etag.ts'
import { notModified, type Reply } from '../reply.ts'
import { type AuditPolicy, type Call, defineRoute, type InputSchemas, type Method, type Route } from '../route.ts'
import type { Once, OnceCall } from './once.ts'
import { translated } from './translate.ts'

type Answer = { description: string; schema: z.ZodType; hasEtag?: boolean }

/** Request headers that an operation supports. */
type HeaderName = 'If-Match' | 'If-None-Match' | 'Prefer'

/** The OpenAPI description of an operation. */
export type OperationInfo = {
  id: string
  tag: 'Customers' | 'Orders' | 'Invoices' | 'Search' | 'Events' | 'Dead letters' | 'Account'
  summary: string
  description: string
  answers: Record<number, Answer>
  /** In addition to the errors that every operation may return. */
  errors: ErrorCode[]
  headers?: HeaderName[]
  /** Accepts an Idempotency-Key. */
  isRepeatable: boolean
}

/** A route with its OpenAPI description. */
export type OperationRoute = Route & { operation: OperationInfo }

type OperationRow<Input extends InputSchemas> = Omit<OperationInfo, 'isRepeatable'> & {
  method: Method
  path: string
  scopes: Scope[]
  input?: Input
  bodyLimitBytes?: number
  audit: AuditPolicy
  /** For changes: runs each call once per Idempotency-Key. */
  once?: Once
  handler(call: Call<'api', Input> & { run: OnceCall }): Promise<Reply>
}

/** Converts a route path to OpenAPI form: `/v1/customers/:id` to `/v1/customers/{id}`. */
export const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

/** Defines an operation. A response whose status is not documented, or that does not match its schema, is a server error. */
export const defineOperation = <Input extends InputSchemas = Record<never, never>>({
  method,
  path,
  scopes,
  input,
  bodyLimitBytes,
  audit,
  once,
  handler,
  ...info
}: OperationRow<Input>): OperationRoute => {
  const checked = (reply: Reply): Reply => {
    if (reply.kind !== 'json') throw new Error(`${info.id} answers with something else than JSON`)
    const answer = info.answers[reply.status]
    if (!answer) throw new Error(`${info.id} does not say that it answers ${reply.status}`)
    return { ...reply, body: answer.schema.parse(reply.body) }
  }
  const route = defineRoute<'api', Input>({
    method,
    path,
    door: 'api',
    isShared: true,
    scopes,
    ...(input ? { input } : {}),
    ...(bodyLimitBytes ? { bodyLimitBytes } : {}),
    audit,
    handler: (call) =>
      translated(async () => {
        // Set on the call itself, because a copy would lose its log.
        const work = async (run: OnceCall): Promise<Reply> => checked(await handler(Object.assign(call, { run })))
        return await (once ? once(call, work) : unlessSeen(call, await work(READS)))
      }),
  })
  const isConditional = method === 'GET' && Object.values(info.answers).some(({ hasEtag }) => hasEtag)
  const headers = [...(info.headers ?? []), ...(isConditional ? (['If-None-Match'] as const) : [])]
  return { ...route, operation: { ...info, headers, isRepeatable: once !== undefined } }
}

/** Replies 304 when the caller already has this version (RFC 9110, 15.4.5). */
const unlessSeen = ({ request }: Call<'api'>, reply: Reply): Reply => {
  const { ETag } = reply.headers
  if (ETag === undefined) return reply
  const headers = { ...reply.headers, 'Cache-Control': 'private, no-cache' }
  return isSeen(ETag, request.get('if-none-match')) ? notModified({ headers }) : { ...reply, headers }
}

/** The identity of reads, which does not need to outlive the request. */
const READS: OnceCall = {
  id: '00000000-0000-0000-0000-000000000000',
  startedAt: new Date(0),
  isFresh: true,
  key: undefined,
}
