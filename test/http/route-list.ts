// Every route of the app, for tests that walk them all. The parts behind are never called: only the rows are read.

import { Registry } from 'prom-client'
import { type RouteDeps, routeTable } from '../../server/app.ts'
import { oauthRoutes } from '../../server/http/api/oauth/routes.ts'
import { apiRoutes } from '../../server/http/api/routes.ts'
import { docsRoutes } from '../../server/http/docs/routes.ts'
import { workflowSchemaRoute } from '../../server/http/docs/workflow-schema.ts'
import { createInstallRoutes } from '../../server/http/install/install-routes.ts'
import { moduleRoutes } from '../../server/http/modules/routes.ts'

// Any member of any depth: factories take their parts when the rows are made.
const neverCalled = new Proxy(() => {}, { get: () => neverCalled }) as never

const operations = apiRoutes(neverCalled)

export const ROUTES = routeTable({
  health: { checks: [] },
  registry: new Registry(),
  crmWebhooks: neverCalled,
  rankrWebhooks: neverCalled,
  supportWebhooks: neverCalled,
  installRoutes: createInstallRoutes({
    strategies: [],
    browserSession: (_request, _response, next) => next(),
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
  moduleRoutes: moduleRoutes(neverCalled),
  settings: neverCalled,
} satisfies RouteDeps)
