// Wires our API: credentials, OAuth endpoints, limits and usage.

import { ALL_SCOPES, type Scope, scopesWithin } from '../api/scopes.ts'
import { createBriefCache } from '../brief-cache.ts'
import type { Execute } from '../highlevel/execute.ts'
import { createApiAccess } from '../http/api/access.ts'
import type { EventDeps } from '../http/api/events.ts'
import { createRedisStores, type SendCommand } from '../http/api/limit-stores.ts'
import { createOnceByKey } from '../http/api/once.ts'
import { apiRoutes } from '../http/api/routes.ts'
import { docsRoutes } from '../http/docs/routes.ts'
import { WORKFLOW_SCHEMA_PATH, workflowSchemaRoute } from '../http/docs/workflow-schema.ts'
import type { Route } from '../http/route.ts'
import type { Log } from '../log.ts'
import type { Accept } from '../relay/accept.ts'
import type { FailedEvents } from '../relay/failed-events.ts'
import type { Progress } from '../relay/progress.ts'
import type { WorkerTask } from '../relay/worker.ts'
import { createApiAnswers } from '../store/api-answers.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import type { Links } from '../store/links.ts'
import type { Seal } from '../store/seal.ts'
import type { RunAction } from '../sync/actions.ts'
import { createApiLater } from '../sync/api-later.ts'
import { createCustomerLater } from '../sync/customers/customer-later.ts'
import { createCustomerService } from '../sync/customers/customer-service.ts'
import { createReadPerson } from '../sync/customers/read-person.ts'
import { createInvoiceLater } from '../sync/invoices/invoice-later.ts'
import { createInvoiceService } from '../sync/invoices/invoice-service.ts'
import { createReadMetadata } from '../sync/metadata.ts'
import { createOrderLater } from '../sync/orders/order-later.ts'
import { createOrderService } from '../sync/orders/order-service.ts'
import { workflowJsonSchema } from '../workflows/json-schema.ts'
import type { TemplateService } from '../workflows/template-service.ts'
import { customersTemplate } from '../workflows/templates/customers.ts'
import { invoicesTemplate } from '../workflows/templates/invoices.ts'
import { wireApiStores } from './api-stores.ts'

type Deps = {
  db: Database
  seal: Seal
  audit: Audit
  /** Whether a tenant has the app, from memory. */
  installed: (tenantId: string) => Promise<boolean>
  redis: { sendCommand: (command: string[]) => ReturnType<SendCommand> } | undefined
  execute: Execute['execute']
  isSandbox: boolean
  publicUrl: string
  now: () => Date
  log: Log
}

const ANSWERS_LIFE_MS = 86_400_000

export type ApiAccessParts = ReturnType<typeof wireApiAccess>

/** Start `access.meter` with the process; `task` is for the worker. */
export const wireApiAccess = ({ db, seal, audit, installed, redis, execute, isSandbox, publicUrl, now, log }: Deps) => {
  const { stores, version } = wireApiStores({ db, seal, now })
  const readPerson = createReadPerson({ execute })
  const access = createApiAccess({
    stores,
    version,
    publicUrl,
    now,
    log,
    installed,
    // The sandbox has only the sample data of its own accounts.
    sandboxOf: (locationId) => (isSandbox ? locationId : undefined),
    recordAudit: audit.record,
    roleOf: async (locationId, userId) => (await readPerson(locationId, userId))?.role,
    limitStoreFor: redis && createRedisStores({ sendCommand: (...command) => redis.sendCommand(command) }),
  })
  const answers = createApiAnswers({ db })
  const task: WorkerTask = {
    name: 'prune_api',
    cron: '41 3 * * *',
    async handler() {
      await access.prune()
      await answers.prune(new Date(now().getTime() - ANSWERS_LIFE_MS))
    },
  }
  return { access, stores, answers, readPerson, task }
}

type ApiParts = {
  api: ApiAccessParts
  work: { admit: Accept['accept']; runAction: RunAction; links: Links; progress: Progress }
  execute: Execute['execute']
  activity: EventDeps['activity']
  failures: FailedEvents
  templateService: TemplateService
  publicUrl: string
  now: () => Date
}

const METADATA_LIFE_MS = 60_000

/** The operations of `/v1`, and the pages that explain them. */
export const wireApi = ({ api, work, execute, activity, failures, templateService, publicUrl, now }: ApiParts) => {
  const { admit, runAction, links, progress } = work
  const deletion = async (locationId: string) => (await templateService.read(locationId, customersTemplate)).options
  const later = createApiLater({ accept: admit, now })
  const defaults = async (locationId: string) => (await templateService.read(locationId, invoicesTemplate)).options
  const orders = createOrderService({ runAction, links, progress })
  const invoices = createInvoiceService({ runAction, links, progress, defaults })
  const rows = apiRoutes({
    customers: createCustomerService({ runAction, links, progress, deletion, now }),
    customersLater: createCustomerLater({ later, deletion }),
    orders,
    ordersLater: createOrderLater({ later, inputs: orders.inputs }),
    invoices,
    invoicesLater: createInvoiceLater({ later, inputs: invoices.inputs }),
    once: createOnceByKey({ answers: api.answers, now }),
    activity,
    failures,
    usage: api.stores.usage,
    metadata: createBriefCache({ load: createReadMetadata({ execute }), lifeMs: () => METADATA_LIFE_MS, now }).get,
    publicUrl,
    now,
  })
  const schema = workflowJsonSchema(`${publicUrl}${WORKFLOW_SCHEMA_PATH}`)
  const docs = docsRoutes({ rows, publicUrl })
  const routes: Route[] = [...rows, ...docs.routes, workflowSchemaRoute(schema)]
  /** What the screens for developers need besides the stores. */
  const developers = {
    ...api.stores,
    apiScopes: scopesOf(rows),
    trialToken: api.access.trialToken,
    tryOperations: docs.operations,
  }
  return { routes, developers }
}

/** All scopes that any route requires, which are all that an app can use. */
const scopesOf = (rows: Route[]): Scope[] =>
  scopesWithin(
    rows.flatMap(({ scopes = [] }) => scopes),
    ALL_SCOPES,
  )
