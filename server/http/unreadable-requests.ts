// What Node's parser refuses never becomes a request; its sender gets a problem document all the same, and the connection ends.

import { randomUUID } from 'node:crypto'
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, type ErrorCode } from '../errors.ts'
import { problemOf } from './problem.ts'

/** By the code of the parser's error; everything else is `request_unreadable`. */
const CODES: Partial<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** A second head in the middle of an answer would be read as part of it; Node's own handler looks at the same member. */
const isAnswering = (socket: Duplex & { _httpMessage?: ServerResponse }): boolean =>
  socket._httpMessage?.headersSent === true

/** Answers with `headers_too_large`, `request_timeout` or `request_unreadable`, in place of Node's bare status lines. */
export const answerUnreadable = (server: Server, { publicUrl }: { publicUrl: string }): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return void socket.destroy()
    const fault = new AppError(CODES[error.code ?? ''] ?? 'request_unreadable')
    const requestId = randomUUID()
    const body = JSON.stringify(problemOf(fault, { publicUrl, requestId }))
    const lines = [
      `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'X-Content-Type-Options: nosniff',
      'Cache-Control: no-store',
      'Connection: close',
    ]
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  })
}
