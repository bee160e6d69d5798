// Our API as it runs: the real rows, door, stores and actions over a database, and the simulated CRM behind them over HTTP.

import type { TestContext } from 'node:test'
import { ALL_SCOPES, type Scope } from '../../../server/api/scopes.ts'
import { action } from '../../../server/catalog/index.ts'
import { createBudget } from '../../../server/highlevel/budget.ts'
import { createApiAccess } from '../../../server/http/api/access.ts'
import { createOnceByKey } from '../../../server/http/api/once.ts'
import { apiRoutes } from '../../../server/http/api/routes.ts'
import { docsRoutes } from '../../../server/http/docs/routes.ts'
import type { MountDeps } from '../../../server/http/mount.ts'
import { createActivityReader } from '../../../server/relay/activity.ts'
import { createFailedEvents } from '../../../server/relay/failed-events.ts'
import { createRelay } from '../../../server/relay/relay.ts'
import { createReplayAll } from '../../../server/relay/replay-all.ts'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { createActivity } from '../../../server/store/activity.ts'
import { createApiAnswers } from '../../../server/store/api-answers.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createDeadLetterSearch } from '../../../server/store/dead-letter-search.ts'
import { createEvents } from '../../../server/store/events.ts'
import { ensurePartitions } from '../../../server/store/partitions.ts'
import { createRateBudgets } from '../../../server/store/rate-budgets.ts'
import { createReplays } from '../../../server/store/replays.ts'
import { createSeal } from '../../../server/store/seal.ts'
import { createApiLater } from '../../../server/sync/api-later.ts'
import { checkedInput } from '../../../server/sync/checked-input.ts'
import { createCustomerLater } from '../../../server/sync/customers/customer-later.ts'
import { createCustomerService } from '../../../server/sync/customers/customer-service.ts'
import { createInvoiceLater } from '../../../server/sync/invoices/invoice-later.ts'
import { createInvoiceService } from '../../../server/sync/invoices/invoice-service.ts'
import { createReadMetadata } from '../../../server/sync/metadata.ts'
import { createOrderLater } from '../../../server/sync/orders/order-later.ts'
import { ORDER_OBJECT } from '../../../server/sync/orders/order-object.ts'
import { createOrderService } from '../../../server/sync/orders/order-service.ts'
import { wireApiStores } from '../../../server/wire/api-stores.ts'
import { createRehearse } from '../../../server/workflows/rehearse.ts'
import { customersTemplate } from '../../../server/workflows/templates/customers.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { createTestDatabase } from '../../database.ts'
import { createClock, silent } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, MAYA } from '../../sync/kit.ts'
import { PUBLIC_URL, serve } from '../serve.ts'
import { unrecorded } from './node.ts'

export const HOME = SEED.locations.dental
export const OTHER = SEED.locations.legal

type Api = Awaited<ReturnType<typeof startApi>>

/** New customers whose tags the CRM refuses: their dead letters' ids, the last one's first. */
export const giveUp = async (api: Api, customerIds: string[]): Promise<string[]> => {
  await api.sync.enableCustomers()
  for (const id of customerIds) {
    api.crm.control.failNext({ path: '/contacts/*/tags', status: 422, body: { message: ['tags must be an array'] } })
    await api.sync.accept.accept(customerEvent('created', { ...MAYA, id, email: `${id}@example.com` }))
    await api.sync.drainAll()
    api.clock.advance(1_000)
  }
  return (await api.sync.deadLetters.list(HOME)).map(({ id }) => id)
}

type Options = Pick<Partial<MountDeps>, 'publicUrl' | 'render'> & {
  /** Calls to the CRM are counted, as they are given out to all parts of the app. */
  hasBudget?: boolean
}

