// The whole way from an accepted event to the simulated CRM, over HTTP, with a database of its own.

import { action, trigger } from '../../server/catalog/index.ts'
import type { Budget } from '../../server/highlevel/budget.ts'
import { createCrmClient } from '../../server/highlevel/client.ts'
import { createExecute } from '../../server/highlevel/execute.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import type { NewEvent } from '../../server/relay/accept.ts'
import { createBreaker } from '../../server/relay/breaker.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createBackfillHeld } from '../../server/store/backfill-held.ts'
import type { Database } from '../../server/store/db.ts'
import { createDeadLetters } from '../../server/store/dead-letters.ts'
import { createEffects } from '../../server/store/effects.ts'
import { createLinks } from '../../server/store/links.ts'
import { createRecordHolds } from '../../server/store/record-holds.ts'
import { createRevenue } from '../../server/store/revenue.ts'
import { createRuns } from '../../server/store/runs.ts'
import { createWaitingRuns } from '../../server/store/waiting-runs.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import type { OwnAction } from '../../server/sync/action.ts'
import { createRunAction } from '../../server/sync/actions.ts'
import { createIsOutdated } from '../../server/sync/backfill/backfill-event.ts'
import { createFindHeld } from '../../server/sync/backfill/survey.ts'
import { createCustomerActions } from '../../server/sync/customers/customers.ts'
import { createIsEcho } from '../../server/sync/echo.ts'
import { createInvoiceActions } from '../../server/sync/invoices/invoices.ts'
import { createMessageActions } from '../../server/sync/messages/messages.ts'
import type { InWords } from '../../server/sync/note-once.ts'
import { createOnce } from '../../server/sync/once.ts'
import { createPrepareOrders, ORDER_OBJECT } from '../../server/sync/orders/order-object.ts'
import { createOrderActions } from '../../server/sync/orders/orders.ts'
import { createRevenueActions } from '../../server/sync/revenue/revenue.ts'
import { createTicketActions } from '../../server/sync/tickets/tickets.ts'
import { createNoteSay } from '../../server/texts/note-say.ts'
import { withApiWorkflow } from '../../server/workflows/api-workflow.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createTemplateService } from '../../server/workflows/template-service.ts'
import { createTemplateUpgrade } from '../../server/workflows/template-upgrade.ts'
import { customersTemplate } from '../../server/workflows/templates/customers.ts'
import type { Template } from '../../server/workflows/templates/template.ts'
import { createWaker } from '../../server/workflows/waker.ts'
import { createClock, createKit, drainAll, empty, newEvent, silent } from '../relay/kit.ts'
import { createLife, type Life } from './life.ts'

export const LOCATION = SEED.locations.dental

type Clock = ReturnType<typeof createClock>
type CustomersOptions = (typeof customersTemplate)['options']['_zod']['output']
type Fault = (point: string) => void | Promise<void>

type Options = {
  db: Database
  /** Where the CRM answers, and the token there, of each location where there are several. */
  crmUrl: string
  token: string | Record<string, string> | (() => Promise<string>)
  clock?: Clock
  settleMs?: number
  fault?: Fault
  /** Field mappings of a location. */
  mappings?: Parameters<typeof createWorkflowRegistry>[0]['mappings']
  /** The company's token is at hand: what only it may do is done with `token`. */
  hasCompany?: boolean
  /** What workflows know of the account beside its id. */
  facts?: Record<string, unknown>
  /** Actions of systems that are not simulated here. */
  own?: Record<string, OwnAction>
  /** Systems besides the CRM. */
  targets?: Parameters<typeof createRunAction>[0]['targets']
  drainOver?: Parameters<ReturnType<typeof createKit>['drainWith']>[1]
  /** When the process ends, where a test ends it. */
  life?: Life
  /** Of calls to the CRM; without end when absent. */
  budget?: Budget
}

