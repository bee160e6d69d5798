// One id per request, used in the log, in problem documents and in the response header.

import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

/** A caller's own id is used when it is safe to log. */
const SAFE = /^[\w.-]{8,64}$/

/** Sets the request's id: the caller's X-Request-Id when it is safe, else a new one. */
export const giveId = (request: Request): void => {
  const given = request.headers['x-request-id']
  request.id = typeof given === 'string' && SAFE.test(given) ? given : randomUUID()
}

/** Middleware that sets the request's id. */
export const requestId: RequestHandler = (request, response, next) => {
  giveId(request)
  response.set('X-Request-Id', request.id)
  next()
}
