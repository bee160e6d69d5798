// Wires accept, mailboxes, workflows and the worker of one process.

import { action, trigger } from '../catalog/index.ts'
import { labelOfField } from '../catalog/input.ts'
import type { Config } from '../config.ts'
import type { Budget } from '../highlevel/budget.ts'
import type { Execute } from '../highlevel/execute.ts'
import { FOLLOW_UP } from '../highlevel/lifecycle-event.ts'
import type { OAuth } from '../highlevel/oauth.ts'
import type { InstallationListener } from '../highlevel/ports.ts'
import type { Tokens } from '../highlevel/tokens.ts'
import type { Log } from '../log.ts'
import type { Manifest } from '../manifest.ts'
import type { Metrics } from '../metrics.ts'
import { createAccept } from '../relay/accept.ts'
import { createAppEvents } from '../relay/app-events.ts'
import { createBreaker } from '../relay/breaker.ts'
import { createLifecycleHandler } from '../relay/lifecycle.ts'
import { createProgress } from '../relay/progress.ts'
import type { Relay } from '../relay/relay.ts'
import type { WorkerTask } from '../relay/worker.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import type { DeadLetters } from '../store/dead-letters.ts'
import { createEffects } from '../store/effects.ts'
import { createEvents } from '../store/events.ts'
import type { Installations } from '../store/installations.ts'
import { createLinks } from '../store/links.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import { createNotificationListener } from '../store/notifications.ts'
import { createProgressStore } from '../store/progress.ts'
import { createRecordHolds } from '../store/record-holds.ts'
import { createRevenue } from '../store/revenue.ts'
import type { Runs } from '../store/runs.ts'
import type { Seal } from '../store/seal.ts'
import { openSession } from '../store/session.ts'
import { createWaitingRuns } from '../store/waiting-runs.ts'
import { WORKFLOWS_CHANNEL, type Workflows } from '../store/workflows.ts'
import type { OwnAction } from '../sync/action.ts'
import { createRunAction } from '../sync/actions.ts'
import { createIsOutdated } from '../sync/backfill/backfill-event.ts'
import { createCustomerActions } from '../sync/customers/customers.ts'
import { createIsEcho } from '../sync/echo.ts'
import { createMessageActions } from '../sync/messages/messages.ts'
import type { InWords } from '../sync/note-once.ts'
import { createOnce } from '../sync/once.ts'
import { createRevenueActions } from '../sync/revenue/revenue.ts'
import { createNoteSay } from '../texts/note-say.ts'
import { withApiWorkflow } from '../workflows/api-workflow.ts'
import { subjectOf } from '../workflows/continuation.ts'
import { createWorkflowRegistry } from '../workflows/registry.ts'
import { createRunWorkflows } from '../workflows/run-workflows.ts'
import { wireBackfill } from './backfill.ts'
import { wireBackpressure } from './backpressure.ts'
import { wireAccount, wireEngine, wireMappings } from './engine.ts'
import { wireFanOut } from './fan-out.ts'
import { wireInstaller } from './installer.ts'
import { wireIntegrity } from './integrity.ts'
import { wireInvoices } from './invoices.ts'
import { wireMappingScreen } from './mapping.ts'
import { wireOrders } from './orders.ts'
import type { Outbound } from './outbound.ts'
import { httpTarget, type wireRankr } from './rankr.ts'
import { wireSupport } from './support.ts'
import { wireWorker } from './worker.ts'

type Deps = {
  config: Config
  log: Log
  now: () => Date
  random: () => number
  databaseUrl: string
  db: Database
  audit: Audit
  installations: Installations
  mailboxes: Mailboxes
  deadLetters: DeadLetters
  workflows: Workflows
  runs: Runs
  relay: Relay
  listener: InstallationListener
  metrics: Metrics
  oauth: OAuth
  tokens: Tokens
  budget: Budget
  execute: Execute['execute']
  rankr: Pick<ReturnType<typeof wireRankr>, 'client' | 'target'>
  wantedScopes: readonly string[]
  manifest: Manifest
  publicUrl: string
  seal: Seal
  outbound: Outbound
  /** Whether the tenant has the app; from memory. */
  installed: (tenantId: string) => Promise<boolean>
  /** Actions of other parts, by id. */
  own: Record<string, OwnAction>
  /** Work of other parts, by cron. */
  tasks: WorkerTask[]
}