export const createSync = ({
  db,
  crmUrl,
  token,
  clock = createClock(),
  settleMs = 5_000,
  fault = () => {},
  mappings,
  hasCompany = false,
  facts = {},
  own = {},
  targets = {},
  drainOver = {},
  life = createLife(),
  budget = { take: async () => {}, observe: () => {}, limited: async () => {} },
}: Options) => {
  const { now } = clock
  const kit = createKit(db, clock)
  const exchange = createCrmHttp({ apiUrl: crmUrl })
  const http = { ...exchange, send: life.lives(exchange.send) }
  const tokenFor = async (locationId: string) => {
    const given = typeof token === 'function' ? await token() : token
    const accessToken = typeof given === 'string' ? given : given[locationId]!
    return { accessToken, scopes: [], version: 1, bornAt: now(), expiresAt: now() }
  }
  const client = createCrmClient({
    http,
    tokens: { tokenFor, refreshed: tokenFor, suspend: async () => {} },
    budget,
    companyOf: async () => undefined,
    now,
    log: silent,
  })
  const { execute } = createExecute({
    client,
    openFile: undefined as never,
    action,
    tenant: async () => ({ companyId: SEED.companyId, userId: null }),
    appId: 'test',
  })
  const kept = createProgress({ store: kit.progressStore })
  const progress = { ...kept, write: life.lives(kept.write) }
  const links = createLinks({ db })
  const runs = createRuns({ db })
  const workflows = createWorkflows({ db })
  const once = createOnce({ effects: createEffects({ db }), progress, now, settleMs, fault })
  const registry = createWorkflowRegistry({
    ...workflows,
    action,
    trigger,
    now,
    log: silent,
    ...(mappings ? { mappings } : {}),
  })
  const noteSay = createNoteSay()
  const inWords: InWords = async (_id, text, by) => noteSay(facts.language, text, by)
  const prepareOrders = createPrepareOrders({
    call: async (locationId, actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'live' })).output,
    hasCompany: async () => hasCompany,
    inWords,
  })
  const findHeld = createFindHeld({ held: createBackfillHeld({ db }), now })
  const orderActions = createOrderActions({
    links,
    once,
    holds: createRecordHolds({ db }),
    home: prepareOrders,
    forgetHome() {},
    inWords,
    findHeld,
    now,
  })
  const runAction = createRunAction({
    own: {
      ...createCustomerActions({ links, once, holds: createRecordHolds({ db }), home: prepareOrders, inWords, now }),
      ...orderActions,
      ...createMessageActions({ links, once, now }),
      ...createTicketActions({ links, once, now }),
      ...createRevenueActions({
        links,
        revenue: createRevenue({ db }),
        holds: createRecordHolds({ db }),
        once,
        inWords,
        now,
      }),
      ...createInvoiceActions({
        links,
        once,
        holds: createRecordHolds({ db }),
        progress,
        business: async () => ({ name: 'Northwind Dental' }),
        sender: async () => SEED.users.admin,
        inWords,
        findHeld,
        now,
      }),
      ...own,
    },
    execute,
    targets,
    breaker: createBreaker({ now }),
    once,
  })
  const { accept } = kit.accept
  const waker = createWaker({ waiting: createWaitingRuns({ db }), accept, awaitedBy: registry.awaitedBy, now })
  const handle = createRunWorkflows({
    workflowsFor: withApiWorkflow(registry.workflowsFor),
    versionOf: registry.versionOf,
    callable: registry.callable,
    arrived: waker.arrived,
    runs,
    runAction,
    isEcho: createIsEcho({ links }),
    isOutdated: createIsOutdated({ links }),
    progress,
    account: async (id) => ({ id, ...facts }),
    now,
    fault,
  })
  const audit = createAudit({ db, now })
  const drain = kit.drainWith(handle, { fault, ...drainOver })
  const templateService = createTemplateService({ workflows })
  return {
    ...kit,
    handle,
    runAction,
    execute,
    progress,
    templateService,
    runs,
    links,
    prepareOrders,
    workflows,
    registry,
    audit,
    /** Runs whose time has come go on; answers how many. */
    wakeDue: waker.wakeDue,
    /** Accounts get what these built-in workflows have become. */
    upgrade: (templates: readonly Template[]) =>
      createTemplateUpgrade({ db, workflows, templates, audit }).upgradeAll(),
    deadLetters: createDeadLetters({ db }),
    drain,
    drainAll: () => drainAll(drain, LOCATION),
    close: () => http.close(),
    /** Switches a built-in workflow on, with its defaults where nothing is said. */
    async enable(template: Template, options: Record<string, unknown> = {}, locationId: string = LOCATION) {
      const all = template.options.parse(options) as Record<string, unknown>
      await db.transaction((tx) =>
        templateService.change(locationId, template, { use: { isEnabled: true, options: all }, by: 'tester', on: tx }),
      )
      registry.forget(locationId)
    },
    async enableCustomers(options: Partial<CustomersOptions> = {}, locationId: string = LOCATION) {
      const all = { tags: ['rankr'], note: true, business: false, deleteContacts: false, ...options }
      await db.transaction((tx) =>
        templateService.change(locationId, customersTemplate, {
          use: { isEnabled: true, options: all },
          by: 'tester',
          on: tx,
        }),
      )
      registry.forget(locationId)
    },
  }
}

