// The queue's single job per mailbox, as SQL. A mailbox's state and its job change in one transaction.

import type { Lane } from './schema.ts'

export const DRAIN_TASK = 'drain'

/** `isFirst`: the mailbox has not just had a turn. */
export type DrainJob = { locationId: string; lane: Lane; isFirst?: boolean }

/** Lower numbers run first: lifecycle before live before bulk, and mailboxes that have just had a turn after those that have not. */
const PRIORITY = { lifecycle: -20, live: 0, bulk: 20, again: 5 } as const

const priorityOf = (lane: string): string =>
  `case ${lane} when 'lifecycle' then ${PRIORITY.lifecycle} when 'bulk' then ${PRIORITY.bulk} else ${PRIORITY.live} end`

const keyOf = (box: string): string => `'drain:' || ${box}.lane || ':' || ${box}.location_id`

/** Whether row `job` of the queue is that of row `box`; true for a mailbox by its primary key. */
export const jobOf = (box: string, job: string): string =>
  `${box}.lane = split_part(${job}.key, ':', 2)
    and ${box}.location_id = substr(${job}.key, length('drain::') + 1 + length(split_part(${job}.key, ':', 2)))`

/**
 * A call that adds the jobs of all rows of `from` (a FROM item with location_id, lane, run_at and again), or moves those
 * that wait already. One call, so one notification. Adds nothing, and notifies nobody, when there are no rows.
 */
export const addDrainJobs = (from: string): string => `
  select added.id from (
    select array_agg((
      '${DRAIN_TASK}', json_build_object('locationId', box.location_id, 'lane', box.lane,
        'isFirst', not box.again), null, box.run_at, 25,
      ${keyOf('box')},
      ${priorityOf('box.lane')} + case when box.again then ${PRIORITY.again} else 0 end, null
    )::graphile_worker.job_spec) as specs
    from ${from} as box having count(*) > 0
  ) as listed, lateral graphile_worker.add_jobs(listed.specs) as added`
