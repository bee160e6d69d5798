// An HTTP server that answers as a test says and remembers what it was asked.

import { createServer, type IncomingHttpHeaders } from 'node:http'
import { listen } from '../listen.ts'

export type Asked = {
  method: string
  /** As it came. */
  target: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}
export type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | 'hang' | 'reset'

/** Closed with the test. The handler may answer `hang` (nothing comes) or `reset` (the connection breaks). */
export const serveFake = async (
  t: { after(hook: () => void): void },
  handle: (asked: Asked) => Answer | Promise<Answer>,
) => {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://fake')
    const one = { method: request.method!, target: request.url!, path, query, headers: request.headers, body }
    asked.push(one)
    const answer = await handle(one)
    if (answer === 'hang') return
    if (answer === 'reset') return void request.socket.destroy()
    const { status = 200, body: answerBody = {}, headers = {} } = answer
    const isText = typeof answerBody === 'string'
    if (answerBody instanceof Buffer) return void response.writeHead(status, headers).end(answerBody)
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
    response.end(isText ? answerBody : JSON.stringify(answerBody))
  })
  const origin = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: origin, asked }
}
