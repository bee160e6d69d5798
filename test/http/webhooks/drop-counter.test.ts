import assert from 'node:assert/strict'
import test from 'node:test'
import { createDropCounter, type Drop } from '../../../server/http/webhooks/drop-counter.ts'
import { createLog } from '../../../server/log.ts'
import { now } from '../serve.ts'

const log = createLog({ level: 'silent' })
const drop: Drop = { locationId: 'loc_1', source: 'crm', type: 'TaskCreate', reason: 'not_of_interest' }

type Written = { count: number; type: string; day: string }

test('counts that come while a write is under way go together into the next', async () => {
  const writes: Written[][] = []
  const gates: (() => void)[] = []
  const counter = createDropCounter({
    write: (drops) => {
      writes.push(drops)
      return new Promise((resolve) => gates.push(resolve))
    },
    now,
    log,
  })
  counter.count(drop)
  for (let n = 0; n < 5; n++) counter.count(drop)
  counter.count({ ...drop, type: 'TaskDelete' })
  const closed = counter.close()
  gates.shift()!()
  await Promise.resolve()
  while (gates.length === 0) await Promise.resolve()
  gates.shift()!()
  await closed
  assert.deepEqual(
    writes.map((batch) => batch.map(({ type, count, day }) => [type, count, day])),
    [
      [['TaskCreate', 1, '2026-11-25']],
      [
        ['TaskCreate', 5, '2026-11-25'],
        ['TaskDelete', 1, '2026-11-25'],
      ],
    ],
  )
})

test('a failed write loses no count', async () => {
  const written: Written[] = []
  let isDown = true
  const counter = createDropCounter({
    write: async (drops) => {
      if (isDown) throw new Error('no database')
      written.push(...drops)
    },
    now,
    log,
  })
  counter.count(drop)
  await counter.close()
  isDown = false
  counter.count(drop)
  await counter.close()
  assert.deepEqual(
    written.map(({ count }) => count),
    [2],
  )
})
