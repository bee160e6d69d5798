// The door that everything Express in this folder shares with the app: the same reading of raw bytes, the same signature
// check, one connection.

import type { IncomingMessage } from 'node:http'
import type { Request } from 'express'
import { readBody } from '../../server/http/body.ts'
import { signingKey, verifyRankrWebhook } from '../../server/rankr/webhook.ts'

const LIMIT_BYTES = 512 * 1024

/** Answers the event of a request. Throws when its signature is not one of `secret`. */
export const createSignedDoor = (secret: string) => {
  const keys = [signingKey(secret)]
  return async (request: Request & IncomingMessage): Promise<{ data: Record<string, unknown> }> => {
    const rawBody = await readBody(request, LIMIT_BYTES)
    const headers = {
      id: request.get('webhook-id'),
      timestamp: request.get('webhook-timestamp'),
      signature: request.get('webhook-signature'),
    }
    if (!verifyRankrWebhook({ rawBody, headers, keys, now: new Date() }).ok) throw new Error('The signature is wrong')
    return JSON.parse(rawBody.toString('utf8'))
  }
}
