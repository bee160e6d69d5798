// A load generator that costs little: prepared requests over plain sockets, one in flight per connection. It must not
// know what it measures.

import { connect, type Socket } from 'node:net'

export type PreparedRequest = Buffer

/** One HTTP/1.1 request as bytes, ready to be written. */
export const prepare = (
  url: URL,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string },
): PreparedRequest => {
  const lines = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

export type LoadResult = {
  requests: number
  seconds: number
  perSecond: number
  statuses: Record<string, number>
  latenciesMs: Float64Array
}

/** Whether the head and as many bytes as it announces are there. */
const isWhole = (answer: Buffer): boolean => {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, headEnd))?.[1] ?? 0
  return answer.length >= headEnd + 4 + Number(length)
}

/** Sends every request once over `connections` sockets and waits for all answers. Rejects when a socket fails. */
export const load = async ({
  url,
  connections,
  requests,
}: {
  url: URL
  connections: number
  requests: PreparedRequest[]
}): Promise<LoadResult> => {
  const latenciesMs = new Float64Array(requests.length)
  const statuses: Record<string, number> = {}
  let next = 0
  const startedAt = performance.now()

  const work = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let sentAt = 0
      let index = 0
      let pending: Buffer | undefined
      const send = () => {
        if (next >= requests.length) {
          socket.end()
          return resolve()
        }
        index = next++
        sentAt = performance.now()
        socket.write(requests[index]!)
      }
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('The server closed a connection under load')))
      socket.on('data', (chunk) => {
        const answer = pending ? Buffer.concat([pending, chunk]) : chunk
        if (!isWhole(answer)) {
          pending = answer
          return
        }
        pending = undefined
        const status = answer.toString('latin1', 9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        latenciesMs[index] = performance.now() - sentAt
        send()
      })
      send()
    })

  const sockets = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () => resolve(socket))
          socket.once('error', reject)
        }),
    ),
  )
  await Promise.all(sockets.map(work))
  const seconds = (performance.now() - startedAt) / 1000
  return { requests: requests.length, seconds, perSecond: requests.length / seconds, statuses, latenciesMs }
}
