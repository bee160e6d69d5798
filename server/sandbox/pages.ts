// Pages of the simulations: rendering, headers and the one rule against other sites. Knows none of the simulations.

import { join } from 'node:path'
import ejs from 'ejs'
import type { RequestHandler, Response } from 'express'

const VIEWS = join(import.meta.dirname, '../../views/sandbox')

/** Renders `views/sandbox/<name>.ejs`; user text is escaped by the template's `<%= %>`. */
export const renderSandbox = (name: string, locals: Record<string, unknown>): Promise<string> =>
  ejs.renderFile(join(VIEWS, `${name}.ejs`), locals)

/** Sends a rendered sandbox page or fragment. */
export const sendPage = async (response: Response, name: string, locals: Record<string, unknown>): Promise<void> => {
  response.type('html').send(await renderSandbox(name, locals))
}

/** Strict headers for a simulation's pages; `frames` are the origins that they may show in a frame. */
export const sandboxHeaders =
  (frames: readonly string[]): RequestHandler =>
  (_request, response, next) => {
    response.set({
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        `frame-src ${frames.length > 0 ? frames.join(' ') : "'none'"}`,
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    next()
  }

/**
 * Refuses changes that another site's page asks the browser for: the simulations have no sign-in, and listen on a
 * person's own machine. Calls of programs carry no Sec-Fetch-Site and pass.
 */
export const refuseOtherSites: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site')
  if (request.method === 'GET' || request.method === 'HEAD' || !site || site === 'same-origin' || site === 'none') {
    next()
    return
  }
  response.status(403).type('text').send('Only the pages of this sandbox may do this.')
}
