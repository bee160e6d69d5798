// The one file that picks concrete parts and puts them together. No logic of its own.

import type { Server } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { openUserContext } from './highlevel/user-context.ts'
import { createAssets } from './http/assets.ts'
import { createDoors } from './http/doors/create-doors.ts'
import { createSessionIssuer } from './http/doors/session.ts'
import { createFrameAncestors, PLATFORM_ORIGINS } from './http/frame-ancestors.ts'
import { serverLimits } from './http/server-limits.ts'
import type { Log } from './log.ts'
import { readManifest } from './manifest.ts'
import { createMetrics } from './metrics.ts'
import { createActivityReader } from './relay/activity.ts'
import { createRelay } from './relay/relay.ts'
import { createSampleWorkspace, shellOriginOf } from './sandbox/create-sandbox.ts'
import { createActivity } from './store/activity.ts'
import { createAudit } from './store/audit.ts'
import { createConnections } from './store/connections.ts'
import { createDatabase } from './store/db.ts'
import { createDeadLetters } from './store/dead-letters.ts'
import { createInstallations } from './store/installations.ts'
import { createMailboxes } from './store/mailboxes.ts'
import { migrate } from './store/migrate.ts'
import { openSeal } from './store/open-seal.ts'
import { ensurePartitions, PARTITION_DAYS_AHEAD } from './store/partitions.ts'
import { createReadiness } from './store/readiness.ts'
import { createRuns } from './store/runs.ts'
import { createSettings } from './store/settings.ts'
import { createWorkflows } from './store/workflows.ts'
import { startTelemetry } from './telemetry.ts'
import { wireApi, wireApiAccess } from './wire/api.ts'
import { wireCrm } from './wire/crm.ts'
import { wireExternalAuth } from './wire/external-auth.ts'
import { wireIncoming } from './wire/incoming.ts'
import { wireInstall } from './wire/install.ts'
import { wireListener } from './wire/listener.ts'
import { wireModules } from './wire/modules.ts'
import { wireOutbound } from './wire/outbound.ts'
import { wirePortal } from './wire/portal.ts'
import { wireRankr } from './wire/rankr.ts'
import { openRedis } from './wire/redis.ts'
import { wireRelay } from './wire/relay.ts'
import { wireRender } from './wire/render.ts'
import { wireSandbox, wireSandboxClock } from './wire/sandbox.ts'
import { wireSyncs } from './wire/syncs.ts'
import { wireInstalledCache } from './wire/together.ts'
import { wireWebhooks } from './wire/webhooks.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WHITE_LABEL_MARKETPLACE_URL = 'https://marketplace.leadconnectorhq.com'

type Options = { config: Config; log: Log; publicUrl: string; databaseUrl: string }

