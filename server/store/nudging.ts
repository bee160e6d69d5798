// A safety net for mailbox jobs: restores lost ones, keeps busy mailboxes from starving, and retries failed drains sooner than
// the queue's growing pauses would.

import type { Database } from './db.ts'
import { addDrainJobs, DRAIN_TASK, jobOf } from './drain-jobs.ts'

/**
 * Late and failed jobs are found in the queue, which is as long as there is work. A mailbox that has lost its job can only be found
 * among all mailboxes: each call checks this many of them.
 */
const PIECE = 1_000

type Row = { jobs: number; lastLocation: string | null; lastLane: string | null; looked: number }

const nudgeStatement = (piece: number): string => `
with piece as materialized (
  select location_id, lane, state, wake_at, updated_at, drain_node from mailboxes
  where (location_id, lane) > ($3, $4) order by location_id, lane limit ${piece}
), late as (
  select m.location_id, m.lane, m.state, m.wake_at, m.updated_at, m.drain_node
  from graphile_worker.jobs j join mailboxes m on ${jobOf('m', 'j')}
  where j.task_identifier = '${DRAIN_TASK}' and (j.run_at < $1 or j.attempts > 0)
), owed as (
  select location_id, lane, updated_at as run_at, false as again from (table piece union table late) as looked
  where state = 'queued' and updated_at < $1
    or state in ('sleeping', 'throttled', 'paused') and wake_at < $1
    or state = 'draining' and updated_at < $1
      and (drain_node = $2 or not exists (select from nodes where id = drain_node))
  order by updated_at limit 1000
), job as (${addDrainJobs('(table owed)')})
select (select count(*)::int from job) as jobs, last.location_id as "lastLocation", last.lane as "lastLane",
  (select count(*)::int from piece) as looked
from (values (1)) as one left join (
  select location_id, lane from piece order by location_id desc, lane desc limit 1) as last on true`

/**
 * Gives a job to mailboxes that have been queued, or should have woken, since before `before`, at the front of their lane, and to
 * those whose drain on node `self` failed; a drain still at work tolerates the second job. Returns how many. Each call continues
 * through the mailboxes where the last one stopped.
 */
export const createNudge = ({ db, piece = PIECE }: { db: Pick<Database, 'pool'>; piece?: number }) => {
  const statement = { name: `mailboxes.nudge.${piece}`, text: nudgeStatement(piece) }
  let after = { locationId: '', lane: '' }
  return async (before: Date, self: string): Promise<number> => {
    const { rows } = await db.pool.query<Row>({
      ...statement,
      values: [before, self, after.locationId, after.lane],
    })
    const { jobs, lastLocation, lastLane, looked } = rows[0]!
    after = looked < piece ? { locationId: '', lane: '' } : { locationId: lastLocation!, lane: lastLane! }
    return jobs
  }
}
