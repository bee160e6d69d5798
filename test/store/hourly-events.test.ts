import assert from 'node:assert/strict'
import test from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createHourlyEvents } from '../../server/store/hourly-events.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

test('the events of a location are counted by the hour, over midnight, with those that died', async () => {
  const until = new Date('2026-03-02T01:30:00Z')
  await ensurePartitions(db, { from: new Date('2026-03-01'), days: 2 })
  const add = (locationId: string, at: string, seq: number) =>
    db.pool.query(
      `insert into events (id, received_on, received_at, location_id, lane, seq, source, type, record_key, payload)
       values (gen_random_uuid(), $2::timestamptz at time zone 'utc', $2, $1, 'live', $3, 'rankr', 'x', 'r', '{}')`,
      [locationId, at, seq],
    )
  for (const [seq, at] of [
    '2026-03-01T22:59:59Z',
    '2026-03-01T23:00:00Z',
    '2026-03-01T23:59:59Z',
    '2026-03-02T01:29:00Z',
  ].entries()) {
    await add('loc_1', at, seq)
    await add('loc_2', at, seq)
  }
  await db.pool.query(
    `insert into dead_letters (location_id, id, event_id, received_on, lane, code, died_at)
     values ('loc_1', gen_random_uuid(), gen_random_uuid(), '2026-03-02', 'live', 'crm_rejected', '2026-03-02T01:10:00Z')`,
  )
  const counted = await createHourlyEvents({ db }).read('loc_1', { from: new Date('2026-03-01T23:30:00Z'), until })
  assert.deepEqual(
    counted.map(({ at, events, failed }) => [at.toISOString().slice(11, 16), events, failed]),
    [
      ['23:00', 2, 0],
      ['00:00', 0, 0],
      ['01:00', 1, 1],
    ],
  )
})
