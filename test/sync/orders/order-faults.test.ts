// A process may die at any moment of a run. Here it "dies" at every named moment in turn: another node takes over, and what
// became of the order in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createMortals } from '../die-everywhere.ts'
import { createSync, customerEvent, emptyAll, LOCATION, makeOrderObject, orderEvent } from '../kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, an order is one record, joined once, with one opportunity', async (t) => {
  const clock = createClock()
  const { crm, url, locationToken, companyToken } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  await makeOrderObject({ url, companyToken })
  const token = await locationToken()
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!
  const nodeOf = (fault: (point: string) => void | Promise<void>, id: string) => {
    const sync = createSync({ db, crmUrl: url, token, clock, fault, drainOver: { nodeId: () => id } })
    t.after(sync.close)
    return sync
  }
  const { survivor, dieAt } = createMortals({ node: nodeOf, clock })

  /** An order is made, then refunded; the process dies at moment number `at`. Answers the moments. */
  const live = async (at: number): Promise<string[]> => {
    await emptyAll(db)
    for (const { id } of crm.state.opportunities.all()) crm.state.opportunities.delete(id)
    await survivor.enableCustomers({ tags: [], note: false })
    await survivor.enable(ordersTemplate, { pipelineId: pipeline.id })
    await survivor.accept.accept(customerEvent('created'))
    await survivor.drainAll()
    const order_id = `ord_${at}`
    await survivor.accept.accept(orderEvent('created', { order_id }))
    await survivor.accept.accept(orderEvent('refunded', { order_id }))
    const passed = await dieAt(at)

    const moment = `after dying at ${at}, ${passed[at]}`
    const [record, ...more] = [...crm.state.records.all()].filter(({ properties }) => properties.number === order_id)
    assert.equal(more.length, 0, `records ${moment}`)
    assert.equal(record?.properties.status, 'refunded', `status ${moment}`)
    const joined = [...crm.state.relations.all()].filter(({ secondRecordId }) => secondRecordId === record?.id)
    assert.equal(joined.length, 1, `relations ${moment}`)
    const followers = [...crm.state.opportunities.all()].filter(({ name }) => name === `Order ${order_id}`)
    assert.deepEqual(
      followers.map(({ status }) => status),
      ['lost'],
      `opportunities ${moment}`,
    )
    const { rows: left } = await db.pool.query('select code from parked_events union all select code from dead_letters')
    assert.deepEqual(left, [], `left over ${moment}`)
    assert.equal((await survivor.links.find(LOCATION, 'order', order_id))?.crmId, record?.id, `link ${moment}`)
    assert.equal((await survivor.audit.verify(LOCATION)).ok, true, `audit ${moment}`)
    return passed
  }

  const moments = await live(Number.POSITIVE_INFINITY)
  assert.ok(moments.length > 10, `${moments.length} moments`)
  for (const [at] of moments.entries()) await live(at)
})
