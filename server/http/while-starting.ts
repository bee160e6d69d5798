// What comes in between taking the port and being ready. A probe is told at once that it is too early; everything else waits
// for the app, so that a start loses no event: a request that nobody listens to would hang for ever.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ERRORS } from '../errors.ts'

const { status, title, detail } = ERRORS.not_ready
const NOT_READY = JSON.stringify({ type: 'about:blank', title, status, detail, code: 'not_ready' })
const PROBES = new Set(['/healthz', '/readyz'])

export type WhileStarting = {
  listener: RequestListener
  /** Answers what has waited, by the app. */
  handOver(app: RequestListener): void
}

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
