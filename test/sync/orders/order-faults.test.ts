// A process may die at any moment of a run. Here it "dies" at every named moment in turn: another node takes over, and what
// became of the order in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { openDatabase } from '../../relay/kit.ts'
import { createDyingWorld, dieAtEach } from '../die-everywhere.ts'
import { customerEvent, emptyAll, LOCATION, makeOrderObject, orderEvent } from '../kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, an order is one record, joined once, with one opportunity', async (t) => {
  const { survivor, dieAt, crm, url, companyToken, isAllWell } = await createDyingWorld(t, db)
  await makeOrderObject({ url, companyToken })
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!

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
    await isAllWell(moment)
    assert.equal((await survivor.links.find(LOCATION, 'order', order_id))?.crmId, record?.id, `link ${moment}`)
    return passed
  }

  await dieAtEach(live)
})