/** Ends with the test. */
export const startApi = async (t: TestContext, { publicUrl = PUBLIC_URL, render, hasBudget = false }: Options = {}) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url, poolSize: 6 })
  t.after(() => db.close())
  await ensurePartitions(db, { from: new Date(Date.now() - 2 * 86_400_000), days: 5 })
  const clock = createClock()
  const { now } = clock
  const limits = hasBudget ? { burst: 100, daily: 200_000 } : { burst: 1_000_000, daily: 10_000_000 }
  const crm = await startCrm(t, { now, limits })
  const token = { [HOME]: await crm.locationToken(HOME), [OTHER]: await crm.locationToken(OTHER) }
  const budget = hasBudget ? { budget: createBudget({ budgets: createRateBudgets({ db }), now }) } : {}
  const sync = createSync({ db, crmUrl: crm.url, token, clock, ...budget })
  t.after(sync.close)

  const { stores, version } = wireApiStores({ db, seal: createSeal([{ id: 'test', key: Buffer.alloc(32, 7) }]), now })
  const access = createApiAccess({
    stores,
    version,
    publicUrl,
    now,
    log: silent,
    installed: async (id) => id === HOME || id === OTHER,
    sandboxOf: (id) => id,
    roleOf: async () => 'admin',
    recordAudit: sync.audit.record,
    perMinute: { client: 100_000, account: 100_000 },
  })
  t.after(() => access.meter.stop())
  const deletion = async (id: string) => (await sync.templateService.read(id, customersTemplate)).options
  const later = createApiLater({ accept: sync.accept.accept, now })
  const defaults = async (id: string) => (await sync.templateService.read(id, invoicesTemplate)).options
  const relay = createRelay({ db, mailboxes: sync.mailboxes, deadLetters: sync.deadLetters, now })
  const search = createDeadLetterSearch({ db })
  const { runs, registry, audit } = sync
  const replayAll = createReplayAll({ db, replays: createReplays({ db }), search, relay, audit, now, log: silent })
  const recorder = { account: async (id: string) => ({ id }), now, action, check: checkedInput, ...registry }
  const rehearse = createRehearse({ ...recorder, runs })
  const events = createEvents({ db })
  const orders = createOrderService(sync)
  const invoices = createInvoiceService({ ...sync, defaults })
  const rows = apiRoutes({
    customers: createCustomerService({ ...sync, deletion, now }),
    customersLater: createCustomerLater({ later, deletion }),
    orders,
    ordersLater: createOrderLater({ later, inputs: orders.inputs }),
    invoices,
    invoicesLater: createInvoiceLater({ later, inputs: invoices.inputs }),
    once: createOnceByKey({ answers: createApiAnswers({ db }), now }),
    activity: createActivityReader({
      activity: createActivity({ db }),
      runs: sync.runs,
      workflows: sync.workflows,
      relay: { replay: () => Promise.reject(new Error('not part of the API')) },
    }),
    failures: createFailedEvents({ search, events, runs, relay, replayAll, rehearse }),
    usage: stores.usage,
    metadata: createReadMetadata({ execute: sync.execute }),
    publicUrl,
    now,
  })
  const served = serve([...access.oauthRoutes, ...rows, ...docsRoutes({ rows, publicUrl }).routes], {
    publicUrl,
    doorsDeps: { api: access.door },
    recordAudit: sync.audit.record,
    ...(render ? { render } : {}),
  })

  /** A client of a location, and a header with a key of it. */
  const clientOf = async (locationId: string, scopes: readonly Scope[] = ALL_SCOPES) => {
    const { client, secret } = await stores.clients.create(
      locationId,
      { name: 'Shop', mode: 'live', scopes },
      unrecorded,
    )
    const wish = { clientId: client.id, name: 'Key', mode: 'live', scopes } as const
    const { text } = (await stores.apiKeys.create(locationId, wish, unrecorded))!
    return { client, secret: secret!, key: text, authorization: `Bearer ${text}` }
  }
  /** Makes the object that orders go into, as the company may. */
  const makeOrderPlace = async (locationId = HOME) => {
    const { status } = await crm.call('POST', '/objects/', {
      token: await crm.companyToken(),
      version: 'v3',
      body: {
        locationId,
        labels: { singular: 'Order', plural: 'Orders' },
        key: ORDER_OBJECT,
        primaryDisplayPropertyDetails: { key: `${ORDER_OBJECT}.number`, name: 'Number', dataType: 'TEXT' },
      },
    })
    if (status !== 201) throw new Error(`The object was not made: ${status}`)
  }
  /** One turn of the replay that was begun last. */
  const replayTurn = async (locationId = HOME) =>
    replayAll.task.handler({ locationId, id: (await replayAll.latest(locationId))!.id }, {
      signal: new AbortController().signal,
    } as never)
  return { ...crm, ...served, makeOrderPlace, replayTurn, sync, stores, access, rows, clock, db, clientOf }
}
