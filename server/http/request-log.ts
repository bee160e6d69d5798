// One log line per request. Never the query string: it may hold an install code.

import type { RequestHandler } from 'express'
import { pinoHttp } from 'pino-http'
import type { Log } from '../log.ts'

/** Asked every few seconds by machines; only worth a line when something is wrong. */
const QUIET_ROUTES = /^\/(healthz|readyz|metrics|webhooks\/)/

export const createRequestLog = (log: Log): RequestHandler =>
  pinoHttp({
    logger: log,
    genReqId: (request) => request.id,
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'requestId', responseTime: 'ms' },
    customLogLevel: (request, response) => {
      if (response.statusCode >= 500) return 'warn'
      return QUIET_ROUTES.test(request.url ?? '') ? 'debug' : 'info'
    },
    customProps: (request, response) => ({
      method: request.method,
      route: (response as { locals?: { route?: string } }).locals?.route,
      status: response.statusCode,
    }),
    customSuccessMessage: () => 'answered',
    customErrorMessage: () => 'answered',
    // The error handler has logged the error itself, with its code.
    customErrorObject: (_request, _response, _error, value) => ({ ...value, err: undefined }),
  }) as unknown as RequestHandler
