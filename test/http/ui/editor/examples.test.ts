// Which event stands for those to come while a workflow is made.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createExamples } from '../../../../server/http/ui/editor/examples.ts'
import { createEvents } from '../../../../server/store/events.ts'
import { createKit, newEvent, openDatabase } from '../../../relay/kit.ts'

const db = await openDatabase(after)
const { accept } = createKit(db)

const call = async (hookId: string, over = {}): Promise<string> => {
  const recordKey = `hook:${hookId}:id:1`
  return (await accept.accept(newEvent({ source: 'app', type: 'webhook.received', recordKey, ...over }))).eventId
}

test('of an incoming webhook that was chosen its own last call is the example, of any the last of all', async () => {
  const first = await call('hk_1')
  const second = await call('hk_1', { payload: { of: 'hk_1' } })
  const last = await call('hk_2')
  await call('hk_2', { source: 'crm' })
  await call('hk_2', { type: 'webhook.sent' })
  await call('hk_3', { locationId: 'loc_2' })
  const examples = createExamples({
    activity: { detail: async () => undefined },
    recentEvents: createEvents({ db }).recent,
    installations: { find: async () => undefined },
  })
  const exampleFor = (settings: Record<string, string>) =>
    examples.eventOf('loc_1', [{ trigger: 'app.webhook.received', settings }])
  const chosen = await exampleFor({ hookId: 'hk_1' })
  assert.deepEqual([chosen.eventId, chosen.payload], [second, { of: 'hk_1' }])
  assert.equal((await exampleFor({})).eventId, last)
  assert.equal((await exampleFor({ hookId: 'hk_3' })).eventId, undefined)
  const recent = await examples.recent('loc_1', [{ trigger: 'app.webhook.received', settings: { hookId: 'hk_1' } }])
  assert.deepEqual(
    recent.map(({ eventId }) => eventId),
    [second, first],
  )
})
