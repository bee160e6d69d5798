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
    examples.eventOf('loc_1', { id: 'w1', triggers: [{ trigger: 'app.webhook.received', settings }] })
  const chosen = await exampleFor({ hookId: 'hk_1' })
  assert.deepEqual([chosen.eventId, chosen.payload], [second, { of: 'hk_1' }])
  assert.equal((await exampleFor({})).eventId, last)
  assert.equal((await exampleFor({ hookId: 'hk_3' })).eventId, undefined)
  const recentOf = async (...hookIds: string[]) => {
    const triggers = hookIds.map((hookId) => ({ trigger: 'app.webhook.received', settings: { hookId } }))
    return (await examples.recent('loc_1', { id: 'w1', triggers })).map(({ eventId }) => eventId)
  }
  assert.deepEqual(await recentOf('hk_1'), [second, first])
  assert.deepEqual((await recentOf('hk_2', 'hk_1', '')).toSorted(), [first, second, last].toSorted(), 'each once')
  const hour = (id: string) => call(id, { type: 'schedule.due', recordKey: `schedule:${id}` })
  const [own] = [await hour('w1'), await hour('w2')]
  const scheduled = { id: 'w1', triggers: [{ trigger: 'app.schedule.due', settings: {} }] }
  assert.deepEqual(
    (await examples.recent('loc_1', scheduled)).map(({ eventId }) => eventId),
    [own],
    'of its own schedule only',
  )
})
