// Findings of checks: candidates while a check runs, open once both records were read again, then settled.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import type { IntegrityKind } from './integrity-checks.ts'
import { toJson } from './json.ts'

export type FindingType = 'missing' | 'different' | 'orphan' | 'duplicate' | 'shared' | 'refused'

/**
 * `write`: sync Rankr's record again; `tell`: send the CRM's record to Rankr; `delete`: as if Rankr had reported the deletion;
 * `forget`: delete the link; `remove`: delete the CRM record.
 */
export type FindingRepair = 'write' | 'tell' | 'delete' | 'forget' | 'remove'

/** `open`: not handled yet; `sent`: the repair is running or done; `settled`: the records no longer differ. */
export type FindingState = 'candidate' | 'open' | 'sent' | 'settled' | 'accepted'

/** One field's values on both sides, masked if sensitive. */
export type FindingField = { field: string; rankr: unknown; crm: unknown }

export type NewFinding = {
  id: string
  kind: IntegrityKind
  type: FindingType
  rankrId: string | null
  crmId: string | null
  label: string | null
  fields: FindingField[]
  repair: FindingRepair | null
  code: string | null
  fingerprint: Buffer
}

export type Finding = Omit<NewFinding, 'fingerprint'> & {
  /** Its place in lists. */
  n: number
  checkId: string
  state: FindingState
  eventId: string | null
  settledBy: string | null
  settledAt: Date | null
}

export type FindingFilter = {
  kind?: IntegrityKind | undefined
  type?: FindingType | undefined
  state?: FindingState | undefined
}

export type Confirmed = NewFinding | 'same' | undefined

type Of = { locationId: string; checkId: string }

const COLUMNS = [
  'n',
  'id',
  'check_id as checkId',
  'kind',
  'type',
  'rankr_id as rankrId',
  'crm_id as crmId',
  'label',
  'fields',
  'repair',
  'code',
  'state',
  'event_id as eventId',
  'settled_by as settledBy',
  'settled_at as settledAt',
] as const

const asFindings = (rows: object[]): Finding[] => rows as Finding[]

const SHOWN: FindingState[] = ['open', 'sent', 'settled', 'accepted']

export type IntegrityFindings = ReturnType<typeof createIntegrityFindings>

