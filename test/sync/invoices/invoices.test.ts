import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import type { SimulatedCrmOptions } from '../../../server/sandbox/crm/simulated-crm.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, invoiceEvent, LOCATION } from '../kit.ts'

const db = await openDatabase(after)

const setUp = async (t: TestContext, options: Partial<SimulatedCrmOptions> = {}, facts: { language?: string } = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, webhooks } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 100_000 },
    ...options,
  })
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock, facts })
  t.after(sync.close)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(invoicesTemplate)
  const send = async (...event: Parameters<typeof invoiceEvent>) => {
    await sync.accept.accept(invoiceEvent(...event))
    return await sync.drainAll()
  }
  const customer = async () => {
    await sync.accept.accept(customerEvent('created'))
    await sync.drainAll()
  }
  /** Until nothing waits any more. */
  const settle = async () => {
    let state = await sync.drainAll()
    for (let tries = 0; state === 'sleeping' && tries < 12; tries++) {
      clock.advance(10 * 60_000)
      state = await sync.drainAll()
    }
    return state
  }
  const invoices = () => [...crm.state.invoices.all()].filter(({ invoiceNumber }) => invoiceNumber.startsWith('RK-'))
  const callsTo = (path: RegExp) =>
    crm.control.calls().filter((call) => path.test(`${call.method} ${call.path}`)).length
  const letters = async () => (await sync.deadLetters.list(LOCATION)).map(({ code, stepId }) => [code, stepId])
  return { ...sync, crm, clock, send, customer, settle, invoices, callsTo, letters, webhooks }
}

test('an invoice becomes a draft with its items, dates, number and customer, and all of it is on record', async (t) => {
  const { send, customer, invoices, links, audit, crm, clock } = await setUp(t)
  await customer()
  assert.equal(await send('created'), 'idle')
  const [invoice, ...others] = invoices()
  assert.equal(others.length, 0)
  assert.equal(invoice?.status, 'draft')
  assert.equal(invoice?.invoiceNumber, 'RK-1')
  assert.equal(invoice?.currency, 'USD')
  assert.equal(invoice?.total, 129.9)
  assert.equal(invoice?.dueDate, '2099-12-24')
  assert.equal(invoice?.liveMode, true)
  assert.equal(invoice?.issueDate, clock.now().toISOString().slice(0, 10))
  assert.deepEqual(invoice?.businessDetails, { name: 'Northwind Dental' })
  assert.deepEqual(
    invoice?.invoiceItems.map(({ name, qty, amount }) => [name, qty, amount]),
    [['Growth plan', 1, 129.9]],
  )
  const contact = crm.state.contacts.get(invoice!.contactDetails.id)
  assert.equal(contact?.email, 'maya@example.com')
  assert.equal(invoice?.contactDetails.phoneNo, '+14155550132')

  const link = await links.find(LOCATION, 'invoice', 'inv_1')
  assert.equal(link?.crmId, invoice?.id)
  const [entry] = await audit.list(LOCATION)
  assert.deepEqual(
    [entry?.action, entry?.subjectType, entry?.subjectId, entry?.actorName],
    ['invoice.created', 'invoice', invoice?.id, 'Invoices become invoices'],
  )
})

test('the same invoice again makes no call; a changed draft is changed and keeps what people added', async (t) => {
  const { send, customer, invoices, crm, callsTo } = await setUp(t)
  await customer()
  await send('created')
  const { id } = invoices()[0]!
  crm.state.change(() =>
    crm.state.invoices.put({ ...crm.state.invoices.get(id)!, termsNotes: 'Thank you', title: 'BILL' }),
  )
  crm.control.clearCalls()
  await send('updated')
  assert.deepEqual(crm.control.calls(), [])
  await send('updated', { amount: 200, line_items: [{ name: 'Scale plan', quantity: 2, price: 100 }] })
  assert.equal(callsTo(/^PUT /), 1)
  const [changed, ...others] = invoices()
  assert.equal(others.length, 0)
  assert.deepEqual([changed?.total, changed?.termsNotes, changed?.title], [200, 'Thank you', 'BILL'])
})

test('a draft is named in the language of the account, and keeps its name when the language changes', async (t) => {
  const facts = { language: 'es' }
  const { send, customer, invoices } = await setUp(t, {}, facts)
  await customer()
  await send('created')
  const names = () => invoices().map(({ name, title }) => [name, title])
  assert.deepEqual(names(), [['Factura RK-1', 'FACTURA']])
  facts.language = 'en'
  await send('updated', { amount: 200 })
  assert.deepEqual(names(), [['Factura RK-1', 'FACTURA']])
  assert.equal(invoices()[0]?.total, 200)
})

