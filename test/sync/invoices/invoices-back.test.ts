import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import type { ActionCall } from '../../../server/sync/action.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { invoicesBackTemplate } from '../../../server/workflows/templates/invoices-back.ts'
import { createClock, newEvent, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, invoiceEvent, LOCATION } from '../kit.ts'

const db = await openDatabase(after)

const EVENTS: Record<string, string> = {
  draft: 'InvoiceUpdate',
  sent: 'InvoiceSent',
  partially_paid: 'InvoicePartiallyPaid',
  paid: 'InvoicePaid',
  void: 'InvoiceVoid',
}

const setUp = async (t: TestContext, options: Record<string, unknown> = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const token = await locationToken()
  /** What Rankr was told. */
  const told: Record<string, unknown>[] = []
  const own = {
    async 'rankr.invoices.set-status'({ input }: ActionCall) {
      told.push(input)
      return { output: {} }
    },
  }
  const sync = createSync({ db, crmUrl: url, token, clock, own })
  t.after(sync.close)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(invoicesTemplate)
  await sync.enable(invoicesBackTemplate, options)
  await sync.accept.accept(customerEvent('created'))
  await sync.drainAll()
  const send = async (...event: Parameters<typeof invoiceEvent>) => {
    await sync.accept.accept(invoiceEvent(...event))
    await sync.drainAll()
  }
  await send('created')
  const invoice = () => [...crm.state.invoices.all()].find(({ invoiceNumber }) => invoiceNumber === 'RK-1')!
  /** The CRM tells of the invoice as it is, or as it was when `body` was written. */
  const tell = async (body: Record<string, unknown> = { ...invoice(), _id: invoice().id }) => {
    const payload = { altId: LOCATION, altType: 'location', ...body }
    const [source, type] = ['crm' as const, EVENTS[String(body.status)]!]
    await sync.accept.accept(
      newEvent({ locationId: LOCATION, source, type, recordKey: `invoice:${body._id}`, payload }),
    )
    assert.equal(await sync.drainAll(), 'idle')
  }
  const act = async (what: string, body: Record<string, unknown>) => {
    const answer = await fetch(`${url}/invoices/${invoice().id}/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, version: 'v3', 'content-type': 'application/json' },
      body: JSON.stringify({ altId: LOCATION, altType: 'location', ...body }),
    })
    assert.ok(answer.ok, await answer.text())
  }
  const pay = (amount: number) => act('record-payment', { mode: 'cash', notes: 'At the desk', amount })
  return { ...sync, crm, told, send, invoice, tell, pay, act }
}

test('a payment that people record is told to Rankr, once, with all that was paid so far', async (t) => {
  const { tell, pay, told } = await setUp(t)
  await pay(50)
  await tell()
  await tell()
  await pay(79.9)
  await tell()
  assert.deepEqual(told, [
    { invoiceId: 'inv_1', status: 'partially_paid', amountPaid: 50 },
    { invoiceId: 'inv_1', status: 'paid', amountPaid: 129.9 },
  ])
})

test('a payment that we recorded does not travel back, in whatever order its events arrive', async (t) => {
  const { tell, told, send, invoice } = await setUp(t)
  await send('paid', { status: 'partially_paid', amount_paid: 50 })
  const first = { ...invoice(), _id: invoice().id }
  await send('paid', { status: 'paid', amount_paid: 129.9 })
  await tell()
  await tell(first)
  await tell({ ...first, status: 'sent', amountPaid: 0 })
  assert.deepEqual(told, [])
})

test('what Rankr is told comes back as an event of Rankr and records nothing', async (t) => {
  const { tell, pay, told, send, invoice } = await setUp(t)
  await pay(50)
  await tell()
  await send('paid', { status: 'partially_paid', amount_paid: 50 })
  await send('updated', { status: 'partially_paid', amount_paid: 50 })
  await tell()
  assert.equal(invoice().payments.length, 1)
  assert.equal(told.length, 1)
})

test('an invoice that people send or make void is told, where the account wants it', async (t) => {
  const all = await setUp(t)
  await all.act('send', { action: 'send_manually', liveMode: true, userId: [...all.crm.state.users.all()][0]!.id })
  await all.tell()
  await all.act('void', {})
  await all.tell()
  assert.deepEqual(
    all.told.map(({ status }) => status),
    ['sent', 'void'],
  )
  const some = await setUp(t, { sent: false, payments: false })
  await some.pay(10)
  await some.tell()
  await some.act('void', {})
  await some.tell()
  assert.deepEqual(
    some.told.map(({ status }) => status),
    ['void'],
  )
})

test('an invoice that is none of Rankr is nobody else’s business', async (t) => {
  const { tell, told } = await setUp(t)
  await tell({ _id: '66f4a1d2e4a5c60013d2e3b1', status: 'paid' })
  assert.deepEqual(told, [])
})
