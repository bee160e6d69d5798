// Wires incoming events: the doors that verify signatures, and what their routes need.

import { createBriefCache } from '../brief-cache.ts'
import type { Config } from '../config.ts'
import { parseCrmEvent, readPublicKeys, verifyCrmSignature } from '../highlevel/webhook.ts'
import { createConnectionCache } from '../http/webhooks/connection-cache.ts'
import type { CrmWebhookDeps } from '../http/webhooks/crm.ts'
import { createDropCounter } from '../http/webhooks/drop-counter.ts'
import type { HookDeps } from '../http/webhooks/hooks.ts'
import type { RankrWebhookDeps } from '../http/webhooks/rankr.ts'
import type { SupportWebhookDeps } from '../http/webhooks/support.ts'
import { createTouch } from '../http/webhooks/touch.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { verifyRankrWebhook } from '../rankr/webhook.ts'
import type { Accept } from '../relay/accept.ts'
import type { Connections, Touch } from '../store/connections.ts'
import type { Database } from '../store/db.ts'
import { createDrops } from '../store/drops.ts'
import type { Settings } from '../store/settings.ts'
import type { WorkflowRegistry } from '../workflows/registry.ts'
import type { Incoming } from './incoming.ts'
import { shareQueries } from './share-queries.ts'
import type { Support } from './support.ts'

type Deps = {
  config: Config
  db: Database
  connections: Connections
  settings: Pick<Settings, 'read'>
  registry: WorkflowRegistry
  /** Accepts while there is room. */
  admit: Accept['accept']
  support: Pick<Support, 'door' | 'webhooks'>
  incoming: Pick<Incoming, 'door' | 'received'>
  installed: (tenantId: string) => Promise<boolean>
  appId: string
  /** Of the simulated CRM; the configured ones when absent. */
  publicKeyPem: string | undefined
  metrics: Metrics
  now: () => Date
  log: Log
}

/** How long another process may use an account's previous settings. */
const CHOICE_LIFE_MS = 10_000

/** One connection at a time, all that are asked for at once by one query. */
export const findConnectionOf = ({ findForWebhooks }: Pick<Connections, 'findForWebhooks'>) => {
  const find = shareQueries(findForWebhooks)
  // Each caller decrypts its own row, so one that cannot be decrypted does not fail the others.
  return async (connectionId: string) => (await find(connectionId))?.()
}

/** The doors and dependencies of the webhook routes. */
export const wireWebhooks = (deps: Deps) => {
  const { config, db, connections, settings, registry, admit, installed, appId, publicKeyPem, metrics, now, log } = deps
  const keys = readPublicKeys(publicKeyPem ? [publicKeyPem] : config.crm.webhookPublicKeys)
  const drops = createDropCounter({ write: createDrops({ db }).add, now, log })
  const keepsUnwanted = createBriefCache({
    load: async (locationId) => (await settings.read(locationId)).keepsUnwanted === true,
    lifeMs: () => CHOICE_LIFE_MS,
    now,
  })
  const crm: CrmWebhookDeps = {
    appId,
    parse: parseCrmEvent,
    installed,
    isOfInterest: async ({ locationId, type }) =>
      (await registry.wants({ locationId, source: 'crm', type })) || (await keepsUnwanted.get(locationId)),
    accept: admit,
    drops,
    observe: metrics.accepted,
  }
  const touchConnection = shareQueries((touches: Touch[]) =>
    connections.touch(touches).then(() => touches.map(() => undefined)),
  )
  const rankr: RankrWebhookDeps = {
    installed,
    accept: admit,
    touched: createTouch({
      touch: (locationId, connectionId, at) => touchConnection({ locationId, connectionId, at }),
      now,
      log,
    }),
    observe: metrics.accepted,
  }
  const { touch, ...told } = deps.support.webhooks
  const support: SupportWebhookDeps = {
    ...told,
    installed,
    isOfInterest: (locationId) => registry.wants({ locationId, source: 'app', type: 'ticket.changed' }),
    accept: admit,
    touched: createTouch({ touch, now, log }),
    observe: metrics.accepted,
    now,
  }
  const doors = {
    desk: deps.support.door,
    hook: deps.incoming.door,
    crm: {
      verify: ({ rawBody, header }: { rawBody: Buffer; header: string | undefined }) =>
        verifyCrmSignature({ rawBody, header, keys }),
    },
    rankr: {
      connections: createConnectionCache({ find: findConnectionOf(connections), now }),
      verify: verifyRankrWebhook,
      now,
    },
  }
  const { received } = deps.incoming
  const hooks: HookDeps = { installed, accept: admit, received, observe: metrics.accepted, now }
  const routes = { crmWebhooks: crm, rankrWebhooks: rankr, supportWebhooks: support, hookWebhooks: hooks }
  return { routes, doors, close: drops.close }
}
