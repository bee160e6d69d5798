import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { createDatabase } from '../../server/store/db.ts'
import { ensurePartitions, keepPartitions, partitionDays } from '../../server/store/partitions.ts'
import { createTestDatabase } from '../database.ts'

const at = (day: string) => new Date(`${day}T23:59:59Z`)

test('partitions are made ahead and dropped whole when their days are over', async (t) => {
  const db = createDatabase({ url: (await createTestDatabase(t)).url })
  t.after(() => db.close())
  const relations = async (suffix: string) =>
    (await db.pool.query('select from pg_class where relname like $1', [`%\\_${suffix}%`])).rows.length
  await ensurePartitions(db, { from: at('2026-02-27'), days: 3 })
  assert.deepEqual(await partitionDays(db), ['2026-02-27', '2026-02-28', '2026-03-01'])
  const { rows } = await db.pool.query(`select indexrelid from pg_index where indisvalid and not indisprimary
    and indrelid = 'runs_20260227'::regclass and indexrelid in (select inhrelid from pg_inherits)`)
  assert.equal(rows.length, 3)

  const keep = (lockTimeoutMs?: number) =>
    keepPartitions(db, { now: at('2026-03-30'), keepDays: 30, ...(lockTimeoutMs ? { lockTimeoutMs } : {}) })
  // A backup reads for hours: partitions are made all the same, and what would make all others wait is given up.
  await db.transaction(async (tx) => {
    await sql`lock table events, runs in access share mode`.execute(tx)
    await assert.rejects(keep(20), /lock timeout/)
  })
  const days = await partitionDays(db)
  assert.ok(days.includes('2026-03-30') && days.includes('2026-04-05'))
  assert.deepEqual(await keep(), ['2026-02-27'])
  assert.equal((await partitionDays(db))[0], '2026-02-28')
  assert.equal(await relations('20260227'), 0)
})

test('several nodes may make them at once', async (t) => {
  const { url } = await createTestDatabase(t)
  const nodes = [createDatabase({ url }), createDatabase({ url })]
  t.after(() => Promise.all(nodes.map((db) => db.close())))
  await Promise.all(nodes.map((db) => ensurePartitions(db, { from: at('2026-02-27'), days: 5 })))
  assert.equal((await partitionDays(nodes[0]!)).length, 5)
})