export const MAYA = {
  id: 'cus_1',
  email: 'maya@example.com',
  phone: '+14155550132',
  name: 'Maya Okafor',
  company: 'Okafor Studio',
  tags: ['growth'],
}

/** An event of Rankr about a customer. */
export const customerEvent = (
  what: 'created' | 'updated' | 'deleted',
  data: Record<string, unknown> = MAYA,
  over: Partial<NewEvent> = {},
): NewEvent =>
  newEvent({
    locationId: LOCATION,
    type: `customer.${what}`,
    recordKey: `customer:${data.id}`,
    payload: { type: `customer.${what}`, timestamp: new Date().toISOString(), data },
    ...over,
  })

export const emptyAll = (db: Database): Promise<void> =>
  empty(
    db,
    ...['events', 'mailboxes', 'parked_events', 'dead_letters', 'nodes', 'runs', 'attempts', 'effects', 'links'],
    ...['workflows', 'workflow_versions', 'audit', 'audit_heads', 'record_holds', 'waiting_runs'],
  )

const INVOICE = {
  invoice_id: 'inv_1',
  customer_id: 'cus_1',
  number: 'RK-1',
  amount: 129.9,
  currency: 'USD',
  status: 'draft',
  due_date: '2099-12-24',
  line_items: [{ name: 'Growth plan', quantity: 1, price: 129.9 }],
}

/** An event of Rankr about an invoice. */
export const invoiceEvent = (
  what: 'created' | 'updated' | 'sent' | 'paid' | 'voided',
  data: Record<string, unknown> = {},
  over: Partial<NewEvent> = {},
): NewEvent => {
  const record: Record<string, unknown> = { ...INVOICE, ...data }
  const payload = { type: `invoice.${what}`, timestamp: new Date().toISOString(), data: record }
  const [type, recordKey] = [payload.type, `invoice:${record.invoice_id}`]
  return newEvent({ locationId: LOCATION, type, recordKey, payload, ...over })
}

const ORDER = {
  order_id: 'ord_1',
  customer_id: 'cus_1',
  total: 259.8,
  currency: 'USD',
  status: 'paid',
  line_items: [{ name: 'Growth plan', sku: 'growth', quantity: 2, price: 129.9 }],
  created_at: '2026-11-20T09:00:00Z',
}

export const orderEvent = (
  what: 'created' | 'updated' | 'cancelled' | 'refunded',
  data: Record<string, unknown> = {},
  over: Partial<NewEvent> = {},
): NewEvent => {
  const record: Record<string, unknown> = { ...ORDER, ...data }
  const payload = { type: `order.${what}`, timestamp: new Date().toISOString(), data: record }
  return newEvent({ locationId: LOCATION, type: payload.type, recordKey: `order:${record.order_id}`, payload, ...over })
}

/** The custom object for orders, which only the company may make. */
export const makeOrderObject = async ({ url, companyToken }: { url: string; companyToken(): Promise<string> }) => {
  const response = await fetch(`${url}/objects/`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await companyToken()}`, Version: 'v3', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      labels: { singular: 'Order', plural: 'Orders' },
      key: ORDER_OBJECT,
      locationId: LOCATION,
      primaryDisplayPropertyDetails: { key: `${ORDER_OBJECT}.number`, name: 'Order number', dataType: 'TEXT' },
    }),
  })
  if (response.status !== 201) throw new Error(await response.text())
}
