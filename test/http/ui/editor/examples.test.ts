// Which event stands for those to come while a workflow is made.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { ActivityEntry } from '../../../../server/http/ui/deps.ts'
import { createExamples } from '../../../../server/http/ui/editor/examples.ts'
import { event } from '../settings-page.ts'

const call = (eventId: string, hookId: string): ActivityEntry =>
  event({ eventId, source: 'app', type: 'webhook.received', recordKey: `hook:${hookId}:id:1` })

test('of an incoming webhook that was chosen its own last call is the example, of any the last of all', async () => {
  const entries = [call('e3', 'hk_2'), call('e2', 'hk_1'), call('e1', 'hk_1')]
  const examples = createExamples({
    activity: {
      list: async (_locationId, { limit }) => ({ entries: entries.slice(0, limit), next: null }),
      detail: async (_locationId, eventId) => event({ eventId, source: 'app', type: 'webhook.received' }),
    },
    installations: { find: async () => undefined },
  })
  const eventIdFor = async (settings: Record<string, string>) =>
    (await examples.eventOf('loc_1', [{ trigger: 'app.webhook.received', settings }])).eventId
  assert.equal(await eventIdFor({ hookId: 'hk_1' }), 'e2')
  assert.equal(await eventIdFor({}), 'e3')
  assert.equal(await eventIdFor({ hookId: 'hk_3' }), undefined)
  const recent = await examples.recent('loc_1', [{ trigger: 'app.webhook.received', settings: { hookId: 'hk_1' } }])
  assert.deepEqual(
    recent.map(({ eventId }) => eventId),
    ['e2', 'e1'],
  )
})