test('what was sent is not changed any more', async (t) => {
  const { send, customer, invoices } = await setUp(t)
  await customer()
  await send('sent', { status: 'sent' })
  assert.equal(invoices()[0]?.status, 'sent')
  await send('updated', { status: 'sent', amount: 500 })
  assert.equal(invoices()[0]?.total, 129.9)
})

test('an invoice that Rankr has sent is marked, and sent to the customer only where the account wants that', async (t) => {
  const { send, customer, enable, invoices } = await setUp(t)
  await customer()
  const ways = async () => {
    const { rows } = await db.pool.query<{ way: string }>(
      `select request #>> '{body,action}' as way from attempts
       where action_id = 'app.invoices.send' and request->>'path' like '%/send' order by id`,
    )
    return rows.map(({ way }) => way)
  }
  await send('sent', { status: 'sent' })
  await send('sent', { status: 'sent', note: 'again' })
  assert.deepEqual(await ways(), ['send_manually'])
  await enable(invoicesTemplate, { send: true, sendBy: 'sms_and_email', title: 'RECHNUNG', dueDays: 30 })
  await send('sent', { invoice_id: 'inv_2', number: 'RK-2', status: 'sent', due_date: undefined })
  assert.deepEqual(await ways(), ['send_manually', 'sms_and_email'])
  const second = invoices().find(({ invoiceNumber }) => invoiceNumber === 'RK-2')
  assert.equal(second?.title, 'RECHNUNG')
  assert.equal(Date.parse(second!.dueDate) - Date.parse(second!.issueDate), 30 * 86_400_000)
})

test('payments in part add up to what Rankr says, whatever is told twice or out of order', async (t) => {
  const { send, customer, invoices } = await setUp(t)
  await customer()
  await send('paid', { status: 'partially_paid', amount_paid: 50 })
  assert.deepEqual([invoices()[0]?.status, invoices()[0]?.amountPaid], ['partially_paid', 50])
  await send('paid', { status: 'partially_paid', amount_paid: 50 }, { sourceEventId: 'again' })
  await send('paid', { status: 'partially_paid', amount_paid: 79.95 })
  await send('updated', { status: 'partially_paid', amount_paid: 50 })
  assert.deepEqual(
    invoices()[0]?.payments.map(({ amount }) => amount),
    [50, 29.95],
  )
  await send('paid', { status: 'paid' })
  const [invoice] = invoices()
  assert.deepEqual([invoice?.status, invoice?.amountPaid], ['paid', 129.9])
  assert.deepEqual(
    invoice?.payments.map(({ amount }) => amount),
    [50, 29.95, 49.95],
  )
  await send('paid', { status: 'paid', amount_paid: 500 })
  assert.equal(invoices()[0]?.amountPaid, 129.9)
})

test('a void invoice is void in both, and one that is not there is left alone', async (t) => {
  const { send, customer, invoices, letters, crm } = await setUp(t)
  await customer()
  await send('created')
  await send('voided', { status: 'void' })
  await send('voided', { status: 'void', again: true })
  assert.equal(invoices()[0]?.status, 'void')
  await send('voided', { invoice_id: 'inv_9', number: 'RK-9', status: 'void' })
  assert.equal(invoices().length, 1)
  await send('created', { invoice_id: 'inv_5', number: 'RK-5' })
  crm.state.change(() =>
    crm.state.invoices.delete(invoices().find(({ invoiceNumber }) => invoiceNumber === 'RK-5')!.id),
  )
  await send('voided', { invoice_id: 'inv_5', number: 'RK-5', status: 'void' })
  assert.deepEqual(await letters(), [])
})

test('an invoice that comes before its customer waits, and is made once the customer is there', async (t) => {
  const { send, customer, invoices, settle, crm } = await setUp(t)
  assert.equal(await send('created'), 'sleeping')
  assert.equal(invoices().length, 0)
  await customer()
  assert.equal(await settle(), 'idle')
  assert.equal(invoices().length, 1)
  assert.equal(crm.state.contacts.get(invoices()[0]!.contactDetails.id)?.email, 'maya@example.com')
})

test('an invoice whose customer never comes makes the contact, or names who is missing', async (t) => {
  const { send, invoices, settle, letters, links, crm, deadLetters } = await setUp(t)
  await send('created', { customer_email: 'li@example.com', customer_phone: '+14155550177', customer_name: 'Li Wu' })
  assert.equal(await settle(), 'idle')
  const [invoice] = invoices()
  assert.equal(crm.state.contacts.get(invoice!.contactDetails.id)?.firstName, 'Li')
  assert.equal((await links.find(LOCATION, 'customer', 'cus_1'))?.crmId, invoice?.contactDetails.id)

  await send('created', { invoice_id: 'inv_2', number: 'RK-2', customer_id: 'cus_404' })
  assert.equal(await settle(), 'idle')
  assert.deepEqual(await letters(), [['customer_missing', 'invoice']])
  assert.match((await deadLetters.list(LOCATION))[0]?.detail ?? '', /cus_404/)
})

