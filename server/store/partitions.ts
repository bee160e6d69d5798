// Daily partitions of the tables that only grow. Made ahead, dropped whole; no row of them is ever deleted singly.

import { sql } from 'kysely'
import type { Database } from './db.ts'

const PARTITIONED = ['events', 'runs', 'attempts', 'effects'] as const

/** Made so far ahead, in case nobody comes to make more for some days. */
export const PARTITION_DAYS_AHEAD = 7

const DAY_MS = 86_400_000

/** `2026-01-31`, in UTC, which is also the day that partitions are cut by. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const addDays = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS))

/** Makes the partitions of `days` days from `from` on; those that exist are left alone. Safe on several nodes at once. */
export const ensurePartitions = async (db: Database, { from, days }: { from: Date; days: number }): Promise<void> => {
  await db.transaction(async (tx) => {
    // "if not exists" still races between two nodes; the lock makes the second wait.
    await sql`select pg_advisory_xact_lock(hashtext('rankr-connect partitions'))`.execute(tx)
    for (let i = 0; i < days; i++) {
      const day = addDays(dayOf(from), i)
      for (const table of PARTITIONED) {
        await sql`create table if not exists ${sql.table(`${table}_${day.replaceAll('-', '')}`)} partition of ${sql.table(table)}
          for values from (${sql.lit(day)}) to (${sql.lit(addDays(day, 1))})`.execute(tx)
      }
    }
  })
}

/** Days that have partitions, oldest first. */
export const partitionDays = async (db: Database): Promise<string[]> => {
  const { rows } = await sql<{ day: string }>`
    select right(c.relname, 8) as day from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass order by 1`.execute(db.kysely)
  return rows.map(({ day }) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)
}

/**
 * Drops the partitions of days before `day`, after what mailboxes still mean to do with their events: a mailbox would go on
 * looking for them. Returns the days dropped.
 */
const dropPartitionsBefore = async (db: Database, day: string): Promise<string[]> => {
  const old = (await partitionDays(db)).filter((candidate) => candidate < day)
  await db.pool.query('delete from parked_events where received_on < $1', [day])
  for (const gone of old) {
    for (const table of PARTITIONED) {
      await sql`drop table if exists ${sql.table(`${table}_${gone.replaceAll('-', '')}`)}`.execute(db.kysely)
    }
  }
  return old
}

/** Makes the partitions of the days to come and drops those of days longer ago than `keepDays`. Returns the days dropped. */
export const keepPartitions = async (
  db: Database,
  { now, keepDays }: { now: Date; keepDays: number },
): Promise<string[]> => {
  await ensurePartitions(db, { from: now, days: PARTITION_DAYS_AHEAD })
  return await dropPartitionsBefore(db, addDays(dayOf(now), -keepDays))
}
