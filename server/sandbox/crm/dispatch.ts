// The door of the simulated API: version, token, rate limit, scope, location and body are checked here for every
// operation, in the platform's order, before its handler runs.

import { setTimeout as wait } from 'node:timers/promises'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Fault, Faults } from './faults.ts'
import { isMultipart, readMultipart } from './multipart.ts'
import { type AnyOperation, createMatcher, type Operation, PUBLISHED } from './operation.ts'
import { mayReach } from './own-row.ts'
import type { createRateLimit } from './rate-limit.ts'
import {
  flatBody,
  foreignLocation,
  inaccessibleLocation,
  invalidToken,
  nestedBody,
  Refusal,
  scopeMissing,
  wrongTokenKind,
} from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import type { Tokens } from './tokens.ts'
import { validated } from './validation.ts'

/** One call that was made, as the sandbox page and tests see it. Neither token nor body is kept. */
export type CallRecord = {
  at: string
  method: string
  path: string
  query: Record<string, unknown>
  /** Null when no answer was sent. */
  status: number | null
  clientId?: string | undefined
  resourceId?: string | undefined
}

type DispatchOptions = {
  operations: readonly AnyOperation[]
  state: State
  tokens: Tokens
  rateLimit: ReturnType<typeof createRateLimit>
  faults: Faults
  now: () => Date
  latencyMs: number
  onCall: (call: CallRecord) => void
}

const NOBODY: Grant = { clientId: '', appId: '', kind: 'Location', companyId: '', scopes: [], isBulk: false }

const bearerOf = (request: Request): string => {
  const header = request.get('authorization')
  if (!header) throw new Refusal(401, 'Authorization header was not found.')
  const token = /^Bearer (.+)$/i.exec(header)?.[1]
  if (token?.split('.').length !== 3) throw new Refusal(401, 'Invalid JWT')
  return token
}

/** A router that answers every path: those of `operations`, and 404 for the rest. */
export const createDispatch = (options: DispatchOptions): Router => {
  const { state, tokens, rateLimit, faults, now, latencyMs, onCall } = options
  const find = createMatcher(options.operations)

  const choose = (request: Request) => {
    const candidates = find(request.method, request.path)
    const version = request.get('version')
    const isKnown = (operation: AnyOperation) =>
      !operation.versions || (operation.versions as readonly string[]).includes(version ?? '')
    const match = candidates.find(({ operation }) => isKnown(operation))
    if (match) return { ...match, version: version ?? '' }
    const cannot = new Refusal(404, `Cannot ${request.method} ${request.originalUrl.split('?')[0]}`)
    if (candidates.length === 0) throw cannot
    if (!version) throw new Refusal(401, 'version header was not found.')
    if (!PUBLISHED.includes(version)) throw new Refusal(401, 'version header is invalid')
    const versions = candidates.flatMap(({ operation }) => operation.versions ?? [])
    if (version === 'v3') {
      throw new Refusal(
        400,
        `Endpoint ${request.path} not available in API version v3. This endpoint was removed in version v3. Please use a version before v3.`,
      )
    }
    if (versions.every((each) => each === 'v3')) throw cannot
    throw new Refusal(401, 'version header is invalid')
  }

  const authorize = (request: Request, response: Response, operation: AnyOperation): Grant => {
    if (!operation.tokens) return NOBODY
    const grant = tokens.grantOf(bearerOf(request))
    if (!grant) throw invalidToken()
    response.locals.grant = grant
    const { isAllowed, headers } = rateLimit.take(grant.clientId, grant.locationId ?? grant.companyId)
    response.set(headers)
    if (!isAllowed) throw new Refusal(429, 'Too Many Requests')
    if (grant.locationId && !state.locations.get(grant.locationId)?.isActive) {
      throw new Refusal(401, 'Location is not active')
    }
    if (!operation.tokens.includes(grant.kind)) throw wrongTokenKind()
    const { scopes = [] } = operation
    if (scopes.length > 0 && !scopes.some((scope) => grant.scopes.includes(scope))) throw scopeMissing()
    return grant
  }

  const run = (request: Request, response: Response): { status: number; body: unknown } => {
    let chosen: ReturnType<typeof choose> | undefined
    try {
      chosen = choose(request)
      const { params, version } = chosen
      const operation = chosen.operation as unknown as Operation
      const grant = authorize(request, response, chosen.operation)
      const query = validated(operation.query, { ...request.query })
      const body = operation.body ? validated(operation.body, request.body) : undefined
      const locationId = operation.location?.({ params, query, body })
      if (locationId !== undefined && !mayReach(state, grant, locationId)) {
        throw operation.refusesForeignWith401 ? inaccessibleLocation() : foreignLocation()
      }
      const call = { params, query, body, grant, version, isV3: version === 'v3' }
      if (operation.isSample) response.set('x-sandbox', 'sample')
      return { status: operation.status ?? 200, body: state.change(() => operation.handle(call)) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const isNested = chosen?.operation.hasNestedErrors && [400, 404].includes(error.status)
      return { status: error.status, body: isNested ? nestedBody(error) : flatBody(error) }
    }
  }

  const note = (request: Request, response: Response, status: number | null): void => {
    const grant: Grant | undefined = response.locals.grant
    onCall({
      at: now().toISOString(),
      method: request.method,
      path: request.path,
      query: { ...request.query },
      status,
      clientId: grant?.clientId,
      resourceId: grant && (grant.locationId ?? grant.companyId),
    })
  }

  const answerFault = (fault: Fault, request: Request, response: Response): void => {
    if (fault.kind === 'lost') run(request, response)
    if (fault.kind === 'lost' || fault.kind === 'reset') request.socket.destroy()
    const isAnswered = !fault.kind || fault.kind === 'answer'
    const status = fault.status ?? 503
    note(request, response, isAnswered ? status : null)
    if (isAnswered) {
      response
        .set(fault.headers ?? {})
        .status(status)
        .json(fault.body ?? flatBody(new Refusal(status, 'Something went wrong')))
    }
  }

  const answer: RequestHandler = async (request, response) => {
    if (latencyMs > 0) await wait(latencyMs)
    const fault = faults.take(request.method, request.path)
    if (fault) return answerFault(fault, request, response)
    const { status, body } = run(request, response)
    note(request, response, status)
    response.status(status).json(body)
  }

  // Broken JSON is refused as the platform does, before anything else is looked at.
  const refuseBadBody: express.ErrorRequestHandler = (error, request, response, next) => {
    if (!(error instanceof Error) || !('status' in error) || response.headersSent) return next(error)
    const refusal = new Refusal(Number(error.status) || 400, error.message)
    note(request, response, refusal.status)
    response.status(refusal.status).json(flatBody(refusal))
  }

  const readParts: RequestHandler = async (request, _response, next) => {
    if (isMultipart(request)) request.body = await readMultipart(request)
    next()
  }

  const router = Router()
  router.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: false, limit: '100kb' }))
  router.use(readParts, answer)
  router.use(refuseBadBody)
  return router
}
