// A Rankr workspace and an account of the simulated CRM with the same records, brought over by the built-in workflows, and
// the checks between them.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Database } from '../../../server/store/db.ts'
import { createLinks } from '../../../server/store/links.ts'
import { createIntegrityActions } from '../../../server/sync/integrity/actions.ts'
import { ORDER_OBJECT } from '../../../server/sync/orders/order-object.ts'
import { wireIntegrity } from '../../../server/wire/integrity.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createRankrWorld } from '../../rankr/rankr-world.ts'
import { createClock, drainAll, silent } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, invoiceEvent, LOCATION, orderEvent } from '../kit.ts'

type Record_ = Record<string, unknown>
type Fault = (point: string) => void | Promise<void>

const pad = (n: number): string => String(n).padStart(4, '0')

export const customerOf = (n: number): Record_ => ({
  id: `cus_${pad(n)}`,
  email: `person.${n}@example.com`,
  name: `Person ${n}`,
  phone: `+1202555${pad(n)}`,
  company: `Company ${n}`,
  tags: n % 3 === 0 ? ['vip'] : [],
  created_at: '2026-09-01T09:00:00.000Z',
})

export const orderOf = (n: number): Record_ => ({
  order_id: `ord_${pad(n)}`,
  number: `R-${n}`,
  customer_id: `cus_${pad(n)}`,
  total: 10 + n,
  currency: 'USD',
  status: n % 2 === 0 ? 'paid' : 'open',
  line_items: [{ sku: 'AUDIT-1', name: 'Site audit', quantity: 1, price: 10 + n }],
  created_at: '2026-09-02T09:00:00.000Z',
})

export const invoiceOf = (n: number): Record_ => ({
  invoice_id: `inv_${pad(n)}`,
  number: `RK-${n}`,
  customer_id: `cus_${pad(n)}`,
  amount: 100 + n,
  currency: 'USD',
  status: ['draft', 'sent', 'paid'][n % 3],
  due_date: '2026-12-24',
  line_items: [{ name: 'Monthly service', quantity: 1, price: 100 + n }],
  created_at: '2026-09-03T08:00:00.000Z',
})

export type Counts = {
  customers: number
  orders: number
  invoices: number
  /** Businesses, products and opportunities are wanted, too. */
  hasParts?: boolean
}

export const TABLES = [
  'integrity_checks',
  'integrity_findings',
  'integrity_seen',
  'integrity_accepted',
  'integrity_settings',
  'installations',
]

const of = (count: number, make: (n: number) => Record_): Record_[] =>
  Array.from({ length: count }, (_, index) => make(index + 1))

export const createWorld = async (t: TestContext, db: Database, counts: Counts) => {
  await emptyAll(db)
  await db.pool.query(TABLES.map((table) => `delete from ${table}`).join(';'))
  const clock = createClock()
  const { crm, url, call, locationToken, companyToken } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  const labels = { singular: 'Order', plural: 'Orders' }
  const primaryDisplayPropertyDetails = { key: `${ORDER_OBJECT}.number`, name: 'Order number', dataType: 'TEXT' }
  const object = { labels, key: ORDER_OBJECT, locationId: LOCATION, primaryDisplayPropertyDetails }
  await call('POST', '/objects/', { token: await companyToken(), version: 'v3', body: object })
  const token = await locationToken()
  const { rankr, client, execute } = await createRankrWorld(t, { locationId: LOCATION, now: clock.now })
  const { workspace } = rankr
  workspace.customers.splice(0, Infinity, ...(of(counts.customers, customerOf) as never[]))
  workspace.orders.splice(0, Infinity, ...(of(counts.orders, orderOf) as never[]))
  workspace.invoices.splice(0, Infinity, ...(of(counts.invoices, invoiceOf) as never[]))

  const sync = createSync({
    db,
    crmUrl: url,
    token,
    clock,
    own: createIntegrityActions({ links: createLinks({ db }) }),
    targets: { rankr: { execute, circuitOf: async () => 'rankr', resting: 'rankr_unreachable' } },
  })
  t.after(sync.close)
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!
  const { hasParts = false } = counts
  await sync.enableCustomers({ note: false, business: hasParts })
  await sync.enable(ordersTemplate, hasParts ? { products: true, pipelineId: pipeline.id } : {})
  await sync.enable(invoicesTemplate)

  const work = async (): Promise<void> => {
    for (let hours = 0; hours < 12; hours++) {
      const states = [await drainAll(sync.drain, LOCATION, 'live'), await drainAll(sync.drain, LOCATION, 'bulk')]
      if (!states.includes('sleeping')) break
      clock.advance(3_600_000)
    }
    // The search of the CRM sees what was written.
    clock.advance(60_000)
  }
  for (const data of workspace.customers) await sync.accept.accept(customerEvent('created', data))
  await work()
  for (const data of workspace.orders) await sync.accept.accept(orderEvent('created', data))
  for (const data of workspace.invoices) await sync.accept.accept(invoiceEvent('created', data))
  await work()

  const drifts: { checkId: string; differences: Record<string, number> }[] = []
  const pages: string[] = []
  const integrityWith = (fault: Fault = () => {}) =>
    wireIntegrity({
      ...sync,
      db,
      rankr: {
        ...client,
        list: (wish) => {
          pages.push(`rankr ${wish.kind}`)
          return client.list(wish)
        },
      },
      desks: { names: async () => new Map(), read: async () => undefined },
      execute: (execution) => {
        pages.push(execution.actionId)
        return sync.execute(execution)
      },
      accept: sync.accept.accept,
      appEvents: { drifted: async (_locationId, drift) => void drifts.push(drift) },
      account: async (id) => ({ id }),
      home: sync.prepareOrders,
      now: clock.now,
      log: silent,
      fault,
    })
  const integrity = integrityWith()
  const checks = checksOf({ integrityWith, clock, work })

  return {
    ...sync,
    crm,
    clock,
    pipeline,
    rankr,
    workspace,
    integrity,
    integrityWith,
    ...checks,
    work,
    drifts,
    pages,
  }
}

