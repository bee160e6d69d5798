// Verifies signatures of unknown systems: Standard Webhooks, or the plain HMAC-SHA-256 of the body used by GitHub and
// many others (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). Pure.

import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { signingKey, verifyRankrWebhook } from '../../rankr/webhook.ts'

export type HookVerdict = { ok: true } | { ok: false; reason: 'headers_missing' | 'timestamp_outside' | 'no_match' }

type Signed = {
  rawBody: Buffer
  header: (name: string) => string | undefined
  /** `whsec_<base64>`, or any text chosen by the other side. */
  secret: string
  now: Date
}

/** `sha256=<hex>`, or bare hex or base64. */
const PLAIN_HEADERS = ['x-signature-256', 'x-hub-signature-256', 'x-signature']

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const digestIn = (text: string): Buffer => {
  const value = text.replace(/^sha256=/i, '').trim()
  return Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? 'hex' : 'base64')
}

/** Checks the signature by whichever scheme the headers show: `{ ok: true }` or `{ ok: false, reason }`. */
export const verifyHookSignature = ({ rawBody, header, secret, now }: Signed): HookVerdict => {
  const plain = PLAIN_HEADERS.map(header).find((value) => value !== undefined)
  if (header('webhook-signature') !== undefined || plain === undefined) {
    const key = secret.startsWith('whsec_') ? signingKey(secret) : createSecretKey(secret, 'utf8')
    const headers = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
    }
    const verdict = verifyRankrWebhook({ rawBody, headers, keys: [key], now })
    return verdict.ok ? { ok: true } : verdict
  }
  const expected = createHmac('sha256', secret).update(rawBody).digest()
  return isSame(digestIn(plain), expected) ? { ok: true } : { ok: false, reason: 'no_match' }
}
