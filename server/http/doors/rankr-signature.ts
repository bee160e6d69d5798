// The door of Rankr's webhooks: the address names the connection; the signature proves the workspace.

import type { KeyObject } from 'node:crypto'
import type { Request } from 'express'
import { AppError } from '../../errors.ts'
import type { Verdict, WebhookHeaders } from '../../rankr/webhook.ts'
import { asAskAgain } from '../webhooks/receive.ts'
import type { Door } from './doors.ts'

/** A connection as the door needs it. */
export type WebhookConnection = {
  id: string
  locationId: string
  isEnabled: boolean
  /** The current key, and the previous one until it expires. */
  keys: { key: KeyObject; expiresAt: Date | null }[]
}

export type SignedRankrRequest = {
  connectionId: string
  locationId: string
  webhookId: string
  sentAt: Date
  rawBody: Buffer
}

type Signed = { rawBody: Buffer; headers: WebhookHeaders; keys: KeyObject[]; now: Date }

export type RankrSignatureDeps = {
  connections: {
    /** Cached for some seconds; undefined when there is no such connection. */
    get: (connectionId: string) => Promise<WebhookConnection | undefined>
    /** Reloads it unless that was just done; false when nothing changed. */
    renew: (connectionId: string) => Promise<boolean>
  }
  verify: (signed: Signed) => Verdict
  now: () => Date
}

const REASONS = {
  headers_missing: 'Send the headers webhook-id, webhook-timestamp (seconds) and webhook-signature.',
  timestamp_outside: 'The timestamp is more than 5 minutes away from our clock. Sign the event again when you send it.',
  no_match: 'Sign the exact bytes of the body with the current signing secret and send it again.',
} as const

/** As Node keeps them; Express's `get` takes three times as long. */
const webhookHeadersOf = ({ headers }: Request): WebhookHeaders => ({
  id: one(headers['webhook-id']),
  timestamp: one(headers['webhook-timestamp']),
  signature: one(headers['webhook-signature']),
})

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

/**
 * Throws `connection_not_found` (also for one that is switched off), `invalid_signature`, and `cannot_store_now` when
 * the connection could not be looked up.
 */
export const createRankrSignatureDoor = ({ connections, verify, now }: RankrSignatureDeps): Door<'rankr-signature'> => {
  const find = async (connectionId: string): Promise<WebhookConnection | undefined> => {
    try {
      return await connections.get(connectionId)
    } catch (error) {
      throw asAskAgain(error)
    }
  }

  const check = async (connectionId: string, signed: Omit<Signed, 'keys' | 'now'>) => {
    const connection = await find(connectionId)
    if (!connection) throw new AppError('connection_not_found')
    if (!connection.isEnabled) {
      throw new AppError('connection_not_found', {
        detail: 'This connection is switched off. Switch it on in the settings page of this account.',
      })
    }
    const at = now()
    const keys = connection.keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > at).map(({ key }) => key)
    const { rawBody, headers } = signed
    return { connection, verdict: verify({ rawBody, headers, keys, now: at }) }
  }

  return async (request, rawBody) => {
    const connectionId = String(request.params.connectionId)
    const headers = webhookHeadersOf(request)
    let { connection, verdict } = await check(connectionId, { rawBody, headers })
    // The secret may have been rotated since it was cached.
    if (!verdict.ok && verdict.reason === 'no_match' && (await connections.renew(connectionId))) {
      ;({ connection, verdict } = await check(connectionId, { rawBody, headers }))
    }
    if (!verdict.ok) throw new AppError('invalid_signature', { detail: REASONS[verdict.reason] })
    const { webhookId, sentAt } = verdict
    return { connectionId: connection.id, locationId: connection.locationId, webhookId, sentAt, rawBody }
  }
}
