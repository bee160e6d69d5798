// The composition root: creates the concrete parts and connects them. No logic.

import type { Server } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { openUserContext } from './highlevel/user-context.ts'
import { createAssets } from './http/assets.ts'
import { createDoors } from './http/doors/create-doors.ts'
import { createSessionIssuer } from './http/doors/session.ts'
import { serverLimits } from './http/server-limits.ts'
import type { Log } from './log.ts'
import { readManifest } from './manifest.ts'
import { createMetrics } from './metrics.ts'
import { createActivityReader } from './relay/activity.ts'
import { createRelay } from './relay/relay.ts'
import { createSampleWorkspace, shellOriginOf } from './sandbox/create-sandbox.ts'
import { openSeal } from './store/open-seal.ts'
import { createReadiness } from './store/readiness.ts'
import { startTelemetry } from './telemetry.ts'
import { wireApi, wireApiAccess } from './wire/api.ts'
import { wireCrm } from './wire/crm.ts'
import { openDatabase } from './wire/database.ts'
import { wireExternalAuth } from './wire/external-auth.ts'
import { wireIncoming } from './wire/incoming.ts'
import { wireInstall } from './wire/install.ts'
import { wireListener } from './wire/listener.ts'
import { wireModules } from './wire/modules.ts'
import { wireOutbound } from './wire/outbound.ts'
import { wirePortal } from './wire/portal.ts'
import { wireRankr } from './wire/rankr.ts'
import { openRedis } from './wire/redis.ts'
import { wireRender } from './wire/render.ts'
import { wireSandbox, wireSandboxClock } from './wire/sandbox.ts'
import { wireStores } from './wire/stores.ts'
import { wireSyncs } from './wire/syncs.ts'
import { wireTenantMemory } from './wire/tenant-memory.ts'
import { wireWebhooks } from './wire/webhooks.ts'
import { wireWork } from './wire/work.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WHITE_LABEL_MARKETPLACE_URL = 'https://marketplace.leadconnectorhq.com'

type Options = { config: Config; log: Log; publicUrl: string; databaseUrl: string }

