// Recurring tasks (cron, UTC) in the queue's format, and catching up on times missed while no node was running.

import { type ParsedCronItem, parseCronItems } from 'graphile-worker'
import type { WorkerTask } from './worker.ts'

const MINUTE_MS = 60_000
/** A time that was missed longer ago is not made up for. */
const LOOK_BACK_MINUTES = 24 * 60
/** The queue looks later than we do, and hourly is the most frequent that is made up for. */
const SLACK_MS = 30_000

const dueAt = ({ match }: ParsedCronItem, at: Date): boolean =>
  match({
    min: at.getUTCMinutes(),
    hour: at.getUTCHours(),
    date: at.getUTCDate(),
    month: at.getUTCMonth() + 1,
    dow: at.getUTCDay(),
  })

/** Back to the last time that the item was due, and to none before: the queue would begin with each, one beside the other. */
const backToLast = (item: ParsedCronItem, at: Date): number => {
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS
  for (let back = 0; back < LOOK_BACK_MINUTES; back++) {
    const moment = new Date(minute - back * MINUTE_MS)
    if (dueAt(item, moment)) return at.getTime() - moment.getTime() + SLACK_MS
  }
  return 0
}

/** A fixed minute: hourly or more rarely. What comes round more often soon comes round anyway. */
const isRare = (cron: string): boolean => /^\d+ /.test(cron)

/** The tasks that come round, for a queue that starts at `at`: a missed one is made up for once, if its last time is not long ago. */
export const roundsOf = (tasks: readonly WorkerTask[], at: Date): ParsedCronItem[] =>
  tasks.flatMap(({ name, cron }) => {
    if (!cron) return []
    const options = { jobKey: `cron:${name}`, maxAttempts: 3, backfillPeriod: 0 }
    const [item] = parseCronItems([{ task: name, match: cron, options }])
    if (item && isRare(cron)) item.options.backfillPeriod = backToLast(item, at)
    return item ? [item] : []
  })

/** When the job was due, if that was missed. */
export const missedAt = (payload: unknown): string | undefined => {
  const { _cron } = (payload ?? {}) as { _cron?: { ts: string; backfilled?: boolean } }
  return _cron?.backfilled ? _cron.ts : undefined
}
