// On a developer's machine the app has several names: `localhost` and `127.0.0.1` are one to people and two to browsers, and
// what a browser keeps under one it does not send to the other. Whoever comes by a name that is not our public one is sent
// there before anything is kept, or they would come back from the CRM as a stranger.

import type { RequestHandler } from 'express'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Only from one name of this very machine to another: behind a proxy the name that reaches us says nothing. */
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
