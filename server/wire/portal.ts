// Wires the developer portal: sign-in through the CRM, developer screens, consent.

import type { Store } from 'express-session'
import type { Config } from '../config.ts'
import type { OAuth } from '../highlevel/oauth.ts'
import { CrmStrategy } from '../highlevel/strategy.ts'
import { createBrowserSession } from '../http/install/browser-session.ts'
import { createInstallState } from '../http/install/install-state.ts'
import { createRunStrategy } from '../http/install/run-strategy.ts'
import { type PortalDeps, portalRoutes } from '../http/portal/routes.ts'
import type { DevelopersDeps } from '../http/ui/developers.ts'
import type { ApiAccessParts } from './api.ts'

type Deps = Pick<PortalDeps, 'installer' | 'installations' | 'installed' | 'publicUrl' | 'now' | 'sampleWorkspace'> & {
  config: Config
  /** The same for all cookies of our own site. */
  sessionStore: Store
  oauth: OAuth
  wantedScopes: string[]
  /** Where people choose an account; under no name of the CRM's own. */
  signInUrl: string
  api: ApiAccessParts
  developers: Omit<DevelopersDeps, 'publicUrl' | 'now' | 'sampleWorkspace'>
}

/** As long as a visit lasts (portal-session.ts). */
const COOKIE_MS = 8 * 3_600_000

/** The routes of the developer portal. */
export const wirePortal = ({
  config,
  sessionStore,
  oauth,
  wantedScopes,
  signInUrl,
  api,
  developers,
  ...deps
}: Deps) => {
  const { publicUrl, now } = deps
  const strategy = new CrmStrategy({
    name: 'portal',
    marketplaceUrl: signInUrl,
    clientId: config.crm.clientId,
    clientSecret: config.crm.clientSecret,
    redirectUri: `${publicUrl}/developers/callback`,
    scopes: wantedScopes,
    stateStore: createInstallState({ now }),
    oauth,
  })
  const { clients, oauthGrants } = api.stores
  return portalRoutes({
    ...developers,
    ...deps,
    browserSession: createBrowserSession({
      name: 'portal',
      lifeMs: COOKIE_MS,
      store: sessionStore,
      secret: config.sessionSecret,
      publicUrl,
    }),
    runStrategy: createRunStrategy([strategy]),
    readPerson: api.readPerson,
    findClient: clients.findForConsent,
    consent: oauthGrants.consent,
  })
}
