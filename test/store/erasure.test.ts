import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createErasure, ERASED_TABLES } from '../../server/store/erasure.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const erasure = createErasure({ db })

/** Found through their runs. */
const BY_RUN = ['attempts']

test('every table that has rows of a tenant is erased', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where a.attname in ('location_id', 'tenant_id') and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace = 'public'::regnamespace and c.relname <> 'installations'
     order by 1`,
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    [...ERASED_TABLES, ...BY_RUN].sort(),
  )
})

test('a tenant without anything is erased without a trace', async () => {
  assert.deepEqual(await erasure.erase('nobody'), {})
})

test('rows of one tenant go, those of another stay, and what went is counted', async () => {
  for (const id of ['L1', 'L2']) {
    await db.pool.query(`insert into location_settings (location_id) values ($1)`, [id])
    await db.pool.query(
      `insert into links (location_id, kind, rankr_id) values ($1, 'customer', 'a'), ($1, 'customer', 'b')`,
      [id],
    )
    await db.pool.query(
      `insert into installations (tenant_id, kind, status, name, access_token) values ($1, 'location', 'active', 'Shop', 'x')`,
      [id],
    )
  }
  assert.deepEqual(await erasure.erase('L1'), { location_settings: 1, links: 2 })
  const { rows } = await db.pool.query(
    `select tenant_id, status, name, access_token is null as bare from installations order by tenant_id`,
  )
  assert.deepEqual(rows, [
    { tenant_id: 'L1', status: 'uninstalled', name: null, bare: true },
    { tenant_id: 'L2', status: 'active', name: 'Shop', bare: false },
  ])
  const left = await db.pool.query(`select distinct location_id from links`)
  assert.deepEqual(left.rows, [{ location_id: 'L2' }])
})

test('what another tenant relays to an erased one ends', async () => {
  const insert = `insert into routes (location_id, id, to_location_id, name, event_types, status, created_at)
    values ($1, $2, $3, 'x', '{}', 'active', now())`
  await db.pool.query(insert, ['L3', 'to-gone', 'L4'])
  await db.pool.query(insert, ['L3', 'to-other', 'L5'])
  await db.pool.query(insert, ['L4', 'from-gone', 'L3'])
  assert.deepEqual(await erasure.erase('L4'), { routes: 1 })
  const { rows } = await db.pool.query(`select id, status, ended_by from routes order by id`)
  assert.deepEqual(rows, [
    { id: 'to-gone', status: 'ended', ended_by: 'L4' },
    { id: 'to-other', status: 'active', ended_by: null },
  ])
})

test('an erasure inside a transaction that fails did not happen', async () => {
  await assert.rejects(
    db.transaction(async (tx) => {
      await erasure.erase('L2', tx)
      throw new Error('no')
    }),
    /no/,
  )
  const left = await db.pool.query(`select from links where location_id = 'L2'`)
  assert.equal(left.rowCount, 2)
})
