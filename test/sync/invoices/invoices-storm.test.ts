// Many invoices at once while calls fail in every way: refused for a while, answered with an error, carried out with the
// answer lost. In the end both sides say the same, and nothing is there twice.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, invoiceEvent, LOCATION } from '../kit.ts'

const db = await openDatabase(after)

const CUSTOMERS = 12
const INVOICES = 60

/** Numbers from 0 to 1 that are the same at every run. */
const dice = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

test('in a storm of faults no invoice, message or payment is lost or doubled', async (t) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, sent } = await startCrm(t, { now: clock.now, limits: { burst: 1_000_000 } })
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock })
  t.after(sync.close)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(invoicesTemplate, { send: true, waitMinutes: 240 })
  const random = dice(41)
  const fail = () => {
    const [path] = ['/invoices', '/invoices/*', '/invoices/*/send', '/invoices/*/record-payment', '/contacts/*'].slice(
      Math.floor(random() * 5),
    )
    const ways = [{ status: 429 }, { status: 503 }, { kind: 'lost' as const }, { kind: 'reset' as const }]
    crm.control.failNext({ path: path!, ...ways[Math.floor(random() * ways.length)]! })
  }

  const name = (n: number) => `maya.${n}@example.com`
  for (let n = 0; n < CUSTOMERS; n++) {
    const phone = `+1415555${String(1000 + n)}`
    await sync.accept.accept(customerEvent('created', { id: `cus_${n}`, email: name(n), name: `Maya ${n}`, phone }))
  }
  const amountOf = (n: number): number => (1_000 + n * 37) / 100
  for (let n = 0; n < INVOICES; n++) {
    const record = { invoice_id: `inv_${n}`, number: `RK-${n}`, customer_id: `cus_${n % CUSTOMERS}`, line_items: [] }
    const tell = (what: 'created' | 'sent' | 'paid', more: object) =>
      sync.accept.accept(invoiceEvent(what, { ...record, amount: amountOf(n), ...more }))
    await tell('created', { status: 'draft' })
    await tell('sent', { status: 'sent' })
    if (n % 2 === 0) await tell('paid', { status: 'partially_paid', amount_paid: 5 })
    if (n % 4 === 0) await tell('paid', { status: 'paid', amount_paid: amountOf(n) })
  }

  let state: string | undefined = 'sleeping'
  for (let tries = 0; state !== 'idle' && tries < 140; tries++) {
    if (tries < 12) for (let n = 0; n < 8; n++) fail()
    state = await sync.drainAll()
    clock.advance(10 * 60_000)
  }
  assert.equal(state, 'idle')
  assert.deepEqual(await sync.deadLetters.list(LOCATION), [])

  const made = [...crm.state.invoices.all()]
  assert.equal(made.length, INVOICES)
  assert.equal(new Set(made.map(({ invoiceNumber }) => invoiceNumber)).size, INVOICES)
  for (let n = 0; n < INVOICES; n++) {
    const invoice = made.find(({ invoiceNumber }) => invoiceNumber === `RK-${n}`)!
    const paid = n % 4 === 0 ? [5, Number((amountOf(n) - 5).toFixed(2))] : n % 2 === 0 ? [5] : []
    assert.deepEqual([invoice.total, invoice.payments.map(({ amount }) => amount)], [amountOf(n), paid], `RK-${n}`)
    assert.equal(invoice.status, paid.length === 2 ? 'paid' : paid.length === 1 ? 'partially_paid' : 'sent', `RK-${n}`)
    assert.equal(crm.state.contacts.get(invoice.contactDetails.id)?.email, name(n % CUSTOMERS))
  }
  await crm.control.flushWebhooks()
  // The body of these events names no type; it tells each state.
  const told = sent.map(({ body }) => JSON.parse(body))
  const messages = told.filter(({ invoiceNumber, status }) => invoiceNumber && status === 'sent')
  assert.equal(messages.length, INVOICES)
})
