// Security headers per route, by helmet: what the browser may do with an answer, and who may frame it.

import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { SIGNATURE_DOORS } from './doors/doors.ts'
import type { Route } from './route.ts'

/** Only our own files; no inline script or style, no plug-ins, no base. */
const DIRECTIVES: Record<string, string[]> = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
}

const HSTS = { maxAge: 31_536_000, includeSubDomains: false }

/**
 * Alternating names and values. API answers are not rendered, and helmet's fourteen headers would be a tenth of an
 * event's time.
 */
export const headersForMachines = ({ isSecure }: { isSecure: boolean }): string[] => [
  ...['Content-Security-Policy', "default-src 'none';frame-ancestors 'none'"],
  ...['X-Content-Type-Options', 'nosniff'],
  ...(isSecure ? ['Strict-Transport-Security', `max-age=${HSTS.maxAge}`] : []),
]

const toMachines = (deps: { isSecure: boolean }): RequestHandler => {
  const headers = headersForMachines(deps)
  return (_request, response, next) => {
    for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at]!, headers[at + 1]!)
    next()
  }
}

type Row = Partial<Pick<Route, 'door' | 'frame' | 'contentSecurity'>>

type Deps = {
  /** Origins that may frame the tenant's settings page; the platform's own when the tenant is unknown. */
  frameAncestors: (locationId: string | undefined) => Promise<string[]>
  /** Strict-Transport-Security is only sent on https. */
  isSecure: boolean
}

const ORIGIN = /^(?:https?:\/\/)[\w*.-]+(?::\d+)?$/

const locationIn = (query: unknown): string | undefined => {
  const location = (query as { location?: unknown } | undefined)?.location
  return typeof location === 'string' && /^[\w-]{1,64}$/.test(location) ? location : undefined
}

/** Middleware that sets a route's headers. `?location=` only selects who may frame, and grants nothing. */
export const createSecurityHeaders =
  ({ frameAncestors, isSecure }: Deps) =>
  ({ door = 'open', frame, contentSecurity = {} }: Row): RequestHandler => {
    if (SIGNATURE_DOORS.has(door) || door === 'api') return toMachines({ isSecure })
    const isFramed = frame === 'tenant'
    const set = helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          ...DIRECTIVES,
          ...contentSecurity,
          'frame-ancestors': isFramed
            ? [(_request, response) => (response as { locals?: { parents?: string } }).locals?.parents ?? "'none'"]
            : ["'none'"],
        },
      },
      xFrameOptions: isFramed ? false : { action: 'deny' },
      strictTransportSecurity: isSecure ? HSTS : false,
      referrerPolicy: { policy: 'no-referrer' },
    })
    if (!isFramed) return set
    return async (request, response, next) => {
      const parents = await frameAncestors(locationIn(request.query))
      response.locals.parents = parents.filter((origin) => ORIGIN.test(origin)).join(' ') || "'none'"
      set(request, response, next)
    }
  }
