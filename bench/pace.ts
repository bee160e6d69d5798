// Sends events at a steady rate, whether answers come or not, and notes when each was sent and acknowledged.

import { type Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { SignedEvent } from '../test/live.ts'
import { sharedClockMs } from '../test/stub-crm.ts'
import { type Line, openLines, prepare } from './load.ts'

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

const CONNECTIONS = 32

/**
 * `event(n)` for n from 0 to `count`, each at its moment, over as few connections as a client keeps: who finds none free waits,
 * and that counts. Plain sockets, since a sender that takes as long as what it measures takes it the processor. Resolves with all
 * of them; rejects when an answer is none of success.
 */
export const pace = async (
  url: string,
  { perSecond, count, event }: { perSecond: number; count: number; event: (n: number) => SignedEvent },
): Promise<Sent[]> => {
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const free = await openLines(new URL(url), CONNECTIONS, broken.reject)
  const lines = [...free]
  const waiting: ((line: Line) => void)[] = []
  const giveBack = (line: Line): void => {
    const first = waiting.shift()
    if (first) first(line)
    else free.push(line)
  }
  const send = ({ path, headers, body }: SignedEvent): Promise<Sent> =>
    new Promise((resolve, reject) => {
      const sentAt = sharedClockMs()
      const request = prepare(new URL(path, url), { headers, body })
      const over = (line: Line): void =>
        line.ask(request, (status) => {
          if (status.startsWith('2')) resolve({ sentAt, acknowledgedAt: sharedClockMs() })
          else reject(new Error(`Answered with ${status}`))
          giveBack(line)
        })
      const line = free.shift()
      if (line) over(line)
      else waiting.push(over)
    })

  const startedAt = performance.now()
  const sending: Promise<Sent>[] = []
  try {
    for (let n = 0; n < count; n++) {
      const early = startedAt + (n * 1000) / perSecond - performance.now()
      if (early > 0) await delay(early)
      sending.push(send(event(n)))
    }
    return await Promise.race([Promise.all(sending), broken.promise])
  } finally {
    for (const line of lines) line.end()
  }
}
