// A log of each request that knows its id, and one line per answer. Never the query string: it may hold an install code.
// Own code instead of pino-http: that makes a child logger for every request, a fifth of the time of an accepted event;
// here it is made when somebody asks for it.

import type { Express } from 'express'
import type { Log } from '../log.ts'
import type { Answered } from './watch.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** See request-id.ts. */
    id: string
    /** Every line carries the request id. */
    readonly log: Log
  }
}

/** Asked every few seconds by machines; only worth a line when something is wrong. */
const QUIET_ROUTES = /^\/(?:healthz|readyz|metrics|webhooks\/)/

/** What the route table does not know and is answered all the same is a static file, or a page of the sandbox's own. */
const levelOf = (route: string | undefined, status: number): 'debug' | 'info' | 'warn' => {
  if (status >= 500) return 'warn'
  const isQuiet = route === undefined ? status < 400 : QUIET_ROUTES.test(route)
  return isQuiet ? 'debug' : 'info'
}

/** Gives every request of the app its `log`, and answers what writes the line. */
export const addRequestLog = (app: Express, log: Log): Answered => {
  Object.defineProperty(app.request, 'log', {
    get(this: { id: string }): Log {
      const own = log.child({ requestId: this.id })
      Object.defineProperty(this, 'log', { value: own })
      return own
    },
  })
  // The members of its lines are known and none is a secret: looking for some in each would cost more than the line.
  const lines = log.child({}, { redact: [] })
  return ({ request, response, seconds }) => {
    const status = response.statusCode
    const route: string | undefined = response.locals.route
    const level = levelOf(route, status)
    if (!log.isLevelEnabled(level)) return
    const { id: requestId, method } = request
    lines[level]({ requestId, method, route: route ?? 'none', status, ms: seconds * 1000 }, 'answered')
  }
}
