// A process may die at any moment of a run. Here it "dies" at every named moment in turn: another node takes over, and what
// became of the invoice in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createMortals } from '../die-everywhere.ts'
import { createSync, customerEvent, emptyAll, invoiceEvent, LOCATION } from '../kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, an invoice is made once, sent once and paid once', async (t) => {
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  const token = await locationToken()
  const nodeOf = (fault: (point: string) => void | Promise<void>, id: string) => {
    const sync = createSync({ db, crmUrl: url, token, clock, fault, drainOver: { nodeId: () => id } })
    t.after(sync.close)
    return sync
  }
  const { survivor, dieAt } = createMortals({ node: nodeOf, clock })

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
    const { rows: left } = await db.pool.query('select code from parked_events union all select code from dead_letters')
    assert.deepEqual(left, [], `left over ${moment}`)
    assert.equal((await survivor.links.find(LOCATION, 'invoice', 'inv_1'))?.crmId, invoice?.id, `link ${moment}`)
    assert.equal((await survivor.audit.verify(LOCATION)).ok, true, `audit ${moment}`)
    const done = (await survivor.audit.list(LOCATION)).map(({ action }) => action)
    const payments = done.filter((action) => action === 'invoice.payment-recorded')
    assert.equal(payments.length, 2, `audit entries ${moment}`)
    return passed
  }

  const moments = await live(Number.POSITIVE_INFINITY)
  for (const wanted of ['before action', 'marked', 'after action', 'before commit', 'after commit']) {
    assert.ok(moments.includes(wanted), wanted)
  }
  for (let at = 0; at < moments.length; at++) await live(at)
  t.diagnostic(`${moments.length} moments`)
})
