// Sends events at a steady rate, whether answers come or not, and notes when each was sent and acknowledged.

import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { SignedEvent } from '../test/live.ts'
import { sharedClockMs } from '../test/stub-crm.ts'

/** In `sharedClockMs`. */
export type Sent = { sentAt: number; acknowledgedAt: number }

/** Rejects when the answer is none of success. */
export const sendEvent = (url: string, { path, headers, body }: SignedEvent, agent?: Agent): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const sentAt = sharedClockMs()
    const sending = request(
      new URL(path, url),
      {
        method: 'POST',
        ...(agent ? { agent } : {}),
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume()
        answer.once('end', () => {
          const { statusCode = 0 } = answer
          if (statusCode >= 200 && statusCode <= 299) resolve({ sentAt, acknowledgedAt: sharedClockMs() })
          else reject(new Error(`Answered with ${statusCode}`))
        })
      },
    )
    sending.once('error', reject)
    sending.end(body)
  })

/** `event(n)` for n from 0 to `count`, each at its moment. Resolves with all of them. */
export const pace = async (
  url: string,
  { perSecond, count, event }: { perSecond: number; count: number; event: (n: number) => SignedEvent },
): Promise<Sent[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const startedAt = performance.now()
  const sending: Promise<Sent>[] = []
  for (let n = 0; n < count; n++) {
    const early = startedAt + (n * 1000) / perSecond - performance.now()
    if (early > 0) await delay(early)
    sending.push(sendEvent(url, event(n), agent))
  }
  try {
    return await Promise.all(sending)
  } finally {
    agent.destroy()
  }
}
