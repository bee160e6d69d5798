// The OpenAPI 3.1 document of the API, generated from the route rows and the schemas that validate their input.

import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiParameters } from 'zod-openapi'
import { SCOPES, type Scope } from '../../api/scopes.ts'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { type OperationInfo, type OperationRoute, openApiPath } from './operation.ts'
import { problem } from './schemas.ts'

/** Errors that every operation may return. */
const EVERYWHERE: ErrorCode[] = [
  'unauthenticated',
  'credential_invalid',
  'credential_expired',
  'credential_revoked',
  'insufficient_scope',
  'address_not_allowed',
  'sandbox_unavailable',
  'not_installed',
  'too_many_requests',
  'server_error',
  'not_ready',
]

/** Errors of operations that call the CRM. */
const OF_THE_CRM: ErrorCode[] = [
  'reconnect_needed',
  'crm_unauthorized',
  'crm_scope_missing',
  'crm_suspended',
  'crm_rate_limited',
  'crm_unreachable',
  'crm_unavailable',
  'token_refresh_failed',
  'target_resting',
]

const errorsOf = ({ input, operation }: OperationRoute): ErrorCode[] => [
  ...new Set<ErrorCode>([
    ...EVERYWHERE,
    ...operation.errors,
    ...(operation.tag === 'Events' || operation.tag === 'Dead letters' || operation.id === 'getUsage'
      ? []
      : OF_THE_CRM),
    ...(input?.query || operation.isRepeatable ? (['invalid_request'] as const) : []),
    ...(input?.params ? (['not_found'] as const) : []),
    ...(input?.body
      ? (['invalid_body', 'malformed_json', 'unsupported_media_type', 'payload_too_large'] as const)
      : []),
    ...(operation.isRepeatable
      ? (['idempotency_in_flight', 'idempotency_key_reused', 'effect_unsettled'] as const)
      : []),
    ...(operation.headers?.includes('Prefer') ? (['cannot_store_now'] as const) : []),
  ]),
]

const ETAG = '"0b9b1cce4e0ad5a2"'

const HEADERS = {
  'If-Match': z
    .string()
    .optional()
    .meta({ description: 'The ETag of the record as you have read it, or *.', example: ETAG }),
  'If-None-Match': z.string().optional().meta({
    description: 'The ETag of the record as you have read it: the answer is 304, without a body, while it is still so.',
    example: ETAG,
  }),
  Prefer: z.string().optional().meta({
    description: 'respond-async: store the call, answer 202, and carry it out in the background.',
    example: 'respond-async',
  }),
  'Idempotency-Key': z.string().optional().meta({
    description: 'Any text of your choice, new for each request: a repeated call gets the first one’s answer.',
    example: 'signup-10482',
  }),
}

const headersOf = ({ headers = [], isRepeatable }: OperationInfo) => {
  const names = [...headers, ...(isRepeatable ? (['Idempotency-Key'] as const) : [])]
  return names.length === 0 ? undefined : z.object(Object.fromEntries(names.map((name) => [name, HEADERS[name]])))
}

const RATE_HEADERS = {
  RateLimit: z.string().meta({ description: 'What is left of each limit, and for how long.' }),
  'RateLimit-Policy': z.string().meta({ description: 'The limits of the app and of the account.' }),
}

const LOCATION = z.string().meta({ description: 'Where the record, or what becomes of the call, can be read.' })
const REPLAYED = z
  .string()
  .optional()
  .meta({ description: 'true when an earlier call with this Idempotency-Key was answered so.' })
const RETRY_AFTER = z
  .string()
  .optional()
  .meta({ description: 'Seconds to wait before the call is sent again.', example: '10' })

