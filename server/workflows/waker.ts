// Resumes waiting runs when their time has come or their event has arrived. A resumed run is an event of its own, in
// the lane and behind the earlier events of its record, so that order, pauses and retries apply as usual. Idempotent.

import type { Accept } from '../relay/accept.ts'
import type { WorkerTask } from '../relay/worker.ts'
import type { StoredEvent } from '../store/events.ts'
import type { StepResults } from '../store/runs.ts'
import type { WaitingRun, WaitingRuns } from '../store/waiting-runs.ts'
import { holds } from './conditions.ts'
import { type Continuation, continuationOf } from './continuation.ts'
import type { Condition } from './document.ts'
import type { DelayOutput } from './wait.ts'
import { outputsOf } from './walk.ts'

const WAKE_TASK = 'wake_runs'

const BATCH = 200

type Deps = {
  waiting: Pick<WaitingRuns, 'due' | 'awaiting' | 'resumed'>
  accept: Accept['accept']
  /** Ids of the catalog triggers that the event sets off and something of the location waits for. */
  awaitedBy(event: StoredEvent): Promise<string[]>
  now: () => Date
}

export type Waker = ReturnType<typeof createWaker>

/** Resumes waiting runs; `task` for the worker, `arrived` for each event. */
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
      // Failed ones are still due, and looking again at once would only find them again.
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
    /** Resumes all due runs and returns how many. A failure does not stop the others; the first one is thrown at the end. */
    wakeDue,

    /** Wakes those that wait for this event. Events that came before a run began to wait are not looked at. */
    async arrived(event: StoredEvent): Promise<void> {
      const triggers = await awaitedBy(event)
      if (triggers.length === 0) return
      for (const run of await waiting.awaiting(event.locationId, triggers)) {
        const filter = run.awaits?.filter as Condition | null
        if (!filter && run.event.recordKey !== event.recordKey) continue
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
