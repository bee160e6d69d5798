// Standard Webhooks (https://www.standardwebhooks.com, specification 1.0) as Rankr signs its events: HMAC-SHA-256 over
// `id.timestamp.body`, secrets as `whsec_<base64>`. Knows no HTTP framework and no database.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** How far the sender's clock may be off, as the specification suggests. */
const TOLERANCE_SECONDS = 5 * 60

const SECRET_PREFIX = 'whsec_'

export type WebhookHeaders = { id: string | undefined; timestamp: string | undefined; signature: string | undefined }

export type Verdict =
  | { ok: true; webhookId: string; sentAt: Date }
  | { ok: false; reason: 'headers_missing' | 'timestamp_outside' | 'no_match' }

type Signed = {
  /** The bytes as received. */
  rawBody: Buffer
  headers: WebhookHeaders
  /** Accepted keys (signingKey); two while one is rotated out. */
  keys: KeyObject[]
  now: Date
}

/**
 * The key of a secret `whsec_<base64>`. Make it once: a HMAC with a key object takes 5 µs, with bytes 25 µs, since Node makes
 * the object each time.
 */
export const signingKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'))

const ID = /^[\x21-\x7e]{1,256}$/
const SECONDS = /^\d{1,12}$/

/** Whether one of the signatures in the header was made with one of the keys over exactly these bytes. */
export const verifyRankrWebhook = ({ rawBody, headers, keys, now }: Signed): Verdict => {
  const { id, timestamp, signature } = headers
  if (!id || !timestamp || !signature || !ID.test(id) || !SECONDS.test(timestamp)) {
    return { ok: false, reason: 'headers_missing' }
  }
  const sentAt = new Date(Number(timestamp) * 1000)
  if (Math.abs(now.getTime() - sentAt.getTime()) > TOLERANCE_SECONDS * 1000) {
    return { ok: false, reason: 'timestamp_outside' }
  }
  // Others than v1 are made with keys we do not have. A sender that rotates signs with both secrets, hence a list.
  const given = signature
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'))
  const isMatch = keys.some((key) => {
    // Through text, since a digest as bytes is a new ArrayBuffer each time: 4.5 instead of 6.2 µs.
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64')
    const expected = Buffer.from(digest, 'base64')
    return given.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected))
  })
  return isMatch ? { ok: true, webhookId: id, sentAt } : { ok: false, reason: 'no_match' }
}
