import assert from 'node:assert/strict'
import test from 'node:test'
import { createTouch } from '../../../server/http/webhooks/touch.ts'
import { createLog } from '../../../server/log.ts'

test('the time of the last event is kept at most every 5 seconds, and again after a failure', async () => {
  let at = 0
  let isDown = false
  const kept: [string, number][] = []
  const touched = createTouch({
    touch: async (_locationId, connectionId, moment) => {
      if (isDown) throw new Error('no database')
      kept.push([connectionId, moment.getTime()])
    },
    now: () => new Date(at),
    log: createLog({ level: 'silent' }),
  })
  const event = async (connectionId: string, moment: number): Promise<void> => {
    at = moment
    touched({ locationId: 'loc_1', connectionId })
    // The write is not awaited by the answer; its outcome is known after the pending callbacks.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await event('a', 0)
  await event('a', 4_999)
  await event('b', 4_999)
  isDown = true
  await event('a', 5_000)
  isDown = false
  await event('a', 5_001)
  assert.deepEqual(kept, [
    ['a', 0],
    ['b', 4_999],
    ['a', 5_001],
  ])
})