/** The findings of a location's checks. */
export const createIntegrityFindings = ({ db }: { db: Database }) => {
  const of = ({ locationId, checkId }: Of, on: Queryable = db.kysely) =>
    on.selectFrom('integrity_findings').where('location_id', '=', locationId).where('check_id', '=', checkId)

  const filtered = (which: Of, { kind, type, state }: FindingFilter) =>
    of(which)
      .where('state', 'in', state ? [state] : SHOWN)
      .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
      .$if(type !== undefined, (query) => query.where('type', '=', type!))

  return {
    /** Replaces the candidates of these records. */
    async replace(
      { locationId, checkId }: Of,
      { kind, rankrIds, findings }: { kind: IntegrityKind; rankrIds: string[]; findings: NewFinding[] },
      tx: Tx,
    ): Promise<void> {
      if (rankrIds.length > 0) {
        await tx
          .deleteFrom('integrity_findings')
          .where('location_id', '=', locationId)
          .where('check_id', '=', checkId)
          .where('kind', '=', kind)
          .where('rankr_id', 'in', rankrIds)
          .where('state', '=', 'candidate')
          .where('type', '!=', 'duplicate')
          .execute()
      }
      if (findings.length === 0) return
      const rows = findings.map(({ fingerprint, rankrId, crmId, ...rest }) => ({
        ...rest,
        rankr_id: rankrId,
        crm_id: crmId,
        fingerprint: fingerprint.toString('hex'),
      }))
      await sql`insert into integrity_findings (location_id, check_id, id, kind, type, rankr_id, crm_id, label, fields,
          repair, code, fingerprint, state)
        select ${locationId}, ${checkId}::uuid, f.id, f.kind, f.type, f.rankr_id, f.crm_id, f.label, f.fields, f.repair,
          f.code, decode(f.fingerprint, 'hex'), 'candidate'
        from json_to_recordset(${toJson(rows)}::json) as f (id uuid, kind text, type text, rankr_id text, crm_id text,
          label text, fields jsonb, repair text, code text, fingerprint text)
        on conflict (location_id, id) do nothing`.execute(tx)
    },

    async candidates(which: Of, limit: number): Promise<Finding[]> {
      return asFindings(
        await of(which).select(COLUMNS).where('state', '=', 'candidate').orderBy('n').limit(limit).execute(),
      )
    },

    /**
     * Updates candidates after reading the records again: the current finding, `same` when nothing had to be read, undefined when
     * there is no difference.
     */
    async confirm({ locationId }: Of, results: { id: string; found: Confirmed }[], tx: Tx): Promise<void> {
      const gone = results.filter(({ found }) => found === undefined).map(({ id }) => id)
      if (gone.length > 0) {
        await tx
          .deleteFrom('integrity_findings')
          .where('location_id', '=', locationId)
          .where('id', 'in', gone)
          .where('state', '=', 'candidate')
          .execute()
      }
      for (const { id, found } of results) {
        if (found === undefined || found === 'same') continue
        const { type, crmId: crm_id, label, repair, code, fingerprint } = found
        await tx
          .updateTable('integrity_findings')
          .where('location_id', '=', locationId)
          .where('id', '=', id)
          .where('state', '=', 'candidate')
          .set({ type, crm_id, label, repair, code, fingerprint, fields: toJson(found.fields) })
          .execute()
      }
      const kept = results.filter(({ found }) => found !== undefined).map(({ id }) => id)
      await sql`update integrity_findings f set state = case when exists (
          select from integrity_accepted a where a.location_id = f.location_id and a.fingerprint = f.fingerprint)
          then 'accepted' else 'open' end
        where location_id = ${locationId} and id = any(${kept}::uuid[]) and state = 'candidate'`.execute(tx)
    },

    async get(locationId: string, id: string): Promise<Finding | undefined> {
      const row = await db.kysely
        .selectFrom('integrity_findings')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .where('state', '!=', 'candidate')
        .executeTakeFirst()
      return row as Finding | undefined
    },

    /** In the order in which they were found; `after` is the place of the last one before. */
    async page(
      which: Of,
      { after, limit, ...filter }: FindingFilter & { after: number; limit: number },
    ): Promise<Finding[]> {
      return asFindings(
        await filtered(which, filter).select(COLUMNS).where('n', '>', after).orderBy('n').limit(limit).execute(),
      )
    },

    async count(which: Of, filter: FindingFilter): Promise<number> {
      const { count } = await filtered(which, filter)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** By type and state. */
    async kinds(which: Of): Promise<{ type: FindingType; state: FindingState; count: number }[]> {
      const rows = await of(which)
        .select(({ fn }) => ['type', 'state', fn.countAll<number>().as('count')])
        .groupBy(['type', 'state'])
        .execute()
      return rows as { type: FindingType; state: FindingState; count: number }[]
    },

    /** Open ones that can be repaired, after a place. */
    async repairable(which: Of, after: number, limit: number): Promise<Finding[]> {
      return asFindings(
        await of(which)
          .select(COLUMNS)
          .where('state', '=', 'open')
          .where('repair', 'is not', null)
          .where('n', '>', after)
          .orderBy('n')
          .limit(limit)
          .execute(),
      )
    },

    async countRepairable(which: Of): Promise<number> {
      const { count } = await of(which)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'open')
        .where('repair', 'is not', null)
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** False when it is not open any more. */
    async settle(
      locationId: string,
      id: string,
      {
        state,
        by,
        at,
        eventId = null,
        code = null,
      }: { state: 'sent' | 'settled'; by: string; at: Date; eventId?: string | null; code?: string | null },
      tx: Tx,
    ): Promise<boolean> {
      const { numUpdatedRows } = await tx
        .updateTable('integrity_findings')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .where('state', '=', 'open')
        .set({ state, event_id: eventId, code, settled_by: by, settled_at: at })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Ignores a finding in this and later checks; undefined when it is no longer open. */
    async accept(locationId: string, id: string, { by, at }: { by: string; at: Date }, tx: Tx): Promise<boolean> {
      const row = await tx
        .updateTable('integrity_findings')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .where('state', '=', 'open')
        .set({ state: 'accepted', settled_by: by, settled_at: at })
        .returning('fingerprint')
        .executeTakeFirst()
      if (!row) return false
      await tx
        .insertInto('integrity_accepted')
        .values({ location_id: locationId, fingerprint: row.fingerprint, accepted_by: by, accepted_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return true
    },
  }
}