/** Put together but not started. */
export const wireWork = (deps: Deps) => {
  const { log, now, databaseUrl, db, audit, installations, mailboxes, workflows, runs, relay, metrics, execute } = deps

  // Accept, and what becomes of installations
  const events = createEvents({ db })
  const progressStore = createProgressStore({ db, now })
  const accept = createAccept({ events, now, log })
  const full = wireBackpressure(deps)
  const admit = full.admitting(accept.accept)
  const progress = createProgress({ store: progressStore })
  const waitingRuns = createWaitingRuns({ db })
  const installer = wireInstaller({ ...deps, accept: accept.accept, waitingRuns })

  // Workflows: which ones an event starts, and what the app itself tells them
  const account = wireAccount({ installations, now })
  const mappingService = wireMappings({ db, account, now })
  const registry = createWorkflowRegistry({
    enabled: workflows.enabled,
    version: workflows.version,
    awaited: waitingRuns.awaited,
    mappings: mappingService.applied,
    action,
    trigger,
    now,
    log,
  })
  const appEvents = createAppEvents({
    accept: accept.accept,
    now,
    installation: installations.find,
    connectedAt: async (id) => (await audit.list(id, { action: 'installation.connected', limit: 1 }))[0]?.at,
    waiting: async (id) => (await mailboxes.of(id)).reduce((sum, box) => sum + box.waiting, 0),
    wants: registry.wants,
    eventOf: async (locationId, { eventId, receivedOn }) => {
      const event = await events.get(locationId, eventId, receivedOn)
      return event && subjectOf(event)
    },
    workflowName: async (locationId, id) => (await workflows.get(locationId, id))?.name,
  })

  // The parts that bring actions, recurring tasks and screens
  const links = createLinks({ db })
  const once = createOnce({ effects: createEffects({ db }), progress, now })
  const noteSay = createNoteSay()
  const inWords: InWords = async (id, text, by) => noteSay((await account(id)).language, text, by)
  const fanOut = wireFanOut({ ...deps, registry, accept: accept.accept, admit, account })
  const engine = wireEngine({
    ...deps,
    registry,
    account,
    mappingService,
    waiting: waitingRuns,
    accept: accept.accept,
    checkRoom: full.check,
  })
  const backfill = wireBackfill({ ...deps, registry, accept: admit, rankr: deps.rankr.client })
  const orders = wireOrders({ db, execute, installations, links, once, accept: accept.accept, inWords, now })
  const support = wireSupport({ ...deps, links, once })
  const revenue = createRevenue({ db })
  const invoices = wireInvoices({ db, execute, installations, links, once, progress, inWords, now })
  const integrity = wireIntegrity({
    ...deps,
    registry,
    account,
    links,
    appEvents,
    accept: admit,
    rankr: deps.rankr.client,
    desks: support.desks,
    home: orders.home,
  })

  // An event: handled by its workflows, whose steps run actions
  const runAction = createRunAction({
    own: {
      ...createCustomerActions({ links, once, holds: createRecordHolds({ db }), home: orders.home, inWords, now }),
      ...orders.own,
      ...createMessageActions({ links, once, now }),
      ...createRevenueActions({ links, revenue, holds: createRecordHolds({ db }), once, inWords, now }),
      ...invoices.own,
      ...backfill.own,
      ...integrity.own,
      ...fanOut.own,
      ...support.own,
      ...deps.own,
    },
    execute,
    targets: {
      rankr: deps.rankr.target,
      http: httpTarget({ http: deps.outbound.http, now }),
      support: support.target,
    },
    breaker: createBreaker({ now }),
    once,
  })
  const runWorkflows = createRunWorkflows({
    workflowsFor: withApiWorkflow(registry.workflowsFor),
    versionOf: registry.versionOf,
    callable: registry.callable,
    arrived: engine.arrived,
    runs,
    runAction,
    isEcho: createIsEcho({ links }),
    isOutdated: createIsOutdated({ links }),
    progress: { write: appEvents.telling(progress.write, (item) => [item]) },
    account,
    now,
    fieldLabel: (actionId, key) => labelOfField(action(actionId), key),
    onAttempt: ({ actionId, outcome, seconds }) => metrics.attempted({ action: actionId, outcome, seconds }),
  })

  // The worker of this process
  const lifecycle = createLifecycleHandler({
    handle: installer.handle,
    runWorkflows,
    isInternal: ({ source, type }) => source === 'app' && type === FOLLOW_UP,
    wants: registry.wants,
    accept: accept.accept,
  })
  const worker = wireWorker({
    ...deps,
    events,
    writeDeadLetters: appEvents.telling(progressStore.write, (items) => items),
    onPaused: relay.pause,
    installer,
    lifecycle,
    runWorkflows: backfill.inTurn(runWorkflows),
    tasks: [
      ...deps.tasks,
      ...fanOut.tasks,
      ...orders.tasks,
      ...invoices.tasks,
      ...backfill.tasks,
      ...integrity.tasks,
      ...support.tasks,
      ...engine.tasks,
    ],
  })
  const openListener = (lost: (error: Error) => void) => openSession({ url: databaseUrl, lost })
  const notifications = createNotificationListener({
    open: openListener,
    log,
    channels: { [WORKFLOWS_CHANNEL]: registry.forget },
  })

  return {
    accept,
    /** For what comes from outside: accepts while there is room. */
    admit,
    installer,
    registry,
    worker,
    notifications,
    progress,
    runAction,
    links,
    support,
    /** For the settings. */
    screens: {
      ...fanOut.settings,
      ...support.settings,
      ...orders.settings,
      ...backfill.settings,
      mappings: wireMappingScreen({ ...deps, links, service: mappingService, orders: orders.settings }),
      ...integrity.settings,
      revenue,
      ...engine.settings,
      ...full.settings,
    },
    appEvents,
  }
}
