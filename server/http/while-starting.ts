// Handles requests between opening the port and being ready. Probes are told at once that it is too early; everything
// else waits for the app, so that no event is lost.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ERRORS } from '../errors.ts'

const { status, title, detail } = ERRORS.not_ready
const NOT_READY = JSON.stringify({ type: 'about:blank', title, status, detail, code: 'not_ready' })
const PROBES = new Set(['/healthz', '/readyz'])

export type WhileStarting = {
  listener: RequestListener
  /** Passes the waiting requests to the app. */
  handOver(app: RequestListener): void
}

/** The request listener to use until `handOver` is called with the app. */
export const createWhileStarting = (): WhileStarting => {
  const waiting = new Map<ServerResponse, IncomingMessage>()
  return {
    listener(request, response) {
      if (PROBES.has(request.url ?? '')) {
        response.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8', 'Retry-After': '5' })
        response.end(NOT_READY)
        return
      }
      waiting.set(response, request)
      response.once('close', () => waiting.delete(response))
    },
    handOver(app) {
      for (const [response, request] of waiting) app(request, response)
      waiting.clear()
    },
  }
}
