// Starts scheduled workflows: checks every minute which published schedules are due and accepts an event for each.
// Idempotent; after downtime each schedule starts once, not once per missed time.

import type { Accept } from '../relay/accept.ts'
import type { WorkerTask } from '../relay/worker.ts'
import type { ScheduledWorkflow, Schedules } from '../store/schedules.ts'
import { type Cadence, lastDue, onTheWall, readCadence, SCHEDULE_TRIGGER } from './cadence.ts'
import type { WorkflowDocument } from './document.ts'

const TYPE = 'schedule.due'
const MINUTE_MS = 60_000
/** Older due times are not made up for. */
const LOOK_BACK_MS = 24 * 3_600_000
const BATCH = 500

type Deps = {
  schedules: Schedules
  accept: Accept['accept']
  now: () => Date
}

type Own = { cadence: Cadence; zone: string }

const ownOf = ({ triggers, timeZone }: ScheduledWorkflow): Own[] =>
  (triggers as WorkflowDocument['triggers']).flatMap(({ trigger, settings = {} }): Own[] => {
    if (trigger !== SCHEDULE_TRIGGER) return []
    const read = readCadence(settings)
    // Published documents were checked; what a later version of this app no longer understands is not due.
    return 'cadence' in read ? [{ cadence: read.cadence, zone: String(settings.timeZone || timeZone || 'UTC') }] : []
  })

export type Scheduler = ReturnType<typeof createScheduler>

/** The worker's task that starts due schedules. */
export const createScheduler = ({ schedules, accept, now }: Deps) => {
  const tell = async (workflow: ScheduledWorkflow, at: Date): Promise<boolean> => {
    const { locationId, workflowId, name, version, mark } = workflow
    const isKnown = mark?.version === version
    const since = isKnown ? Math.max(mark.toldUntil.getTime(), at.getTime() - LOOK_BACK_MS) : at.getTime() - MINUTE_MS
    const due = ownOf(workflow)
      .map(({ cadence, zone }) => ({ at: lastDue(cadence, at, zone), zone }))
      .filter((one) => one.at.getTime() > since)
      .toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]
    if (due) {
      await accept({
        locationId,
        lane: 'live',
        source: 'app',
        type: TYPE,
        recordKey: `schedule:${workflowId}`,
        sourceEventId: `${TYPE}:${workflowId}:${due.at.toISOString()}`,
        occurredAt: due.at,
        hops: 0,
        payload: {
          type: TYPE,
          timestamp: due.at.toISOString(),
          data: { scheduleId: workflowId, name, dueAt: onTheWall(due.at, due.zone), timeZone: due.zone },
        },
      })
    }
    // Accepted first: a crash in between accepts the same event again, which stores nothing new.
    if (due || !isKnown)
      await schedules.mark(locationId, { workflowId, version, toldUntil: due?.at ?? new Date(since) })
    return due !== undefined
  }

  /** Accepts an event for each due schedule and returns how many. A failure does not stop the others; the first one is thrown at the end. */
  const tellDue = async (signal?: AbortSignal): Promise<number> => {
    await schedules.forgetOff()
    const at = now()
    let told = 0
    let last: ScheduledWorkflow | undefined
    const failures: unknown[] = []
    while (!signal?.aborted) {
      const batch = await schedules.list(last, BATCH)
      for (const workflow of batch) {
        const isTold = await tell(workflow, at).catch((error) => void failures.push(error))
        if (isTold) told += 1
      }
      last = batch.at(-1)
      if (batch.length < BATCH) break
    }
    if (failures.length > 0) throw failures[0]
    return told
  }

  const task: WorkerTask = {
    name: 'due_schedules',
    cron: '* * * * *',
    handler: async (_payload, { signal, log }) => {
      const told = await tellDue(signal)
      if (told > 0) log.info({ schedules: told }, 'schedules are due')
    },
  }

  return { tellDue, /** For the worker. */ task }
}