export type Parts = {
  app: ReturnType<typeof createApp>
  /** Bounds of time and size for the server that carries the app. */
  limit(server: Server): void
  start(): Promise<void>
  /** Readiness becomes false; requests are still accepted. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Creates everything a process needs, without starting it. Migrates the database first. */
export const wire = async ({ config, log, publicUrl, databaseUrl }: Options): Promise<Parts> => {
  const random = Math.random
  const manifest = readManifest()
  const wantedScopes = manifest.oauth.allowedScopes
  const appId = config.crm.clientId.split('-')[0]!
  const redirectUri = `${publicUrl}/oauth/callback`
  const isSandbox = config.mode === 'sandbox'
  const assets = createAssets({ root: join(ROOT, 'public') })

  // Time, and the systems around the process; in a sandbox simulated ones
  const clock = isSandbox ? wireSandboxClock({ config, log }) : undefined
  const now = clock?.now ?? (() => new Date())
  const telemetry = await startTelemetry(config.traceEndpoint)
  const db = await openDatabase({ url: databaseUrl, now, log })
  const redis = config.redisUrl ? await openRedis({ url: config.redisUrl, log }) : undefined
  const sandbox = clock
    ? wireSandbox({ config, manifest, log, publicUrl, clock, asset: assets.url, redirectUri })
    : undefined
  const crmUrls = sandbox
    ? { apiUrl: sandbox.crmUrl, marketplaceUrl: sandbox.crmUrl, brandedUrl: sandbox.crmUrl }
    : { ...config.crm, brandedUrl: WHITE_LABEL_MARKETPLACE_URL }

  // Storage and caches
  const seal = await openSeal({ keys: config.encryptionKeys, db, log })
  const stores = wireStores({ db, seal, now })
  const { audit, installations, connections, mailboxes, workflows, runs } = stores
  const sandboxOrigin = sandbox ? shellOriginOf(publicUrl) : undefined
  const memory = wireTenantMemory({ installations, sandboxOrigin, now })
  const { installed, frameAncestors } = memory
  const metrics = createMetrics({
    backlog: () => mailboxes.backlog(),
    budget: () => crm.budgets.pressure(now()),
    pool: () => ({ total: db.pool.totalCount, idle: db.pool.idleCount, waiting: db.pool.waitingCount }),
    ...(redis && { isRedisThere: () => redis.client.isReady }),
  })

  // External systems: the CRM, Rankr, and addresses entered by users
  const relay = createRelay({ db, mailboxes, deadLetters: stores.deadLetters, now })
  const listener = wireListener({
    relay,
    forget: memory.forget,
    events: () => work.appEvents,
    arrivals: () => externalAuth,
  })
  const outbound = wireOutbound({ config, now })
  const crm = wireCrm({
    config,
    db,
    installations,
    audit,
    listener,
    apiUrl: crmUrls.apiUrl,
    openFile: outbound.openFile,
    metrics,
    appId,
    redirectUri,
    now,
    random,
    log,
  })
  const { oauth, tokens, budget, execute, list } = crm
  const rankr = wireRankr({ apiUrl: sandbox?.rankrUrl ?? config.rankr.apiUrl, connections, now, log })
  const externalAuth = wireExternalAuth({ db, seal, audit, installations, connections, rankr, relay, now })

  // The work: events are accepted, drained and run through workflows. Other parts bring actions and recurring tasks to it
  const shared = { config, db, installations, oauth, installed, metrics, wantedScopes, publicUrl, isSandbox, now, log }
  const api = wireApiAccess({ ...shared, seal, audit, redis: redis?.client, execute })
  const modules = wireModules({
    ...shared,
    audit,
    workflows,
    client: crm.client,
    companyOf: crm.companyOf,
    crmApiUrl: crmUrls.apiUrl,
  })
  const incoming = wireIncoming({ db, seal, now, log })
  const work = wireWork({
    ...shared,
    random,
    databaseUrl,
    seal,
    audit,
    mailboxes,
    deadLetters: stores.deadLetters,
    workflows,
    runs,
    relay,
    listener,
    tokens,
    budget,
    execute,
    rankr,
    outbound,
    manifest,
    own: { ...modules.own, ...incoming.own },
    tasks: [api.task, externalAuth.task],
  })
  const { installer, worker } = work

  // The web: webhooks, installation, our API, the portal for developers, the settings
  const webhooks = wireWebhooks({
    ...shared,
    connections,
    settings: stores.settings,
    registry: work.registry,
    admit: work.admit,
    support: work.support,
    incoming,
    appId,
    publicKeyPem: sandbox?.publicKeyPem,
  })
  const install = wireInstall({
    ...shared,
    redis: redis?.client,
    installer,
    redirectUri,
    marketplace: { url: crmUrls.marketplaceUrl, brandedUrl: crmUrls.brandedUrl },
  })
  const activity = createActivityReader({ activity: stores.activity, runs, workflows, relay })
  const syncs = wireSyncs({ execute, list, workflows, ...incoming.settings, now, log })
  const v1 = wireApi({
    api,
    work,
    execute,
    activity,
    failures: work.screens.failures,
    templateService: syncs.templateService,
    publicUrl,
    now,
  })
  const sampleWorkspace = sandbox ? createSampleWorkspace(publicUrl) : undefined
  const portalRoutes = wirePortal({
    ...shared,
    sessionStore: install.sessionStore,
    signInUrl: crmUrls.brandedUrl,
    installer,
    api,
    developers: v1.developers,
    sampleWorkspace,
  })
  const session = { secret: config.sessionSecret, now }
  const readiness = createReadiness({ db })
  let isDraining = false

  const app = createApp({
    log,
    publicUrl,
    rateLimitStore: redis?.counters,
    registry: metrics.registry,
    assets: assets.router,
    sandbox: sandbox?.router,
    render: wireRender({ config, assets, clockAhead: clock?.aheadMs }),
    frameAncestors,
    recordAudit: audit.record,
    doors: createDoors({
      session: { ...session, installed },
      portal: { installed, now },
      ...webhooks.doors,
      module: modules.door,
      operator: { publicUrl },
      api: api.access.door,
    }),
    health: {
      checks: [
        { name: 'accepting', isOk: () => !isDraining },
        { name: 'database', isOk: readiness.isReachable },
        { name: 'migrations', isOk: readiness.isMigrated },
      ],
    },
    ...webhooks.routes,
    installRoutes: install.routes,
    portalRoutes,
    oauthRoutes: api.access.oauthRoutes,
    apiRoutes: v1.routes,
    moduleRoutes: [
      ...modules.routes({ ...work, choices: syncs.choices, answers: api.answers }),
      ...externalAuth.routes,
    ],
    settings: {
      ...work.screens,
      ...syncs.settings,
      ...incoming.settings,
      ...v1.developers,
      activity,
      audit,
      budgets: crm.budgets,
      connections,
      disconnect: installer.disconnect,
      domainChanged: memory.forgetFrame,
      async erase(tenantId, by) {
        await work.support.leave(tenantId)
        return await installer.erase(tenantId, by)
      },
      frameAncestors,
      installations,
      issueSession: createSessionIssuer(session),
      now,
      openUserContext: (payload) => openUserContext(payload, config.crm.ssoKeys),
      platformLabel: config.platformLabel,
      publicUrl,
      resumeEvents: relay.resume,
      sampleWorkspace,
      settings: stores.settings,
      transaction: db.transaction,
      wantedScopes,
    },
  })

  return {
    app,
    limit: serverLimits,
    async start() {
      await sandbox?.start()
      api.access.meter.start()
      await work.notifications.start()
      if (config.role === 'web') return
      await worker.start()
      clock?.onMoved(worker.catchUp)
    },
    async drain() {
      isDraining = true
    },
    async stop() {
      await sandbox?.stop()
      await worker.stop()
      await work.accept.close()
      outbound.close()
      work.support.close()
      await webhooks.close()
      await work.progress.close()
      await work.notifications.stop()
      install.close()
      await api.access.meter.stop()
      await redis?.close()
      crm.close()
      rankr.close()
      await db.close()
      await telemetry.stop()
    },
  }
}
