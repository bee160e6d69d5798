// One id per request, in the log, in problem documents and in the answer's header.

import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

/** A caller's own id is kept when it cannot do harm in a log. */
const SAFE = /^[\w.-]{8,64}$/

export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id')
  request.id = given && SAFE.test(given) ? given : randomUUID()
  response.set('X-Request-Id', request.id)
  next()
}
