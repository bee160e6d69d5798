// What the three OAuth endpoints have in common: the form, who sends it, its limits, and answers in OAuth's own shape
// (RFC 6749, 5.2) whatever goes wrong.

import { hash } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'
import type { AuthenticateClient, KnownClient } from '../../../api/client-authentication.ts'
import { type OAuthFault, statusOf } from '../../../api/oauth-fault.ts'
import type { CountedCall } from '../../../api/usage-meter.ts'
import { type AppError, asAppError } from '../../../errors.ts'
import { json, type Reply } from '../../reply.ts'
import type { Call } from '../../route.ts'
import type { ApiLimits } from '../limits.ts'
import { readForm } from './form.ts'

export type EndpointDeps = {
  authenticateClient: AuthenticateClient
  limits: ApiLimits
  count: (call: CountedCall) => void
}

export type OAuthCall = { form: Record<string, string>; client: KnownClient; requestId: string }

type Answer = { ok: true; body: unknown } | OAuthFault

/** Tokens and what is said of them stay in no cache (RFC 6749, 5.1). */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Rankr Connect", charset="UTF-8"' }

const replyOf = (fault: OAuthFault, headers: Record<string, string> = {}): Reply =>
  json(
    { error: fault.error, error_description: fault.description },
    {
      status: statusOf(fault.error),
      headers: { ...NO_STORE, ...(fault.error === 'invalid_client' ? CHALLENGE : {}), ...headers },
    },
  )

/** What was thrown on the way; only what nobody foresaw is an error of ours. */
const replyOfError = (error: AppError, log: Call['log']): Reply => {
  if (error.code === 'too_many_requests') {
    const headers = { 'Retry-After': String(error.retryAfterSeconds ?? 60) }
    return replyOf({ ok: false, error: 'temporarily_unavailable', description: error.detail }, headers)
  }
  if (error.status < 500) return replyOf({ ok: false, error: 'invalid_request', description: error.detail })
  log.error({ err: error }, 'an OAuth request failed')
  return replyOf({ ok: false, error: 'server_error', description: 'Try again; something went wrong on our side.' })
}

/**
 * Whoever says the id of a client without a secret is taken for it: such calls count against where they come from, so that
 * nobody can use up the limits of the account. A network of IPv6 counts as one address: one person has them all.
 */
const whoseLimit = ({ isPublic, locationId }: KnownClient, address = ''): string =>
  isPublic ? `address-${hash('sha256', ipKeyGenerator(address), 'base64url').slice(0, 22)}` : locationId

/** A handler that knows its client and answers what `answer` says. */
export const createEndpoint =
  ({ authenticateClient, limits, count }: EndpointDeps) =>
  (answer: (call: OAuthCall) => Promise<Answer>) =>
  async ({ request, response, log, requestId }: Call): Promise<Reply> => {
    try {
      const read = await readForm(request)
      if (!read.ok) return replyOf(read)
      const authenticated = await authenticateClient({ authorization: request.get('authorization'), form: read.form })
      if (!authenticated.ok) {
        log.info({ error: authenticated.error, reason: authenticated.description }, 'a client was refused')
        return replyOf(authenticated)
      }
      const { client } = authenticated
      response.once('close', () => {
        const route = `${request.method} ${response.locals.route}`
        const status = response.statusCode
        count({ locationId: client.locationId, clientId: client.id, keyId: undefined, route, status })
      })
      await limits(request, { ownerLocationId: whoseLimit(client, request.ip), clientId: client.id })
      const result = await answer({ form: read.form, client, requestId })
      return result.ok ? json(result.body, { headers: NO_STORE }) : replyOf(result)
    } catch (error) {
      return replyOfError(asAppError(error), log)
    }
  }
