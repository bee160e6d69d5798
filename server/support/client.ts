// Opens a location's desk for calls: base URL, key, coded errors, masked exchanges. Retries are the caller's decision.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import { createExchange, type Exchange } from '../exchange/http.ts'
import { createMask } from '../exchange/mask.ts'
import type { Log } from '../log.ts'
import type { PostWebhook } from '../outbound/post-webhook.ts'
import { type DeskUrls, deskUrl } from './address.ts'
import type { CallDesk, Desk, DeskAccess } from './desk.ts'
import { failureOf, noAnswerOf } from './failure.ts'
import { createFreshdesk, freshdeskAuthorization } from './freshdesk.ts'
import { createGenericDesk } from './generic.ts'
import { createZendesk, zendeskAuthorization } from './zendesk.ts'

export type Told = { request: unknown; response?: unknown }

type Deps = {
  http: Pick<Exchange, 'send'>
  /** Guarded calls to addresses entered by users, for generic desks. */
  post: PostWebhook
  urls: DeskUrls
  now: () => Date
  log: Pick<Log, 'debug'>
}

type Opening = {
  eventId?: string | undefined
  /** Called after each call, also failed ones; masked, so that it can be stored. */
  onExchange?: ((exchange: Told) => void) | undefined
}

/** Personal details in what desks are sent and answer; a ticket's own words are kept. */
const PERSONAL = new Set([
  ...['email', 'name', 'phone', 'mobile', 'requester', 'user', 'recipient'],
  ...['cc_emails', 'to_emails', 'bcc_emails', 'fwd_emails', 'reply_cc_emails', 'support_email', 'from_email'],
])
const mask = createMask(PERSONAL)

/** One instance per process; call `close` before the process ends. */
export const createDeskHttp = (options: { timeoutMs?: number } = {}): Exchange =>
  createExchange({ ...options, maxBodyBytes: 1024 * 1024, sockets: { most: 16, idle: 4 }, failed: noAnswerOf })

export type OpenDesk = (access: DeskAccess, opening?: Opening) => Desk

/** Opens desks by location; throws `support_unauthorized` for a desk whose key was refused. */
export const createOpenDesk = ({ http, post, urls, now, log }: Deps): OpenDesk => {
  const callOf = (access: DeskAccess, apiUrl: string, authorization: string, opening: Opening): CallDesk => {
    const { eventId, onExchange = () => {} } = opening
    return async ({ method, path, query, body, headers = {} }) => {
      const request = { method, path, ...(query ? { query } : {}), ...(body ? { body: mask(body) } : {}) }
      onExchange({ request })
      const answer = await http.send({ method, path, query, body, apiUrl, headers: { ...headers, authorization } })
      const { status, data, durationMs } = answer
      log.debug({ deskId: access.deskId, eventId, method, path, status, durationMs }, 'desk call')
      onExchange({ request, response: { status, data: mask(data) } })
      if (status >= 200 && status <= 299) return data
      throw failureOf(answer, now())
    }
  }

  return (access, opening = {}) => {
    const { kind, address, credentials } = access
    if (kind === 'generic') {
      const { eventId, onExchange = () => {} } = opening
      const told = ({ request, response }: Told): void =>
        onExchange({ request: mask(request), ...(response ? { response: mask(response) } : {}) })
      return createGenericDesk({ access, post, eventId, onExchange: told, now })
    }
    if (!credentials) throw new AppError('support_unauthorized')
    const url = deskUrl(kind, address, urls)
    if (kind === 'zendesk') {
      return createZendesk({ call: callOf(access, url, zendeskAuthorization(credentials), opening), url })
    }
    const call = callOf(access, url, freshdeskAuthorization(credentials), opening)
    return createFreshdesk({ call, url, requester: credentials.email })
  }
}

export type Desks = {
  /** Of the desk that is named, else of the one that new tickets go to. */
  access(locationId: string, deskId?: string): Promise<DeskAccess | undefined>
  /** The error code of the last call; null when it succeeded. */
  noted(locationId: string, deskId: string, code: string | null): Promise<void>
}

/** Throws `support_not_connected` when the location has no such desk. */
export const accessIn =
  ({ access }: Pick<Desks, 'access'>) =>
  async (locationId: string, deskId?: string): Promise<DeskAccess> => {
    const found = await access(locationId, deskId)
    if (!found) throw new AppError('support_not_connected')
    return found
  }

/** Errors that mean that the desk or our access is broken; any other response shows that it works. */
const FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['support_unauthorized', 'support_unreachable', 'support_unavailable'] as const),
  ...(['target_unreachable', 'target_unavailable', 'target_gone', 'url_not_allowed'] as const),
])

/** Runs `work` and records the desk's state. Throws what `work` throws. */
export const noting = async <T>(
  { noted }: Pick<Desks, 'noted'>,
  { locationId, deskId }: { locationId: string; deskId: string },
  work: () => Promise<T>,
): Promise<T> => {
  try {
    const result = await work()
    await noted(locationId, deskId, null)
    return result
  } catch (error) {
    const { code } = asAppError(error)
    await noted(locationId, deskId, FAULTS.has(code) ? code : null)
    throw error
  }
}
