import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createDrops } from '../../server/store/drops.ts'
import { createReadiness } from '../../server/store/readiness.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url, poolSize: 8 })
after(() => db.close())

const drops = createDrops({ db })
const drop = {
  locationId: 'loc_1',
  day: '2026-11-25',
  source: 'crm',
  type: 'TaskCreate',
  reason: 'not_of_interest',
  count: 1,
}

test('counts add up, in one call and over calls', async () => {
  await drops.add([drop, { ...drop, count: 2 }, { ...drop, type: 'TaskDelete' }])
  await drops.add([
    { ...drop, count: 4 },
    { ...drop, day: '2026-11-24' },
  ])
  await drops.add([])
  assert.deepEqual(await drops.list('loc_1', '2026-11-24'), [
    { day: '2026-11-25', source: 'crm', type: 'TaskCreate', reason: 'not_of_interest', count: 7 },
    { day: '2026-11-25', source: 'crm', type: 'TaskDelete', reason: 'not_of_interest', count: 1 },
    { day: '2026-11-24', source: 'crm', type: 'TaskCreate', reason: 'not_of_interest', count: 1 },
  ])
  assert.equal((await drops.list('loc_1', '2026-11-25')).length, 2)
  assert.deepEqual(await drops.list('loc_2', '2026-11-01'), [])
})

test('writers that name the same counters in opposite orders do not block each other', async () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ ...drop, locationId: 'loc_many', type: `T${n}` }))
  await Promise.all(Array.from({ length: 16 }, (_, n) => drops.add(n % 2 ? many : many.toReversed())))
  const counted = await drops.list('loc_many', '2026-11-25')
  assert.equal(counted.length, 40)
  assert.ok(counted.every(({ count }) => count === 16))
})

test('a migrated database that answers is ready', async () => {
  const readiness = createReadiness({ db })
  assert.equal(await readiness.isReachable(), true)
  assert.equal(await readiness.isMigrated(), true)
})

test('a database that lacks a migration is not ready', async () => {
  const removed = await db.pool.query('delete from schema_migrations returning *')
  try {
    assert.equal(await createReadiness({ db }).isMigrated(), false)
  } finally {
    for (const { name, timestamp } of removed.rows) {
      await db.pool.query('insert into schema_migrations (name, timestamp) values ($1, $2)', [name, timestamp])
    }
  }
})

test('a database that is away is not ready', async () => {
  const away = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1 })
  await assert.rejects(createReadiness({ db: away }).isReachable())
  await away.close()
})
