// A logger per request that includes its id, and one line per answer. Never the query string, which may hold an install
// code. Not pino-http, which creates a child logger for every request (a fifth of an accepted event's time); here it is
// created on first use.

import type { Express } from 'express'
import type { Log } from '../log.ts'
import type { Answered } from './watch.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** See request-id.ts. */
    id: string
    /** Every line has the request id. */
    readonly log: Log
  }
}

/** Polled every few seconds by machines; logged only when something is wrong. */
const QUIET_ROUTES = /^\/(?:healthz|readyz|metrics|webhooks\/)/

/** What the route table does not know and is answered all the same is a static file, or a page of the sandbox's own. */
const levelOf = (route: string | undefined, status: number): 'debug' | 'info' | 'warn' => {
  if (status >= 500) return 'warn'
  const isQuiet = route === undefined ? status < 400 : QUIET_ROUTES.test(route)
  return isQuiet ? 'debug' : 'info'
}

/** Gives every request its `log`, and returns the function that logs the answer. */
export const addRequestLog = (app: Express, log: Log): Answered => {
  Object.defineProperty(app.request, 'log', {
    get(this: { id: string }): Log {
      const own = log.child({ requestId: this.id })
      Object.defineProperty(this, 'log', { value: own })
      return own
    },
  })
  // The members of these lines are known and not secret: redaction would cost more than the line.
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
