// The HTTP side on one screen: the order of middleware, and the route table. Each route's file says its door, input and
// audit action. wire.ts chooses the concrete parts.

import express, { type Express, type RequestHandler } from 'express'
import type { Registry } from 'prom-client'
import { catalogDocsRoutes } from './http/docs/catalog.ts'
import { createFastPath } from './http/fast-path.ts'
import { type MountDeps, mount } from './http/mount.ts'
import { type HealthDeps, healthRoutes } from './http/ops/health.ts'
import { homeRoutes } from './http/ops/home.ts'
import { createHttpMetrics, metricsRoutes } from './http/ops/metrics.ts'
import { createErrorHandler } from './http/problem.ts'
import { requestId } from './http/request-id.ts'
import { addRequestLog } from './http/request-log.ts'
import type { Route } from './http/route.ts'
import { createSettingsRoutes, type SettingsDeps } from './http/ui/settings-routes.ts'
import { createWatch } from './http/watch.ts'
import { type CrmWebhookDeps, crmWebhookRoutes } from './http/webhooks/crm.ts'
import { type HookDeps, hookRoutes } from './http/webhooks/hooks.ts'
import { type RankrWebhookDeps, rankrWebhookRoutes } from './http/webhooks/rankr.ts'
import { type SupportWebhookDeps, supportWebhookRoutes } from './http/webhooks/support.ts'
import type { Log } from './log.ts'

export type RouteDeps = {
  health: HealthDeps
  registry: Registry
  crmWebhooks: CrmWebhookDeps
  rankrWebhooks: RankrWebhookDeps
  supportWebhooks: SupportWebhookDeps
  hookWebhooks: HookDeps
  installRoutes: Route[]
  portalRoutes: Route[]
  oauthRoutes: Route[]
  apiRoutes: Route[]
  moduleRoutes: Route[]
  settings: SettingsDeps
  /** Where the bare address leads. */
  home: string
}

/** Every route of the app. */
export const routeTable = (deps: RouteDeps): Route[] => [
  // The busiest routes first, by the fast path (http/fast-path.ts).
  ...crmWebhookRoutes(deps.crmWebhooks), //       POST /webhooks/crm, /webhooks/crm/:event    crm-signature
  ...rankrWebhookRoutes(deps.rankrWebhooks), //   POST /webhooks/rankr/:connectionId          rankr-signature
  ...supportWebhookRoutes(deps.supportWebhooks), // POST /webhooks/support/:deskId            desk-signature
  ...hookRoutes(deps.hookWebhooks), //            POST /webhooks/in/:token                    hook-token
  ...deps.installRoutes, //                       GET /install, GET /oauth/callback           open
  ...deps.oauthRoutes, //                         POST /oauth/token, …/revoke, discovery      open; each asks for the client
  ...deps.apiRoutes, //                           /v1/customers, /v1/events, …               api
  ...deps.portalRoutes, //                        /developers, /oauth/authorize              portal; signing in: open
  ...deps.moduleRoutes, //                        POST /modules/triggers/:key, …/actions/:key crm-module
  ...createSettingsRoutes(deps.settings), //      GET /settings, POST /settings/session       open; all below: session
  ...catalogDocsRoutes(deps.settings), //         GET /docs/catalog, /docs/catalog/:id        open
  ...homeRoutes(deps), //                         GET /                                       open
  ...healthRoutes(deps.health), //                GET /healthz, GET /readyz                   open
  ...metricsRoutes(deps), //                      GET /metrics                                operator
]

type AssembleDeps = MountDeps & {
  log: Log
  registry: Registry
  /** Static files of the pages. */
  assets?: RequestHandler | undefined
  /** In sandbox mode: the simulated systems under /sandbox, which bring their own headers and rules. */
  sandbox?: RequestHandler | undefined
}

/** An app that answers the given routes, and everything else with a problem document. */
export const assemble = (routes: Route[], deps: AssembleDeps): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  // Whom we believe about the caller's address: proxies in our own network, nobody else.
  app.set('trust proxy', ['loopback', 'linklocal', 'uniquelocal'])

  const answered = [addRequestLog(app, deps.log), createHttpMetrics(deps.registry)]
  app.use(createFastPath(routes, { ...deps, answered })) // what is posted by machines; all that follows is for everything else
  app.use(requestId)
  app.use(createWatch(answered))
  if (deps.assets) app.use(deps.assets)
  if (deps.sandbox) app.use('/sandbox', deps.sandbox)
  mount(app, routes, deps)
  app.use(createErrorHandler(deps))
  return app
}

export type AppDeps = Omit<RouteDeps, 'home'> & AssembleDeps

/** The Express app with all routes mounted. */
export const createApp = (deps: AppDeps): Express =>
  assemble(routeTable({ ...deps, home: deps.sandbox ? '/sandbox' : '/docs' }), deps)
