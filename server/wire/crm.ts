// Wires calls to the CRM: tokens, budget, client, and the executor of catalog actions.

import { action } from '../catalog/index.ts'
import type { Config } from '../config.ts'
import { createBudget } from '../highlevel/budget.ts'
import { createCrmClient } from '../highlevel/client.ts'
import { createExecute, type OpenFile } from '../highlevel/execute.ts'
import { createCrmHttp } from '../highlevel/http.ts'
import { createOAuth } from '../highlevel/oauth.ts'
import type { InstallationListener } from '../highlevel/ports.ts'
import { createTokens } from '../highlevel/tokens.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createBatcher } from '../relay/batch.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'
import { createRateBudgets } from '../store/rate-budgets.ts'
import { traced } from '../telemetry.ts'

type Deps = {
  config: Config
  /** Where the CRM's API answers. */
  apiUrl: string
  redirectUri: string
  db: Database
  installations: Installations
  audit: Audit
  listener: InstallationListener
  openFile: OpenFile
  metrics: Pick<Metrics, 'outOfBudget'>
  appId: string
  now: () => Date
  random: () => number
  log: Log
}

const MOST_LEASES = 100

/** Call `close` before the process ends. */
export const wireCrm = (deps: Deps) => {
  const { config, apiUrl, redirectUri, db, installations, audit, listener, openFile, appId, now, random, log } = deps
  const crmHttp = createCrmHttp({ apiUrl })
  const send = traced('crm call', crmHttp.send, ({ method, path }) => ({ 'http.method': method, 'http.path': path }))
  const http = { ...crmHttp, send }
  const { clientId, clientSecret } = config.crm
  const oauth = createOAuth({ http, clientId, clientSecret, redirectUri, now })
  const tokens = createTokens({ installations, oauth, audit, listener, now, random, log })
  const budgets = createRateBudgets({ db })
  // Tenants that need calls at the same moment share a statement.
  const leases = createBatcher({ write: budgets.leaseAll, maxItems: MOST_LEASES })
  const lease: typeof budgets.lease = (tenantId, wish) => leases.add({ tenantId, wish })
  const budget = createBudget({ budgets: { lease, block: budgets.block }, now, onRefused: deps.metrics.outOfBudget })
  const companyOf = async (locationId: string) => (await installations.find(locationId))?.companyId ?? undefined
  const client = createCrmClient({ http, tokens, budget, companyOf, now, log })
  const { execute, list } = createExecute({ client, openFile, action, tenant: installations.find, appId })
  return { oauth, tokens, budgets, budget, companyOf, client, execute, list, close: http.close }
}
