// The health of a company's accounts: failures, backlog, last event.

import type { Database, Queryable } from './db.ts'
import { query } from './raw.ts'

export type AccountHealth = {
  locationId: string
  /** Open dead letters. */
  failures: number
  /** Waiting events, and since when the oldest is waiting. */
  waiting: number
  waitingSince: Date | null
  /** Why its processing is paused; null when it is not. */
  pauseCode: string | null
  connections: number
  lastEventAt: Date | null
  /** Built-in workflows that are switched on, by the id of their template. */
  syncs: string[]
}

const READ = `
  select a.id as "locationId",
    (select count(*)::int from dead_letters d where d.location_id = a.id and d.status = 'open') as failures,
    coalesce(m.waiting, 0)::int as waiting, m."waitingSince", m."pauseCode",
    coalesce(c.connections, 0)::int as connections, c."lastEventAt",
    array(select template_id from workflows w where w.location_id = a.id and w.enabled and w.template_id is not null
      order by template_id) as syncs
  from installations i
  cross join lateral (select i.tenant_id as id) a
  left join lateral (
    select sum(tail - "cursor") as waiting, max(pause_code) as "pauseCode",
      min(waiting_since) filter (where tail > "cursor") as "waitingSince"
    from mailboxes where location_id = a.id) m on true
  left join lateral (
    select count(*) filter (where status = 'active') as connections, max(last_event_at) as "lastEventAt"
    from connections where location_id = a.id) c on true
  where i.company_id = $1 and i.kind = 'location' and i.tenant_id = any($2::text[])`

/** States to search accounts by: action is needed, or no Rankr workspace is connected. */
const STATES = {
  attention: `i.status <> 'active'
    or exists (select from dead_letters where location_id = i.tenant_id and status = 'open')
    or exists (select from mailboxes where location_id = i.tenant_id and pause_code is not null)`,
  unconnected: `not exists (select from connections where location_id = i.tenant_id and status = 'active')`,
} as const

export type AccountState = keyof typeof STATES

export type CompanyHealth = ReturnType<typeof createCompanyHealth>

/** Health figures of a company's accounts. */
export const createCompanyHealth = ({ db }: { db: Database }) => ({
  /** The figures of the given accounts that belong to the company, by id. */
  async read(
    companyId: string,
    locationIds: readonly string[],
    on: Queryable = db.kysely,
  ): Promise<Map<string, AccountHealth>> {
    const rows = await query<AccountHealth>(on, READ, [companyId, locationIds])
    return new Map(rows.map((row) => [row.locationId, row]))
  },

  /** Ids of the company's accounts that are in a state. */
  async inState(companyId: string, state: AccountState, on: Queryable = db.kysely): Promise<Set<string>> {
    const text = `select i.tenant_id as id from installations i
      where i.company_id = $1 and i.kind = 'location' and (${STATES[state]})`
    const rows = await query<{ id: string }>(on, text, [companyId])
    return new Set(rows.map(({ id }) => id))
  },
})