export type Parts = {
  app: ReturnType<typeof createApp>
  /** Bounds of time and size for the server that carries the app. */
  limit(server: Server): void
  start(): Promise<void>
  /** Readiness goes false; what is handed in is still taken. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Everything a process needs, put together but not started. The database is brought up to date first. */
export const wire = async ({ config, log, publicUrl, databaseUrl }: Options): Promise<Parts> => {
  const random = Math.random
  const manifest = readManifest()
  const wantedScopes = manifest.oauth.allowedScopes
  const appId = config.crm.clientId.split('-')[0]!
  const redirectUri = `${publicUrl}/oauth/callback`
  const isSandbox = config.mode === 'sandbox'
  const clock = isSandbox ? wireSandboxClock({ config, log }) : undefined
  const now = clock?.now ?? (() => new Date())

  const telemetry = await startTelemetry(config.traceEndpoint)
  await migrate(databaseUrl)
  const db = createDatabase({ url: databaseUrl, onError: (err) => log.warn({ err }, 'a database connection broke') })
  await ensurePartitions(db, { from: now(), days: PARTITION_DAYS_AHEAD })
  const redisServer = config.redisUrl ? await openRedis({ url: config.redisUrl, log }) : undefined
  const redis = redisServer?.client

  const assets = createAssets({ root: join(ROOT, 'public') })
  const sandbox = clock
    ? wireSandbox({ config, manifest, log, publicUrl, clock, asset: assets.url, redirectUri })
    : undefined
  const crmUrls = sandbox
    ? { apiUrl: sandbox.crmUrl, marketplaceUrl: sandbox.crmUrl, brandedUrl: sandbox.crmUrl }
    : { ...config.crm, brandedUrl: WHITE_LABEL_MARKETPLACE_URL }

  // Stores
  const seal = await openSeal({ keys: config.encryptionKeys, db, log })
  const audit = createAudit({ db, now })
  const installations = createInstallations({ db, seal })
  const connections = createConnections({ db, seal, now })
  const settings = createSettings({ db })
  const workflows = createWorkflows({ db })
  const mailboxes = createMailboxes({ db })
  const deadLetters = createDeadLetters({ db })
  const runs = createRuns({ db })
  const activity = createActivity({ db })

  const metrics = createMetrics({
    backlog: () => mailboxes.backlog(),
    budget: () => budgets.pressure(now()),
    pool: () => ({ total: db.pool.totalCount, idle: db.pool.idleCount, waiting: db.pool.waitingCount }),
    ...(redis && { isRedisThere: () => redis.isReady }),
  })

  // What other parts are told when an installation changes
  const relay = createRelay({ db, mailboxes, deadLetters, now })
  const installedCache = wireInstalledCache({ installations, now })
  const { frameAncestors, forget: forgetFrame } = createFrameAncestors({
    platformOrigins: sandbox ? [...PLATFORM_ORIGINS, shellOriginOf(publicUrl)] : PLATFORM_ORIGINS,
    find: installations.find,
    whiteLabelDomains: installations.whiteLabelDomains,
    now,
  })
  const forgetTenant = (tenantId: string): void => {
    installedCache.forget(tenantId)
    forgetFrame(tenantId)
  }
  const listener = wireListener({ relay, forget: forgetTenant, events: () => appEvents, arrivals: () => externalAuth })

  // The CRM
  const outbound = wireOutbound({ config, now })
  const base = { config, db, installations, audit, appId, redirectUri, now, random, log }
  const crm = wireCrm({ ...base, listener, apiUrl: crmUrls.apiUrl, openFile: outbound.openFile })
  const { oauth, tokens, budgets, budget, companyOf, client, execute, list } = crm

  const rankr = wireRankr({ apiUrl: sandbox?.rankrUrl ?? config.rankr.apiUrl, connections, now, log })
  const externalAuth = wireExternalAuth({ ...base, seal, connections, rankr, relay })

  const installed = installedCache.get
  const shared = { config, db, installations, oauth, installed, metrics, wantedScopes, publicUrl, isSandbox, now, log }
  const api = wireApiAccess({ ...shared, seal, audit, redis, execute })

  const modules = wireModules({ ...shared, audit, workflows, client, companyOf, crmApiUrl: crmUrls.apiUrl })
  const incoming = wireIncoming({ db, seal, now, log })
  const { accept, admit, installer, registry, worker, ears, progress, runAction, links, screens, support, appEvents } =
    wireRelay({
      ...shared,
      random,
      databaseUrl,
      audit,
      mailboxes,
      workflows,
      runs,
      relay,
      listener,
      tokens,
      budget,
      execute,
      rankr,
      manifest,
      seal,
      own: { ...modules.own, ...incoming.own },
      outbound,
      tasks: [api.task, externalAuth.task],
    })

  // The web
  const { publicKeyPem } = sandbox ?? {}
  const webhooks = wireWebhooks({
    ...shared,
    connections,
    settings,
    registry,
    accept: admit,
    support,
    incoming,
    appId,
    publicKeyPem,
  })
  const session = { secret: config.sessionSecret, now }
  const readiness = createReadiness({ db })
  const install = wireInstall({
    ...shared,
    redis,
    installer,
    redirectUri,
    marketplace: { url: crmUrls.marketplaceUrl, brandedUrl: crmUrls.brandedUrl },
  })
  const activityReader = createActivityReader({ activity, runs, workflows, relay })
  const syncs = wireSyncs({ execute, list, workflows, ...incoming.settings, now, log })
  const parts = { accept: admit, runAction, links, progress }
  const v1 = wireApi({
    api,
    relay: parts,
    execute,
    activity: activityReader,
    failures: screens.failures,
    templateBook: syncs.templateBook,
    publicUrl,
    now,
  })
  const sampleWorkspace = sandbox ? createSampleWorkspace(publicUrl) : undefined
  const signIn = { sessionStore: install.sessionStore, signInUrl: crmUrls.brandedUrl, installer }
  const portal = wirePortal({ ...shared, ...signIn, api, developers: v1.developers, sampleWorkspace })
  let isDraining = false

  const app = createApp({
    log,
    publicUrl,
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
    portalRoutes: portal,
    oauthRoutes: api.access.oauthRoutes,
    apiRoutes: v1.routes,
    moduleRoutes: [
      ...modules.routes({ ...parts, choices: syncs.choices, answers: api.answers }),
      ...externalAuth.routes,
    ],
    settings: {
      ...screens,
      budgets,
      ...syncs.settings,
      ...incoming.settings,
      frameAncestors,
      platformLabel: config.platformLabel,
      openUserContext: (payload) => openUserContext(payload, config.crm.ssoKeys),
      installations,
      issueSession: createSessionIssuer(session),
      domainChanged: forgetFrame,
      connections,
      activity: activityReader,
      audit,
      settings,
      wantedScopes,
      transaction: db.transaction,
      ...v1.developers,
      resumeEvents: relay.resume,
      disconnect: installer.disconnect,
      async erase(tenantId, by) {
        await support.leave(tenantId)
        return await installer.erase(tenantId, by)
      },
      publicUrl,
      now,
      sampleWorkspace,
    },
  })

  return {
    app,
    limit: serverLimits,
    async start() {
      await sandbox?.start()
      api.access.meter.start()
      await ears.start()
      if (config.role !== 'web') await worker.start()
      if (config.role !== 'web') clock?.onMoved(worker.catchUp)
    },
    async drain() {
      isDraining = true
    },
    async stop() {
      await sandbox?.stop()
      await worker.stop()
      await accept.close()
      outbound.close()
      support.close()
      await webhooks.close()
      await progress.close()
      await ears.stop()
      install.close()
      await api.access.meter.stop()
      await redisServer?.close()
      crm.close()
      rankr.close()
      await db.close()
      await telemetry.stop()
    },
  }
}
