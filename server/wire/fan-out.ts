// Wires outgoing webhooks, relay routes and failed events: the worker's tasks and the settings screens.

import { action, triggers } from '../catalog/index.ts'
import type { Log } from '../log.ts'
import type { Manifest } from '../manifest.ts'
import { createPostWebhook } from '../outbound/post-webhook.ts'
import type { Accept } from '../relay/accept.ts'
import { createBreaker } from '../relay/breaker.ts'
import { createFailedEvents } from '../relay/failed-events.ts'
import type { Relay } from '../relay/relay.ts'
import { createReplayAll } from '../relay/replay-all.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import { createDeadLetterSearch } from '../store/dead-letter-search.ts'
import { createEvents } from '../store/events.ts'
import type { Installations } from '../store/installations.ts'
import { createNames } from '../store/names.ts'
import { createRelayRoutes } from '../store/relay-routes.ts'
import { createReplays } from '../store/replays.ts'
import type { Runs } from '../store/runs.ts'
import type { Seal } from '../store/seal.ts'
import { createWebhookEndpoints } from '../store/webhook-endpoints.ts'
import type { Workflows } from '../store/workflows.ts'
import { checkedInput } from '../sync/checked-input.ts'
import { createDeliverWebhook, createTryWebhook } from '../sync/deliver-webhook.ts'
import { createRelayToAccount } from '../sync/relay-to-account.ts'
import { subjectOf } from '../workflows/continuation.ts'
import type { WorkflowRegistry } from '../workflows/registry.ts'
import { createRehearse } from '../workflows/rehearse.ts'
import { createRelayRouteService } from '../workflows/relay-route-service.ts'
import { createWebhookService } from '../workflows/webhook-service.ts'
import type { Outbound } from './outbound.ts'

type Deps = {
  manifest: Pick<Manifest, 'webhooks'>
  log: Log
  now: () => Date
  db: Database
  seal: Seal
  outbound: Outbound
  audit: Audit
  installations: Installations
  workflows: Workflows
  runs: Runs
  relay: Relay
  registry: WorkflowRegistry
  accept: Accept['accept']
  /** Accepts while there is room. */
  admit: Accept['accept']
  account: (locationId: string) => Promise<Record<string, unknown>>
  installed: (locationId: string) => Promise<boolean>
}

/** CRM events that we do not receive cannot be relayed. */
const eventChoices = ({ webhooks }: Deps['manifest']) => {
  const subscribed = new Set(webhooks.subscribedEvents.map(({ name }) => name))
  return (
    triggers
      // Schedule events belong only to the workflow that sets them.
      .filter(({ isPlanned, addressee }) => !isPlanned && !(addressee && 'workflow' in addressee))
      .filter(({ system, event, token }) => system !== 'crm' || (subscribed.has(event) && token === 'location'))
      .map(({ id, label, system: source }) => ({ id, label, source }))
  )
}

/** The actions, tasks and settings parts of outgoing events. */
export const wireFanOut = (deps: Deps) => {
  const { db, seal, audit, installations, workflows, runs, relay, registry, accept, admit, account, now, log } = deps
  const { guard, http } = deps.outbound
  const stored = createEvents({ db })
  // A run that has waited is still about its original event.
  const events: Pick<typeof stored, 'get'> = {
    get: async (...of) => {
      const event = await stored.get(...of)
      return event && subjectOf(event)
    },
  }
  const endpoints = createWebhookEndpoints({ db, seal, now })
  const relayRouteStore = createRelayRoutes({ db, now })
  const { transaction } = db
  const webhooks = createWebhookService({ endpoints, workflows, audit, accept, transaction, now })
  const post = createPostWebhook({ http, now })
  const search = createDeadLetterSearch({ db })
  const replayAll = createReplayAll({ db, replays: createReplays({ db }), search, relay, audit, now, log })
  const { workflowsFor, versionOf, callable } = registry
  const recorder = { account, now, action, check: checkedInput, callable }
  const rehearse = createRehearse({ workflowsFor, versionOf, runs, ...recorder })

  return {
    /** Our own actions, by id. */
    own: {
      'app.webhooks.deliver': createDeliverWebhook({
        endpoints,
        events,
        post,
        switchOff: webhooks.switchOff,
        breaker: createBreaker({ now }),
        now,
      }),
      'app.routes.relay': createRelayToAccount({
        routes: relayRouteStore,
        events,
        admit,
        audit,
        installed: deps.installed,
        account,
      }),
    },
    tasks: [replayAll.task],
    settings: {
      webhooks,
      tryWebhook: createTryWebhook({ endpoints, post, now }),
      checkAddress: (address: string) => void guard.check(address),
      eventChoices: eventChoices(deps.manifest),
      relayRoutes: createRelayRouteService({ routes: relayRouteStore, workflows, now }),
      installations,
      names: createNames({ db }),
      failures: createFailedEvents({ search, events: stored, runs, relay, replayAll, rehearse }),
    },
  }
}
