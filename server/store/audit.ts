// The audit log of every change of data, settings, credentials and access: one hash chain per tenant, so that an
// altered, removed or inserted row is detected.

import { sql } from 'kysely'
import { type ChainedEntry, canonical, chainHash } from './audit-chain.ts'
import type { Database, Queryable } from './db.ts'
import { toJson, wellFormed } from './json.ts'
import type { ActorType } from './schema.ts'

export type AuditEntry = {
  /** When it happened; now when absent. */
  at?: Date
  actor: { type: ActorType; id?: string; name?: string }
  /** Dotted: `contact.updated`. */
  action: string
  subject: { type: string; id?: string }
  /** Safe to show; no secrets. */
  details?: Record<string, unknown>
  eventId?: string
  requestId?: string
}

export type AuditRow = ChainedEntry & { seq: number }

export type AuditFilter = {
  action?: string
  subjectType?: string
  subjectId?: string
  actorId?: string
  actorType?: ActorType
  /** Part of the action, the record's id or the actor's name; case does not matter. */
  text?: string
  /** From this time (inclusive) until that time (exclusive). */
  from?: Date
  until?: Date
  /** Of records that were written with a version of a field mapping. */
  mapping?: { templateId: string; version: number }
  /** Only entries below this number; for the next page. */
  before?: number
  limit?: number
}

const PAGE = 50
const VERIFY_PAGE = 1_000
const GENESIS = Buffer.alloc(0)

/** The entry as append_audit takes it. */
export const toAppendable = (locationId: string, entry: AuditEntry, at: Date): string => {
  // Cleaned, and reduced to what JSON preserves, so that the canonical text matches what the database returns.
  const { actor, subject, details } = entry
  const text = (value: string | undefined): string | null => (value === undefined ? null : wellFormed(value))
  const chained: ChainedEntry = {
    locationId,
    at: entry.at ?? at,
    actorType: actor.type,
    actorId: text(actor.id),
    actorName: text(actor.name),
    action: wellFormed(entry.action),
    subjectType: wellFormed(subject.type),
    subjectId: text(subject.id),
    details: details ? JSON.parse(toJson(details)) : {},
    eventId: text(entry.eventId),
    requestId: text(entry.requestId),
  }
  return JSON.stringify({
    location_id: locationId,
    at: chained.at,
    actor_type: chained.actorType,
    actor_id: chained.actorId,
    actor_name: chained.actorName,
    action: chained.action,
    subject_type: chained.subjectType,
    subject_id: chained.subjectId,
    details: chained.details,
    event_id: chained.eventId,
    request_id: chained.requestId,
    canonical: canonical(chained),
  })
}

const COLUMNS = [
  'location_id as locationId',
  'seq',
  'at',
  'actor_type as actorType',
  'actor_id as actorId',
  'actor_name as actorName',
  'action',
  'subject_type as subjectType',
  'subject_id as subjectId',
  'details',
  'event_id as eventId',
  'request_id as requestId',
] as const

export type Audit = ReturnType<typeof createAudit>

/** The audit log. `record` appends to a tenant's chain. */
export const createAudit = ({ db, now }: { db: Database; now: () => Date }) => ({
  /**
   * Appends to the tenant's chain, in the transaction of the change if given. Locks the chain until that transaction ends, so
   * record last, and record the tenants of one transaction in sorted order.
   */
  async record(locationId: string, entry: AuditEntry | AuditEntry[], on: Queryable = db.kysely): Promise<void> {
    const at = now()
    const entries = Array.isArray(entry) ? entry : [entry]
    const body = `[${entries.map((one) => toAppendable(locationId, one, at)).join(',')}]`
    await sql`select append_audit(${body}::jsonb)`.execute(on)
  },

  /** Newest first. */
  list: (locationId: string, filter: AuditFilter = {}): Promise<AuditRow[]> => {
    const {
      action,
      subjectType,
      subjectId,
      actorId,
      actorType,
      text,
      from,
      until,
      mapping,
      before,
      limit = PAGE,
    } = filter
    const pattern = `%${(text ?? '').replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    return db.kysely
      .selectFrom('audit')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .$if(action !== undefined, (query) => query.where('action', '=', action!))
      .$if(subjectType !== undefined, (query) => query.where('subject_type', '=', subjectType!))
      .$if(subjectId !== undefined, (query) => query.where('subject_id', '=', subjectId!))
      .$if(actorId !== undefined, (query) => query.where('actor_id', '=', actorId!))
      .$if(actorType !== undefined, (query) => query.where('actor_type', '=', actorType!))
      .$if(from !== undefined, (query) => query.where('at', '>=', from!))
      .$if(until !== undefined, (query) => query.where('at', '<', until!))
      .$if(text !== undefined, (query) =>
        query.where((by) =>
          by.or(
            ['action' as const, 'subject_id' as const, 'actor_name' as const].map((name) => by(name, 'ilike', pattern)),
          ),
        ),
      )
      .$if(mapping !== undefined, (query) =>
        query.where(
          sql<boolean>`details ? 'mappingVersion' and details->>'mapping' = ${mapping!.templateId}
            and details->>'mappingVersion' = ${String(mapping!.version)}`,
        ),
      )
      .$if(before !== undefined, (query) => query.where('seq', '<', before!))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
  },

  /** Every entry, oldest first, for an export. */
  async *export(locationId: string): AsyncGenerator<AuditRow> {
    for await (const { hash: _hash, previousHash: _previous, ...row } of walk(db, locationId)) yield row
  },

  /** Recomputes the whole chain. `brokenAt`: the first number that is missing or does not match. */
  async verify(locationId: string): Promise<{ ok: true; entries: number } | { ok: false; brokenAt: number }> {
    let previous: Buffer = GENESIS
    let seq = 0
    for await (const row of walk(db, locationId)) {
      seq++
      const fits =
        row.seq === seq &&
        row.previousHash.equals(previous) &&
        row.hash.equals(chainHash(previous, seq, canonical(row)))
      if (!fits) return { ok: false, brokenAt: seq }
      previous = row.hash
    }
    const head = await db.kysely
      .selectFrom('audit_heads')
      .select(['seq', 'hash'])
      .where('location_id', '=', locationId)
      .executeTakeFirst()
    const endsThere = head ? head.seq === seq && head.hash.equals(previous) : seq === 0
    return endsThere ? { ok: true, entries: seq } : { ok: false, brokenAt: seq + 1 }
  },

  /** Every tenant that has a chain. */
  async tenants(): Promise<string[]> {
    const rows = await db.kysely.selectFrom('audit_heads').select('location_id').orderBy('location_id').execute()
    return rows.map(({ location_id }) => location_id)
  },
})

async function* walk(
  db: Database,
  locationId: string,
): AsyncGenerator<AuditRow & { hash: Buffer; previousHash: Buffer }> {
  for (let after = 0; ; ) {
    const rows = await db.kysely
      .selectFrom('audit')
      .select([...COLUMNS, 'hash', 'previous_hash as previousHash'])
      .where('location_id', '=', locationId)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(VERIFY_PAGE)
      .execute()
    yield* rows
    if (rows.length < VERIFY_PAGE) return
    after = rows.at(-1)!.seq
  }
}
