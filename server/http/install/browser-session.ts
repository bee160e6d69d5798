// Browser sessions of our own site: the install round trip and the developer portal, each with its own cookie. The
// settings page runs in a frame and has none.

import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type pg from 'pg'
import { AppError } from '../../errors.ts'
import { createOwnAddress } from './own-address.ts'

type RedisClient = NonNullable<ConstructorParameters<typeof RedisStore>[0]>['client']

export type SessionStore = { store: session.Store; close(): void }

/** Redis when configured, otherwise the table http_sessions; both are shared by all nodes. */
export const createSessionStore = ({
  pool,
  redis,
}: {
  pool: pg.Pool
  redis?: RedisClient | undefined
}): SessionStore => {
  if (redis) return { store: new RedisStore({ client: redis, prefix: 'browser:' }), close: () => {} }
  const store = new (connectPgSimple(session))({ pool, tableName: 'http_sessions', pruneSessionInterval: 900 })
  return { store, close: () => void store.close() }
}

const BACK_SOON_SECONDS = 5

/** Errors here come from the store. */
const away = (cause: unknown): AppError | undefined =>
  cause === undefined ? undefined : new AppError('not_ready', { cause, retryAfterSeconds: BACK_SOON_SECONDS })

type Options = {
  /** Of the cookie. */
  name: 'install' | 'portal'
  lifeMs: number
  store: session.Store
  secret: string
  publicUrl: string
}

/** Express middleware. Where the app is reached over https, the cookie is `Secure` and bound to this host. */
export const createBrowserSession = ({ name, lifeMs, store, secret, publicUrl }: Options): RequestHandler => {
  const isSecure = publicUrl.startsWith('https:')
  const toOwnAddress = createOwnAddress({ publicUrl })
  const load = session({
    name: isSecure ? `__Host-${name}` : name,
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    proxy: isSecure,
    // Lax: it must be sent when the CRM redirects the browser back.
    cookie: { httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: lifeMs, path: '/' },
  })
  return (request, response, next) =>
    toOwnAddress(request, response, (error) =>
      error ? next(error) : load(request, response, (fault) => next(away(fault))),
    )
}
