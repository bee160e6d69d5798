// Headers that tell browsers what an answer may do and who may frame it: helmet, set up per row.

import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Nothing but our own files; no inline script or style, no plug-ins, no base. */
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

type Frame = { frame?: 'tenant' | undefined; contentSecurity?: Record<string, string[]> | undefined }

type Deps = {
  /** Origins that may frame the settings page of a tenant; the platform's own when the tenant is not known. */
  frameAncestors: (locationId: string | undefined) => Promise<string[]>
  /** Only an https address gets Strict-Transport-Security. */
  isSecure: boolean
}

const ORIGIN = /^(?:https?:\/\/)[\w*.-]+(?::\d+)?$/

const locationIn = (query: unknown): string | undefined => {
  const location = (query as { location?: unknown } | undefined)?.location
  return typeof location === 'string' && /^[\w-]{1,64}$/.test(location) ? location : undefined
}

/** Middleware that sets the headers of a row. `?location=` chooses who may frame, and gives no right to anything. */
export const createSecurityHeaders =
  ({ frameAncestors, isSecure }: Deps) =>
  ({ frame, contentSecurity = {} }: Frame): RequestHandler => {
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
      strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      referrerPolicy: { policy: 'no-referrer' },
    })
    if (!isFramed) return set
    return async (request, response, next) => {
      const parents = await frameAncestors(locationIn(request.query))
      response.locals.parents = parents.filter((origin) => ORIGIN.test(origin)).join(' ') || "'none'"
      set(request, response, next)
    }
  }
