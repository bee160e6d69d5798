// Puts many events into mailboxes at once, by SQL: what waits after a long standstill.

import { createDatabase } from '../server/store/db.ts'
import { createMailboxes } from '../server/store/mailboxes.ts'
import { EVENT_BODY, type Tenant } from '../test/live.ts'

// Numbers go round the tenants: the first of each, then the second of each.
const ADD = `
with places as (
  select * from unnest($1::text[], $2::text[]) with ordinality as t (location_id, connection_id, place)
), boxes as (
  insert into mailboxes as m (location_id, lane, tail, cursor_on, waiting_since, state)
  select location_id, 'live', $3::int, (now() at time zone 'utc')::date, now(), 'idle' from places order by location_id
  on conflict (location_id, lane) do update set tail = m.tail + excluded.tail, cursor_on = excluded.cursor_on,
    waiting_since = excluded.waiting_since
  returning location_id, tail
)
insert into events (id, received_on, received_at, location_id, lane, seq, source, type, record_key, source_event_id,
  connection_id, occurred_at, hops, payload)
select gen_random_uuid(), (now() at time zone 'utc')::date, now(), location_id, 'live', tail - $3::int + n, 'rankr',
  'customer.created', 'customer:cus_' || number, connection_id || ':msg_' || number, connection_id, now(), 0,
  replace($5, '#', number::text)::jsonb
from places join boxes using (location_id), generate_series(1, $3::int) as n,
  lateral (select $4::int + (n - 1) * cardinality($1::text[]) + place - 1) as numbered (number)`

type Backlog = {
  databaseUrl: string
  tenants: Tenant[]
  /** Events for each tenant. */
  each: number
  /** Number of the first event; the others follow. */
  first: number
}

/** No mailbox that rests is drained before all of it is there. */
export const addBacklog = async ({ databaseUrl, tenants, each, first }: Backlog): Promise<void> => {
  const db = createDatabase({ url: databaseUrl, poolSize: 1 })
  const mailboxes = createMailboxes({ db })
  try {
    await db.pool.query(ADD, [
      tenants.map(({ locationId }) => locationId),
      tenants.map(({ connectionId }) => connectionId),
      each,
      first,
      EVENT_BODY,
    ])
    await db.transaction(async (tx) => {
      for (const { locationId } of tenants) await mailboxes.wake(locationId, 'live', tx)
    })
  } finally {
    await db.close()
  }
}

/** Events that are not finished. */
export const waitingIn = async (databaseUrl: string): Promise<number> => {
  const db = createDatabase({ url: databaseUrl, poolSize: 1 })
  try {
    return (await createMailboxes({ db }).backlog()).reduce((sum, { events }) => sum + events, 0)
  } finally {
    await db.close()
  }
}
