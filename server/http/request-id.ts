// One id per request, in the log, in problem documents and in the answer's header.

import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

/** A caller's own id is kept when it cannot do harm in a log. */
const SAFE = /^[\w.-]{8,64}$/

export const giveId = (request: Request): void => {
  const given = request.headers['x-request-id']
  request.id = typeof given === 'string' && SAFE.test(given) ? given : randomUUID()
}

export const requestId: RequestHandler = (request, response, next) => {
  giveId(request)
  response.set('X-Request-Id', request.id)
  next()
}
