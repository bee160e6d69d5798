// Wakes runs that wait: when their time has come, or when the event has arrived that they wait for. A woken run goes on as
// an event of its own in the lane and behind the earlier events of its record, so that order, pauses and retries are the
// same as for everything else. Woken twice it is the same event.

import type { Accept } from '../relay/accept.ts'
import type { WorkerTask } from '../relay/worker.ts'
import type { StoredEvent } from '../store/events.ts'
import type { StepResults } from '../store/runs.ts'
import type { WaitingRun, WaitingRuns } from '../store/waiting-runs.ts'
import { holds } from './conditions.ts'
import type { Condition } from './document.ts'
import type { DelayOutput } from './wait.ts'
import { outputsOf } from './walk.ts'

/** Type of the event (source `app`) with which a run goes on. */
export const RUN_CONTINUED = 'run.continued'
const WAKE_TASK = 'wake_runs'

/** What such an event carries: all that the run needs, since the first event may not be kept any more. */
export type Continuation = {
  /** The run that waited, or that is repeated from one of its steps. */
  runId: string
  workflowId: string
  workflowVersion: number
  event: StoredEvent
  steps: StepResults
}

/** The event that a run is about, under the id and in the place of the event with which it goes on. */
export const subjectOf = (event: StoredEvent): StoredEvent => {
  if (event.source !== 'app' || event.type !== RUN_CONTINUED) return event
  const { event: first } = event.payload.data as Continuation
  const { id, locationId, receivedOn, receivedAt, seq } = event
  return { ...first, id, locationId, receivedOn, receivedAt, seq }
}

const BATCH = 200

type Deps = {
  waiting: Pick<WaitingRuns, 'due' | 'awaiting' | 'resumed'>
  accept: Accept['accept']
  /** Ids of the catalog triggers that the event sets off and something of the location waits for. */
  awaitedBy(event: StoredEvent): Promise<string[]>
  now: () => Date
}

/** The event with which a run goes on; the same `id` gives the same event. */
export const continuationOf = (
  locationId: string,
  id: string,
  { continuation, at }: { continuation: Continuation; at: Date },
): Parameters<Accept['accept']>[0] => {
  const { lane, recordKey, hops } = continuation.event
  return {
    locationId,
    lane,
    source: 'app',
    type: RUN_CONTINUED,
    recordKey,
    sourceEventId: `${RUN_CONTINUED}:${id}`,
    hops,
    payload: { type: RUN_CONTINUED, timestamp: at.toISOString(), data: continuation },
  }
}

export type Waker = ReturnType<typeof createWaker>

export const createWaker = ({ waiting, accept, awaitedBy, now }: Deps) => {
  // Accepted first: a crash in between repeats it, which stores nothing new.
  const wake = async (run: WaitingRun, output: DelayOutput): Promise<void> => {
    const { locationId, runId, receivedOn, workflowId, workflowVersion, event, key } = run
    const steps: StepResults = { ...run.steps, [key]: { ...run.steps[key], output } }
    const continuation: Continuation = { runId, workflowId, workflowVersion, event, steps }
    await accept(continuationOf(locationId, runId, { continuation, at: now() }))
    await waiting.resumed(locationId, { runId, receivedOn, key, output, at: now() })
  }

  const wakeDue = async (signal?: AbortSignal): Promise<number> => {
    let woken = 0
    const failures: unknown[] = []
    while (!signal?.aborted) {
      const due = await waiting.due(now(), BATCH)
      for (const run of due) {
        const output: DelayOutput = { outcome: run.awaits ? 'timed-out' : 'elapsed' }
        await wake(run, output).then(
          () => woken++,
          (error) => failures.push(error),
        )
      }
      // Those that failed are due still: to look again at once would be to find them again.
      if (due.length < BATCH || failures.length > 0) break
    }
    if (failures.length > 0) throw failures[0]
    return woken
  }

  const task: WorkerTask = {
    name: WAKE_TASK,
    cron: '* * * * *',
    handler: async (_payload, { signal, log }) => {
      const woken = await wakeDue(signal)
      if (woken > 0) log.info({ runs: woken }, 'runs go on after their delay')
    },
  }

  return {
    /** Wakes all whose time has come; answers how many. One that fails holds up no other: the first failure is thrown at the end. */
    wakeDue,

    /** Wakes those that wait for this event. Events that came before a run began to wait are not looked at. */
    async arrived(event: StoredEvent): Promise<void> {
      const triggers = await awaitedBy(event)
      if (triggers.length === 0) return
      for (const run of await waiting.awaiting(event.locationId, triggers)) {
        const filter = run.awaits?.filter as Condition | null
        const known = {
          trigger: event.payload,
          steps: outputsOf(run.steps),
          options: {},
          account: { id: event.locationId },
        }
        if (filter && !holds(filter, known)) continue
        await wake(run, { outcome: 'arrived', event: event.payload })
      }
    },

    /** For the worker. */
    task,
  }
}