/** What people do with checks; `work` works off what their repairs send. */
export const checksOf = ({
  integrityWith,
  clock,
  work,
}: {
  /** Of a process that the fault may end. */
  integrityWith(fault?: Fault): Pick<ReturnType<typeof wireIntegrity>, 'turns'>
  clock: ReturnType<typeof createClock>
  work: () => Promise<void>
}) => {
  const { turns } = integrityWith()
  const { service, findings } = turns

  /** Carries a check to its end; answers what is open of it, as `type kind id`. */
  const carryOn = async (id: string, by = turns) => {
    const { signal } = new AbortController()
    for (let slices = 0; slices < 1_000; slices++) {
      await by.check.turn({ locationId: LOCATION, id }, signal)
      const check = (await service.check(LOCATION, id))!
      if (check.status !== 'running') return check
      clock.advance(2_000)
    }
    throw new Error('The check does not end')
  }
  const openOf = async (id: string) =>
    await findings.page({ locationId: LOCATION, checkId: id }, { state: 'open', after: 0, limit: 1_000 })
  const start = () => service.start(LOCATION, 'user_1', async () => {})
  const check = async () => {
    const { id } = await start()
    const ended = await carryOn(id)
    return { id, ended, open: await openOf(id) }
  }
  const repairAll = async (id: string): Promise<void> => {
    await service.repairAll(LOCATION, id, 'user_1', async () => {})
    const { signal } = new AbortController()
    while ((await service.check(LOCATION, id))?.repairStatus === 'running') {
      await turns.repair.turn({ locationId: LOCATION, id }, signal)
      clock.advance(1_000)
    }
    await work()
  }

  /** Starts a check in a process that dies at moment number `at`, and lets another one end it. */
  const dieIn = async (at: number) => {
    let passed = 0
    const death = Promise.withResolvers<void>()
    const mortal = integrityWith(() => {
      if (passed++ !== at) return
      death.resolve()
      return new Promise<never>(() => {})
    })
    const { id } = await start()
    await assert.rejects(start(), /conflict/)
    await Promise.race([carryOn(id, mortal.turns), death.promise])
    await service.stop(LOCATION, id, async () => {}).catch(() => {})
    if ((await service.check(LOCATION, id))!.status === 'stopped') await service.resume(LOCATION, id, async () => {})
    const { counts } = await carryOn(id)
    return { passed, counts, found: named(await openOf(id)) }
  }

  return { service, start, carryOn, openOf, check, repairAll, dieIn }
}

/** What is found, in words that sort. */
export const named = (
  found: { type: string; kind: string; rankrId: string | null; crmId: string | null; fields: { field: string }[] }[],
) =>
  found
    .map(({ type, kind, rankrId, fields }) => [type, kind, rankrId, ...fields.map(({ field }) => field)].join(' '))
    .toSorted()
