// Wires the browser's install round trip.

import type { Config } from '../config.ts'
import type { Installer } from '../highlevel/installer.ts'
import type { OAuth } from '../highlevel/oauth.ts'
import { CrmStrategy } from '../highlevel/strategy.ts'
import { createBrowserSession, createSessionStore } from '../http/install/browser-session.ts'
import { createInstallRoutes } from '../http/install/install-routes.ts'
import { createInstallState } from '../http/install/install-state.ts'
import { shellOriginOf } from '../sandbox/create-sandbox.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'

type Deps = {
  config: Config
  db: Database
  redis: Parameters<typeof createSessionStore>[0]['redis']
  installations: Installations
  oauth: OAuth
  installer: Pick<Installer, 'exchanged'>
  wantedScopes: string[]
  redirectUri: string
  publicUrl: string
  /** Where people choose what to install, under the CRM's own name and under none. */
  marketplace: { url: string; brandedUrl: string }
  isSandbox: boolean
  now: () => Date
}

/** Longer than anyone takes to give consent. */
const INSTALL_MS = 15 * 60_000

/** The install routes with session, state and passport strategies. */
export const wireInstall = (deps: Deps) => {
  const { config, db, redis, installations, oauth, installer, redirectUri, publicUrl, marketplace, now } = deps
  const { clientId, clientSecret } = config.crm
  const sessions = createSessionStore({ pool: db.pool, redis })
  const stateStore = createInstallState({ now })
  const strategy = { clientId, clientSecret, redirectUri, scopes: deps.wantedScopes, stateStore, oauth }
  const routes = createInstallRoutes({
    strategies: [
      new CrmStrategy({ name: 'crm', marketplaceUrl: marketplace.url, ...strategy }),
      new CrmStrategy({ name: 'crm-branded', marketplaceUrl: marketplace.brandedUrl, ...strategy }),
    ],
    browserSession: createBrowserSession({
      name: 'install',
      lifeMs: INSTALL_MS,
      store: sessions.store,
      secret: config.sessionSecret,
      publicUrl,
    }),
    oauth,
    installer,
    returnUrl: async (tenantId) => {
      if (deps.isSandbox) return `${shellOriginOf(publicUrl)}/sandbox?account=${tenantId}`
      const domain = (await installations.find(tenantId))?.whiteLabelDomain
      return domain ? `https://${domain}/` : undefined
    },
    now,
  })
  return { routes, sessionStore: sessions.store, close: sessions.close }
}
