// The browser session of the install round trip: the only cookie of the app, and only on these two routes.

import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import type { RequestHandler } from 'express'
import session from 'express-session'
import type pg from 'pg'

type RedisClient = NonNullable<ConstructorParameters<typeof RedisStore>[0]>['client']

const LIFE_MS = 15 * 60_000

export type SessionStore = { store: session.Store; close(): void }

/** Redis when there is one, the table http_sessions otherwise; both are shared by all nodes. */
export const createSessionStore = ({
  pool,
  redis,
}: {
  pool: pg.Pool
  redis?: RedisClient | undefined
}): SessionStore => {
  if (redis) return { store: new RedisStore({ client: redis, prefix: 'install:' }), close: () => {} }
  const store = new (connectPgSimple(session))({ pool, tableName: 'http_sessions', pruneSessionInterval: 900 })
  return { store, close: () => void store.close() }
}

/** Express middleware; the cookie is `Secure` where the app is reached over https. */
export const createBrowserSession = ({
  store,
  secret,
  isSecure,
}: {
  store: session.Store
  secret: string
  isSecure: boolean
}): RequestHandler =>
  session({
    name: 'install',
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    proxy: isSecure,
    // Lax: it must come along when the marketplace sends the browser back.
    cookie: { httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: LIFE_MS, path: '/' },
  })
