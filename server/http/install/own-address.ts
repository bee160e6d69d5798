// On a developer's machine `localhost` and `127.0.0.1` are the same to people but two sites to browsers, with separate
// cookies. Requests for a name other than our public one are redirected before anything is stored, or the session would
// be missing on return from the CRM.

import type { RequestHandler } from 'express'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Only between names of this machine: behind a proxy the host we see says nothing. */
export const createOwnAddress = ({ publicUrl }: { publicUrl: string }): RequestHandler => {
  const own = new URL(publicUrl)
  return (request, response, next) => {
    const { host } = request.headers
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (!isReading || !LOOPBACK.has(own.hostname) || host === own.host || !isTwin(host, own.port)) return next()
    response.redirect(302, `${own.origin}${request.originalUrl}`)
  }
}

const isTwin = (host: string | undefined, port: string): boolean => {
  const [, name = '', at = ''] = /^(.+?)(?::(\d+))?$/.exec(host ?? '') ?? []
  return LOOPBACK.has(name) && at === port
}
