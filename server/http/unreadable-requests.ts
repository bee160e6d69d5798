// Answers with a problem document where Node would send a bare status line: requests its parser refuses, an unsupported
// Expect header, a missing Host. The connection is closed.

import { randomUUID } from 'node:crypto'
import { type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, type ErrorCode } from '../errors.ts'
import { problemOf } from './problem.ts'

type Options = { publicUrl: string }

/** By the code of the parser's error; everything else is `request_unreadable`. */
const CODES: Partial<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const answerOf = (fault: AppError, { publicUrl }: Options) => {
  const requestId = randomUUID()
  const body = JSON.stringify(problemOf(fault, { publicUrl, requestId }))
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Connection: 'close',
  }
  return { status: fault.status, headers, body }
}

const send = (response: ServerResponse, fault: AppError, options: Options): void => {
  const { status, headers, body } = answerOf(fault, options)
  response.writeHead(status, headers).end(body)
}

/** A second head in the middle of an answer would be read as part of it; Node's own handler checks the same member. */
const isAnswering = (socket: Duplex & { _httpMessage?: ServerResponse }): boolean =>
  socket._httpMessage?.headersSent === true

/** Answers with `headers_too_large`, `request_timeout`, `request_unreadable` or `expectation_failed`. */
export const answerUnreadable = (server: Server, options: Options): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return void socket.destroy()
    const fault = new AppError(CODES[error.code ?? ''] ?? 'request_unreadable', { cause: error })
    const { status, headers, body } = answerOf(fault, options)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  })
  server.on('checkExpectation', (_request, response) => send(response, new AppError('expectation_failed'), options))
}

/**
 * For a server with `requireHostHeader: false`: RFC 9112 (3.2) requires an HTTP/1.1 request without Host to be refused.
 */
export const demandHost =
  (listener: RequestListener, options: Options): RequestListener =>
  (request, response) => {
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') return listener(request, response)
    const detail = 'The header Host is missing. Send the name of this server in it.'
    send(response, new AppError('request_unreadable', { detail }), options)
  }
