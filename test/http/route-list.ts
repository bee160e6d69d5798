// Every route of the app, for tests that walk them all. The parts behind are never called: only the rows are read.

import type { RequestHandler } from 'express'
import { Registry } from 'prom-client'
import { type RouteDeps, routeTable } from '../../server/app.ts'
import { oauthRoutes } from '../../server/http/api/oauth/routes.ts'
import { apiRoutes } from '../../server/http/api/routes.ts'
import { docsRoutes } from '../../server/http/docs/routes.ts'
import { workflowSchemaRoute } from '../../server/http/docs/workflow-schema.ts'
import { createInstallRoutes } from '../../server/http/install/install-routes.ts'
import { externalAuthRoutes } from '../../server/http/modules/external-auth.ts'
import { moduleRoutes } from '../../server/http/modules/routes.ts'
import { type PortalDeps, portalRoutes } from '../../server/http/portal/routes.ts'

// Any member of any depth: factories take their parts when the rows are made.
const neverCalled = new Proxy(() => {}, { get: () => neverCalled }) as never

const noSession: RequestHandler = (_request, _response, next) => next()
const portalDeps = new Proxy({} as PortalDeps, {
  get: (_target, name) => (name === 'browserSession' ? noSession : neverCalled),
})
const operations = apiRoutes(neverCalled)

export const ROUTES = routeTable({
  health: { checks: [] },
  registry: new Registry(),
  crmWebhooks: neverCalled,
  rankrWebhooks: neverCalled,
  supportWebhooks: neverCalled,
  hookWebhooks: neverCalled,
  installRoutes: createInstallRoutes({
    strategies: [],
    browserSession: noSession,
    oauth: neverCalled,
    installer: neverCalled,
    returnUrl: neverCalled,
    now: neverCalled,
  }),
  oauthRoutes: oauthRoutes(neverCalled),
  apiRoutes: [
    ...operations,
    ...docsRoutes({ rows: operations, publicUrl: 'https://x.example' }).routes,
    workflowSchemaRoute({}),
  ],
  portalRoutes: portalRoutes(portalDeps),
  moduleRoutes: [...moduleRoutes(neverCalled), ...externalAuthRoutes(neverCalled)],
  settings: neverCalled,
  home: '/docs',
} satisfies RouteDeps)
