// Signs outgoing webhooks by Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA-256 over
// `id.timestamp.body` with each secret. Knows no tenant and no transport.

import { createHmac } from 'node:crypto'

const SECRET_PREFIX = 'whsec_'

type Signed = {
  /** The same at every try of one event: receivers recognise a repeated delivery by it. */
  id: string
  /** Of this try. */
  sentAt: Date
  /** Exactly what is sent. */
  body: string
  /** `whsec_<base64>`; two while one is rotated out, the current one first. */
  secrets: readonly string[]
}

/** The three headers of a delivery. */
export const signatureHeaders = ({ id, sentAt, body, secrets }: Signed): Record<string, string> => {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
