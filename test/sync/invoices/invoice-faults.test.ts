// A process may die at any moment of a run. Here it "dies" at every named moment in turn: another node takes over, and what
// became of the invoice in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { openDatabase } from '../../relay/kit.ts'
import { createDyingWorld, dieAtEach } from '../die-everywhere.ts'
import { customerEvent, emptyAll, invoiceEvent, LOCATION } from '../kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, an invoice is made once, sent once and paid once', async (t) => {
  const { survivor, dieAt, crm, isAllWell } = await createDyingWorld(t, db)

  /** An invoice is sent and paid in part, then in full; the process dies at moment number `at`. Answers the moments. */
  const live = async (at: number): Promise<string[]> => {
    await emptyAll(db)
    await survivor.enableCustomers({ tags: [], note: false })
    await survivor.enable(invoicesTemplate, { send: true })
    await survivor.accept.accept(customerEvent('created'))
    await survivor.drainAll()
    const number = `RK-${at}`
    crm.control.clearCalls()
    await survivor.accept.accept(invoiceEvent('sent', { number, status: 'sent', amount_paid: 50 }))
    await survivor.accept.accept(invoiceEvent('paid', { number, status: 'paid' }))
    const passed = await dieAt(at)

    const moment = `after dying at ${at}, ${passed[at]}`
    const [invoice, ...more] = [...crm.state.invoices.all()].filter((row) => row.invoiceNumber === number)
    assert.equal(more.length, 0, `invoices ${moment}`)
    assert.deepEqual(
      invoice?.payments.map(({ amount }) => amount),
      [50, 79.9],
      `payments ${moment}`,
    )
    assert.equal(invoice?.status, 'paid', `status ${moment}`)
    const sent = crm.control.calls().filter(({ method, path }) => method === 'POST' && path.endsWith('/send'))
    assert.equal(sent.length, 1, `messages ${moment}`)
    await isAllWell(moment)
    assert.equal((await survivor.links.find(LOCATION, 'invoice', 'inv_1'))?.crmId, invoice?.id, `link ${moment}`)
    const done = (await survivor.audit.list(LOCATION)).map(({ action }) => action)
    const payments = done.filter((action) => action === 'invoice.payment-recorded')
    assert.equal(payments.length, 2, `audit entries ${moment}`)
    return passed
  }

  await dieAtEach(live)
})
