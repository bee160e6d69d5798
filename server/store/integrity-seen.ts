// Records seen by a running check on either side, stored so that neither an account's size nor a crash matters.

import { sql } from 'kysely'
import type { Database, Tx } from './db.ts'
import type { IntegrityKind } from './integrity-checks.ts'
import { toJson } from './json.ts'
import type { LinkKind } from './links.ts'

export type SeenSide = 'rankr' | 'crm'
export type SeenRecord = {
  kind: IntegrityKind
  side: SeenSide
  id: string
  marker?: string | null
  record?: Record<string, unknown> | null
}

type Of = { locationId: string; checkId: string }

/** A record of the CRM that has the marker of another one, to which a Rankr record is linked. */
export type Duplicate = { crmId: string; keptId: string; rankrId: string; marker: string }
/** Records of Rankr that are linked to one record of the CRM. */
export type Shared = { crmId: string; rankrIds: string[] }

const MOST_GROUPS = 1_000

export type IntegritySeen = ReturnType<typeof createIntegritySeen>

/** The records a check has seen. */
export const createIntegritySeen = ({ db }: { db: Database }) => ({
  /** Seen again, it is as it was seen last. */
  async add({ locationId, checkId }: Of, records: SeenRecord[], tx: Tx): Promise<void> {
    if (records.length === 0) return
    const rows = new Map(records.map((row) => [`${row.kind} ${row.side} ${row.id}`, row]))
    await sql`insert into integrity_seen (location_id, check_id, kind, side, id, marker, record)
      select ${locationId}, ${checkId}::uuid, r.kind, r.side, r.id, r.marker, r.record
      from json_to_recordset(${toJson([...rows.values()])}::json) as r (kind text, side text, id text, marker text, record jsonb)
      on conflict (location_id, check_id, kind, side, id) do update set marker = excluded.marker, record = excluded.record`.execute(
      tx,
    )
  },

  /** Of those ids, what the CRM holds; ids that it does not have are not in it. */
  async crmRecords(
    { locationId, checkId }: Of,
    kind: IntegrityKind,
    ids: string[],
  ): Promise<Map<string, Record<string, unknown>>> {
    const { rows } = await db.pool.query<{ id: string; record: Record<string, unknown> | null }>(
      `select id, record from integrity_seen
       where location_id = $1 and check_id = $2 and kind = $3 and side = 'crm' and id = any($4::text[])`,
      [locationId, checkId, kind, ids],
    )
    return new Map(rows.map(({ id, record }) => [id, record ?? {}]))
  },

  /** Those of the ids that Rankr has. */
  async rankrIds({ locationId, checkId }: Of, kind: IntegrityKind, ids: string[]): Promise<Set<string>> {
    const { rows } = await db.pool.query<{ id: string }>(
      `select distinct id from integrity_seen
       where location_id = $1 and check_id = $2 and kind = $3 and side = 'rankr' and id = any($4::text[])`,
      [locationId, checkId, kind, ids],
    )
    return new Set(rows.map(({ id }) => id))
  },

  /** Of each marker the linked record stands; those without a link beside it are too many. */
  async duplicates({ locationId, checkId }: Of, kind: IntegrityKind, linkKind: LinkKind): Promise<Duplicate[]> {
    const { rows } = await db.pool.query<Duplicate>(
      `select extra.id as "crmId", kept.id as "keptId", kept.rankr_id as "rankrId", kept.marker
       from (
         select distinct on (s.marker) s.marker, s.id, l.rankr_id from integrity_seen s
         join links l on l.location_id = s.location_id and l.kind = $5 and l.crm_id = s.id and l.state = 'linked'
         where s.location_id = $1 and s.check_id = $2 and s.kind = $3 and s.side = 'crm' and s.marker is not null
         order by s.marker, l.data ? 'mergedInto', l.rankr_id
       ) kept
       join integrity_seen extra on extra.location_id = $1 and extra.check_id = $2 and extra.kind = $3
         and extra.side = 'crm' and extra.marker = kept.marker and extra.id <> kept.id
       where not exists (
         select from links l where l.location_id = $1 and l.kind = $5 and l.crm_id = extra.id and l.state = 'linked')
       order by kept.marker, extra.id limit $4`,
      [locationId, checkId, kind, MOST_GROUPS, linkKind],
    )
    return rows
  },

  async shared({ locationId, checkId }: Of, kind: IntegrityKind): Promise<Shared[]> {
    const { rows } = await db.pool.query<Shared>(
      `select l.crm_id as "crmId", array_agg(l.rankr_id order by l.rankr_id) as "rankrIds" from links l
       join integrity_seen s on s.location_id = l.location_id and s.check_id = $2 and s.kind = l.kind and s.side = 'rankr'
         and s.id = l.rankr_id
       where l.location_id = $1 and l.kind = $3 and l.state = 'linked' and l.crm_id is not null
         and not l.data ? 'mergedInto'
       group by l.crm_id having count(*) > 1 order by l.crm_id limit $4`,
      [locationId, checkId, kind, MOST_GROUPS],
    )
    return rows
  },
})
