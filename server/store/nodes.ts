// The processes working on this database. A node is alive while its session holds its advisory lock, so no clocks are
// compared and no heartbeats can be missed.

import { sql } from 'kysely'
import type { Database, Tx } from './db.ts'

export type Node = { id: string; role: string; host: string; pid: number; startedAt: Date }

/** Lock keys live in one space with every other advisory lock of the database; a node's has the high bits of ours. */
const LOCK_SPACE = 0x52_4b
/** The advisory lock key of a node. */
export const lockKeyOf = (nodeId: string): number =>
  LOCK_SPACE * 2 ** 32 + Number.parseInt(nodeId.replaceAll('-', '').slice(-8), 16)

export type Nodes = ReturnType<typeof createNodes>

/** The known nodes, and takeover of what dead ones left. */
export const createNodes = ({ db }: { db: Database }) => ({
  /** The session must hold `lockKeyOf(id)` already: a row without a lock is a node that died. */
  async register(node: Node & { workerIds: string[] }): Promise<void> {
    const { id, role, host, pid, workerIds, startedAt } = node
    await db.kysely
      .insertInto('nodes')
      .values({ id, lock_key: lockKeyOf(id), role, host, pid, worker_ids: workerIds, started_at: startedAt })
      .execute()
  },

  /** The names under which the node's workers lock jobs. */
  async named(id: string, workerIds: string[]): Promise<void> {
    await db.kysely.updateTable('nodes').set({ worker_ids: workerIds }).where('id', '=', id).execute()
  },

  async remove(id: string): Promise<void> {
    await db.kysely.deleteFrom('nodes').where('id', '=', id).execute()
  },

  /** False once another node considers this one dead. */
  async isKnown(id: string): Promise<boolean> {
    return (await db.kysely.selectFrom('nodes').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  },

  list: (): Promise<Node[]> =>
    db.kysely
      .selectFrom('nodes')
      .select(['id', 'role', 'host', 'pid', 'started_at as startedAt'])
      .orderBy('started_at')
      .execute(),

  /**
   * Finds nodes that died, one at a time: unlocks the jobs their workers had, calls `orphaned` in the same transaction
   * and removes them. Several nodes may sweep at once; each dead node is handled by one. Answers the ids.
   */
  async sweep({
    self,
    orphaned,
  }: {
    self: string
    orphaned(nodeId: string, tx: Tx): Promise<void>
  }): Promise<string[]> {
    // Nodes whose lock is free; checked in one query, because there are almost never any.
    const { rows: silent } = await sql<{ id: string; lock_key: number; worker_ids: string[] }>`
      select id, lock_key, worker_ids from nodes where id <> ${self} and pg_try_advisory_xact_lock(lock_key)`.execute(
      db.kysely,
    )
    const dead: string[] = []
    for (const { id, lock_key, worker_ids } of silent) {
      const wasDead = await db.transaction(async (tx) => {
        const { rows } = await sql<{
          got: boolean
        }>`select pg_try_advisory_xact_lock(${lock_key}::bigint) as got`.execute(tx)
        if (!rows[0]!.got) return false
        const { numDeletedRows } = await tx.deleteFrom('nodes').where('id', '=', id).executeTakeFirst()
        // Another sweep was faster.
        if (numDeletedRows === 0n) return false
        await sql`select graphile_worker.force_unlock_workers(${worker_ids}::text[])`.execute(tx)
        await orphaned(id, tx)
        return true
      })
      if (wasDead) dead.push(id)
    }
    return dead
  },
})
