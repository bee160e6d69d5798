// Daily partitions of the append-only tables: created ahead and dropped whole; rows are never deleted one by one.

import { sql } from 'kysely'
import type { Database, Tx } from './db.ts'

const PARTITIONED = ['events', 'runs', 'attempts', 'effects'] as const

/** How many days ahead partitions are created, in case no worker runs for some days. */
export const PARTITION_DAYS_AHEAD = 7

const DAY_MS = 86_400_000

/** `2026-01-31`, in UTC, which is also the day that partitions are cut by. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const addDays = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS))

const nameOf = (table: string, day: string): string => `${table}_${day.replaceAll('-', '')}`

/**
 * Dropping a partition locks its table exclusively. While it waits, e.g. behind a long backup, all other queries wait behind it.
 * So it gives up soon, and the caller tries again.
 */
const LOCK_TIMEOUT_MS = 500

/** One node at a time. */
const inHaste = <T>(db: Database, lockTimeoutMs: number, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('rankr-connect partitions'))`.execute(tx)
    await sql`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`.execute(tx)
    return await work(tx)
  })

/** Created and then attached, because "create table … partition of" would lock the table exclusively and wait behind a backup. */
const makePartition = async (tx: Tx, { table, day }: { table: string; day: string }): Promise<void> => {
  const [parent, partition] = [sql.table(table), sql.table(nameOf(table, day))]
  const [from, to] = [sql.lit(day), sql.lit(addDays(day, 1))]
  // It gets its indexes when it is attached.
  await sql`create table ${partition} (like ${parent} including all excluding indexes)`.execute(tx)
  await sql`alter table ${parent} attach partition ${partition} for values from (${from}) to (${to})`.execute(tx)
}

/** Makes the partitions of `days` days from `from` on; those that exist are left alone. Safe on several nodes at once. */
export const ensurePartitions = async (db: Database, { from, days }: { from: Date; days: number }): Promise<void> => {
  const wanted = Array.from({ length: days }, (_, i) => addDays(dayOf(from), i)).flatMap((day) =>
    PARTITIONED.map((table) => ({ table, day })),
  )
  await inHaste(db, LOCK_TIMEOUT_MS, async (tx) => {
    const names = wanted.map(({ table, day }) => nameOf(table, day))
    const { rows } = await sql<{ name: string }>`
      select name from unnest(${names}::text[]) as wanted (name) where to_regclass(name) is null`.execute(tx)
    const missing = new Set(rows.map(({ name }) => name))
    for (const one of wanted) if (missing.has(nameOf(one.table, one.day))) await makePartition(tx, one)
  })
}

/** Days that have partitions, oldest first. */
export const partitionDays = async (db: Database): Promise<string[]> => {
  const { rows } = await sql<{ day: string }>`
    select right(c.relname, 8) as day from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass order by 1`.execute(db.kysely)
  return rows.map(({ day }) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)
}

/** Removes parked events of days before `day`, so that later events of their records can continue. */
const dropParkedBefore = (db: Database, day: string) =>
  db.pool.query(
    `with gone as (delete from parked_events where received_on < $1 returning location_id, lane, record_key)
     update parked_events p set state = 'retry', next_at = now(), behind = null
     from (select distinct * from gone) of
     where p.location_id = of.location_id and p.lane = of.lane and p.record_key = of.record_key
       and (p.state = 'behind' or p.behind is not null) and p.received_on >= $1`,
    [day],
  )

/**
 * Drops the partitions of days before `day`, after what mailboxes still mean to do with their events: a mailbox would go on
 * looking for them. Returns the days dropped. Throws a lock timeout while somebody reads for long.
 */
const dropPartitionsBefore = async (db: Database, day: string, lockTimeoutMs: number): Promise<string[]> => {
  const old = (await partitionDays(db)).filter((candidate) => candidate < day)
  await dropParkedBefore(db, day)
  for (const gone of old) {
    // Events, which tell what is left to drop, come last.
    for (const table of PARTITIONED.toReversed()) {
      const partition = sql.table(nameOf(table, gone))
      await inHaste(db, lockTimeoutMs, (tx) => sql`drop table if exists ${partition}`.execute(tx))
    }
  }
  return old
}

type Keeping = { now: Date; keepDays: number; lockTimeoutMs?: number }

/**
 * Creates the partitions of the coming days and drops those older than `keepDays`. Returns the days dropped. Throws a lock timeout
 * during long reads; the rest is done next time.
 */
export const keepPartitions = async (
  db: Database,
  { now, keepDays, lockTimeoutMs = LOCK_TIMEOUT_MS }: Keeping,
): Promise<string[]> => {
  await ensurePartitions(db, { from: now, days: PARTITION_DAYS_AHEAD })
  return await dropPartitionsBefore(db, addDays(dayOf(now), -keepDays), lockTimeoutMs)
}
