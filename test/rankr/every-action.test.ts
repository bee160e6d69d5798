// Every action of Rankr runs once against the simulated Rankr, over HTTP, with its own sample as input. There is no list of
// actions here: the records that the samples name are put in place first.

import assert from 'node:assert/strict'
import test from 'node:test'
import { actions } from '../../server/catalog/index.ts'
import { readPath } from '../../server/catalog/paths.ts'
import type { Workspace } from '../../server/sandbox/rankr/records.ts'
import { createRankrWorld, LOCATION } from './rankr-world.ts'

const entries = actions.filter(({ system }) => system === 'rankr')

/** The records that samples are about. */
const arrange = (workspace: Workspace): void => {
  workspace.customers.unshift({
    id: 'cus_10482',
    email: 'maya.okafor@example.com',
    name: 'Maya Okafor',
    company: 'Okafor Studio',
    phone: '+14155550132',
    tags: ['growth-plan', 'trial'],
  })
  workspace.orders.unshift({ ...workspace.orders[0]!, order_id: 'ord_5521' })
  workspace.invoices.unshift({ ...workspace.invoices[0]!, invoice_id: 'inv_2077' })
  workspace.issues.unshift({ ...workspace.issues[0]!, issue_id: 'iss_314', severity: 'high' })
}

test('there are actions of Rankr', () => assert.ok(entries.length >= 14))

for (const entry of entries) {
  test(`${entry.id} runs`, async (t) => {
    const { rankr, execute } = await createRankrWorld(t)
    arrange(rankr.workspace as Workspace)
    const { output } = await execute({ locationId: LOCATION, actionId: entry.id, input: entry.sample.input })
    const missing = Object.keys(entry.sample.output as object).filter((key) => !Object.hasOwn(output as object, key))
    assert.deepEqual(missing, [], `the answer has ${Object.keys(output as object)}`)
    assert.equal(rankr.control.calls().at(-1)?.method, entry.method)
    if (!entry.list) return
    const items = readPath(output, entry.list.itemsAt)
    assert.ok(Array.isArray(items) && items.length > 0)
  })
}
