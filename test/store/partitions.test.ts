import assert from 'node:assert/strict'
import test from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { ensurePartitions, keepPartitions, partitionDays } from '../../server/store/partitions.ts'
import { createTestDatabase } from '../database.ts'

const at = (day: string) => new Date(`${day}T23:59:59Z`)

test('partitions are made ahead and dropped whole when their days are over', async (t) => {
  const db = createDatabase({ url: (await createTestDatabase(t)).url })
  t.after(() => db.close())
  await ensurePartitions(db, { from: at('2026-02-27'), days: 3 })
  assert.deepEqual(await partitionDays(db), ['2026-02-27', '2026-02-28', '2026-03-01'])

  assert.deepEqual(await keepPartitions(db, { now: at('2026-03-30'), keepDays: 30 }), ['2026-02-27'])
  const days = await partitionDays(db)
  assert.equal(days[0], '2026-02-28')
  assert.ok(days.includes('2026-03-30') && days.includes('2026-04-05'))
})

test('several nodes may make them at once', async (t) => {
  const { url } = await createTestDatabase(t)
  const nodes = [createDatabase({ url }), createDatabase({ url })]
  t.after(() => Promise.all(nodes.map((db) => db.close())))
  await Promise.all(nodes.map((db) => ensurePartitions(db, { from: at('2026-02-27'), days: 5 })))
  assert.equal((await partitionDays(nodes[0]!)).length, 5)
})
