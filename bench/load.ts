// A load generator that costs little: prepared requests over plain sockets, one in flight per connection. It must not
// know what it measures.

import { connect } from 'node:net'

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

/** A connection that is kept, with one request in flight at most; told the status of its answer. */
export type Line = { ask(request: PreparedRequest, answered: (status: string) => void): void; end(): void }

/** `failed` is told when the connection breaks, or ends before it was ended here. */
const openLine = (url: URL, failed: (error: Error) => void): Promise<Line> =>
  new Promise((resolve, reject) => {
    let onAnswer: ((status: string) => void) | undefined
    let pending: Buffer | undefined
    let isEnded = false
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () =>
      resolve({
        ask(request, answered) {
          onAnswer = answered
          socket.write(request)
        },
        end() {
          isEnded = true
          socket.end()
        },
      }),
    )
    const fail = (error: Error): void => {
      reject(error)
      failed(error)
    }
    socket.on('error', fail)
    socket.on('close', () => {
      if (!isEnded) fail(new Error('The server closed a connection under load'))
    })
    socket.on('data', (chunk) => {
      const answer = pending ? Buffer.concat([pending, chunk]) : chunk
      if (!isWhole(answer)) {
        pending = answer
        return
      }
      pending = undefined
      onAnswer!(answer.toString('latin1', 9, 12))
    })
  })

/** Opens them all. Rejects, or tells `failed`, when one fails. */
export const openLines = (url: URL, connections: number, failed: (error: Error) => void): Promise<Line[]> =>
  Promise.all(Array.from({ length: connections }, () => openLine(url, failed)))

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
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const lines = await openLines(url, connections, broken.reject)

  const work = (line: Line) =>
    new Promise<void>((resolve) => {
      const send = () => {
        if (next >= requests.length) {
          line.end()
          return resolve()
        }
        const index = next++
        const sentAt = performance.now()
        line.ask(requests[index]!, (status) => {
          statuses[status] = (statuses[status] ?? 0) + 1
          latenciesMs[index] = performance.now() - sentAt
          send()
        })
      }
      send()
    })

  const startedAt = performance.now()
  await Promise.race([Promise.all(lines.map(work)), broken.promise])
  const seconds = (performance.now() - startedAt) / 1000
  return { requests: requests.length, seconds, perSecond: requests.length / seconds, statuses, latenciesMs }
}
