// One event with its runs and attempts, for the activity screen; and replaying it after a failure.

import { AppError } from '../errors.ts'
import type { ActivityStore } from '../store/activity.ts'
import type { Runs } from '../store/runs.ts'
import type { Relay } from './relay.ts'

type Deps = {
  activity: ActivityStore
  runs: Pick<Runs, 'ofEvent' | 'attempts'>
  workflows: { list(locationId: string): Promise<{ id: string; name: string }[]> }
  relay: Pick<Relay, 'replay'>
}

/** Reads single events of a location. */
export const createActivityReader = ({ activity, runs, workflows, relay }: Deps) => ({
  list: activity.list,
  openFailures: activity.openFailures,

  /** The event with its runs and their attempts; undefined when the location has no such event. */
  async detail(locationId: string, eventId: string) {
    const found = await activity.find(locationId, eventId)
    if (!found) return undefined
    const { receivedOn, ...event } = found
    const [all, names] = await Promise.all([
      runs.ofEvent(locationId, { eventId, receivedOn }),
      workflows.list(locationId),
    ])
    const nameOf = new Map(names.map(({ id, name }) => [id, name]))
    const shown = all.map(async ({ id: runId, workflowId, status, code, detail }) => ({
      runId,
      workflowId,
      /** Undefined once the workflow is deleted. */
      workflowName: nameOf.get(workflowId),
      status,
      code,
      detail,
      attempts: await runs.attempts(locationId, { runId, receivedOn }),
    }))
    return { ...event, runs: await Promise.all(shown) }
  },

  /** Queues the event again; false when its dead letter was settled meanwhile. */
  async replay(locationId: string, deadLetterId: string): Promise<boolean> {
    try {
      await relay.replay(locationId, deadLetterId)
      return true
    } catch (error) {
      if (error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found')) return false
      throw error
    }
  },
})