const responsesOf = (row: OperationRoute): ZodOpenApiOperationObject['responses'] => {
  const answers = Object.entries(row.operation.answers).map(([status, { description, schema, hasEtag }]) => [
    status,
    {
      description,
      headers: z.object({
        ...RATE_HEADERS,
        ...(hasEtag ? { ETag: z.string().meta({ description: 'Names this state of the record.' }) } : {}),
        ...(status === '201' || status === '202' ? { Location: LOCATION } : {}),
        ...(row.operation.isRepeatable ? { 'Idempotency-Replayed': REPLAYED } : {}),
      }),
      content: { 'application/json': { schema } },
    },
  ])
  const unchanged = {
    description: 'Not changed since the state that If-None-Match names.',
    headers: z.object({ ETag: z.string() }),
  }
  const byStatus = Map.groupBy(errorsOf(row), (code) => ERRORS[code].status)
  const faults = [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `${code}: ${ERRORS[code].title}.`).join(' '),
      'x-codes': codes,
      ...(codes.some((code) => ERRORS[code].retry === 'passing')
        ? { headers: z.object({ 'Retry-After': RETRY_AFTER }) }
        : {}),
      content: { 'application/problem+json': { schema: problem } },
    },
  ])
  const isConditional = row.operation.headers?.includes('If-None-Match')
  return Object.fromEntries([...answers, ...(isConditional ? [['304', unchanged]] : []), ...faults])
}

const operationOf = (row: OperationRoute): ZodOpenApiOperationObject => {
  const { id, tag, summary, description } = row.operation
  const parameters = { path: row.input?.params, query: row.input?.query, header: headersOf(row.operation) }
  const scopes = row.scopes ?? []
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${description}\n\nScope: ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`,
    security: [{ oauth: scopes }, { key: [] }],
    requestParams: Object.fromEntries(
      Object.entries(parameters).filter(([, schema]) => schema !== undefined),
    ) as ZodOpenApiParameters,
    ...(row.input?.body
      ? {
          requestBody: {
            required: !row.input.body.safeParse(undefined).success,
            content: { 'application/json': { schema: row.input.body } },
          },
        }
      : {}),
    responses: responsesOf(row),
  }
}

const DESCRIPTION = [
  'Customers, orders and invoices of your account, whatever CRM stands behind it. Errors are problem documents (RFC 9457) with a code;',
  'limits are told in RateLimit headers; changes can be repeated safely with an Idempotency-Key.',
].join(' ')

/** The generated OpenAPI document. */
export type ApiDocument = ReturnType<typeof createApiDocument>

/** Generates the OpenAPI 3.1 document of these operations; `publicUrl` is the server's address without a path. */
export const createApiDocument = ({ rows, publicUrl }: { rows: OperationRoute[]; publicUrl: string }) => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const row of rows) {
    const path = openApiPath(row.path)
    paths[path] = { ...paths[path], [row.method.toLowerCase()]: operationOf(row) }
  }
  const used = new Set(rows.flatMap(({ scopes = [] }) => scopes))
  const scopes = Object.fromEntries([...used].map((scope: Scope) => [scope, SCOPES[scope]]))
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Rankr Connect API',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: [
      { name: 'Customers', description: 'People who buy from you; each is a contact in the CRM.' },
      { name: 'Orders', description: 'What your customers have ordered; each is a record in the CRM.' },
      { name: 'Invoices', description: 'What your customers owe and have paid.' },
      { name: 'Search', description: 'Finding records by words.' },
      { name: 'Events', description: 'What arrived, and what became of it.' },
      { name: 'Dead letters', description: 'Events that were given up: inspect, dry-run, replay, discard.' },
      { name: 'Account', description: 'What the account has, and how much you have called.' },
    ],
    paths,
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes },
            authorizationCode: {
              authorizationUrl: `${publicUrl}/oauth/authorize`,
              tokenUrl: `${publicUrl}/oauth/token`,
              refreshUrl: `${publicUrl}/oauth/token`,
              scopes,
            },
          },
        },
        key: { type: 'http', scheme: 'bearer', description: 'An API key: rk_live_… or rk_test_….' },
      },
    },
  })
}

/** The route `GET /v1/openapi.json`. */
export const documentRoute = (document: ApiDocument): Route => {
  const text = JSON.parse(JSON.stringify(document)) as unknown
  return defineRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    door: 'open',
    audit: { none: 'reads only' },
    isShared: true,
    handler: () => json(text, { headers: { 'Cache-Control': 'public, max-age=300' } }),
  })
}