test('a customer without a phone number is named, unless the account has one to put in', async (t) => {
  const { send, accept, drainAll, letters, enable, invoices } = await setUp(t)
  await accept.accept(customerEvent('created', { id: 'cus_1', email: 'maya@example.com', name: 'Maya' }))
  await drainAll()
  await send('created')
  assert.deepEqual(await letters(), [['invoice_contact_incomplete', 'invoice']])
  await enable(invoicesTemplate, { phoneWhenMissing: '+14155550100' })
  await send('updated', { amount: 10, line_items: [] })
  assert.equal(invoices()[0]?.contactDetails.phoneNo, '+14155550100')
})

test('two invoices of Rankr with one number stay two', async (t) => {
  const { send, customer, invoices } = await setUp(t)
  await customer()
  await send('created')
  await send('created', { invoice_id: 'inv_2', amount: 5, line_items: [] })
  assert.deepEqual(
    invoices().map(({ invoiceNumber, total }) => [invoiceNumber, total]),
    [
      ['RK-1', 129.9],
      ['RK-1', 5],
    ],
  )
})

test('a customer whose contact is gone is named', async (t) => {
  const { send, customer, letters, crm, links } = await setUp(t)
  await customer()
  crm.control.person.deleteContact((await links.find(LOCATION, 'customer', 'cus_1'))!.crmId!)
  await send('created')
  assert.deepEqual(await letters(), [['customer_missing', 'invoice']])
})

test('an invoice that is there already by its number is taken, not made again', async (t) => {
  const { send, customer, invoices, clock } = await setUp(t)
  await customer()
  await send('created')
  await db.pool.query(`delete from links where kind = 'invoice'`)
  clock.advance(60_000)
  await send('updated', { amount: 80, line_items: [] })
  assert.equal(invoices().length, 1)
  assert.equal(invoices()[0]?.total, 80)
})

test('answers that were lost leave one invoice, sent once, paid once', async (t) => {
  const { send, customer, invoices, settle, crm, callsTo } = await setUp(t)
  await customer()
  for (const path of ['/invoices', '/invoices/*/send', '/invoices/*/record-payment']) {
    crm.control.failNext({ path, method: 'POST', kind: 'lost' })
  }
  await send('paid', { status: 'paid', amount_paid: 129.9 })
  assert.equal(await settle(), 'idle')
  assert.equal(invoices().length, 1)
  assert.deepEqual([invoices()[0]?.status, invoices()[0]?.amountPaid], ['paid', 129.9])
  assert.equal(invoices()[0]?.payments.length, 1)
  assert.equal(callsTo(/^POST \/invoices\/?$/), 1)
  assert.equal(callsTo(/^POST .*\/send$/), 1)
  assert.equal(callsTo(/^POST .*\/record-payment$/), 1)
})

test('no call is made that could be spared', async (t) => {
  const { send, customer, crm } = await setUp(t)
  await customer()
  crm.control.clearCalls()
  await send('paid', { status: 'paid' })
  assert.deepEqual(
    crm.control.calls().map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/, ':id')}`),
    [
      // Nobody may have made one by hand; the contact's e-mail address and phone number; then what is wanted.
      ...[
        'GET /invoices/',
        `GET /contacts/${[...crm.state.contacts.all()].find(({ email }) => email === 'maya@example.com')?.id}`,
      ],
      ...['POST /invoices/', 'POST /invoices/:id/send', 'POST /invoices/:id/record-payment'],
    ],
  )
})

test('the day of issue is the one that Rankr names, else the day it was made there', async (t) => {
  const { send, customer, invoices } = await setUp(t)
  await customer()
  await send('created', { created_at: '2026-03-02T14:45:00Z' })
  await send('created', { invoice_id: 'inv_2', number: 'RK-2', created_at: '2026-03-02', issue_date: '2026-03-05' })
  assert.deepEqual(
    invoices().map(({ issueDate }) => issueDate),
    ['2026-03-02', '2026-03-05'],
  )
})

test('currencies without cents and lines that do not add up come to the amount of Rankr', async (t) => {
  const { send, customer, invoices } = await setUp(t)
  await customer()
  await send('created', { amount: 1500, currency: 'jpy', line_items: [{ name: 'Plan', quantity: 2, price: 700 }] })
  assert.deepEqual([invoices()[0]?.currency, invoices()[0]?.total], ['JPY', 1500])
  await send('created', {
    ...{ invoice_id: 'inv_2', number: 'RK-2', amount: 90.1 },
    line_items: [
      { name: 'Plan', quantity: 3, price: 33.35 },
      { name: 'Credit', price: -9.95 },
    ],
  })
  assert.equal(invoices()[1]?.total, 90.1)
  assert.deepEqual(invoices()[1]?.discount, { type: 'fixed', value: 9.95 })
})
