// Related runs of one workflow: continuations after a delay, and repeats. Found by their continuing events, whose ids
// are derived.

import { eventIdOf } from '../relay/accept.ts'
import type { Events, StoredEvent } from '../store/events.ts'
import type { ListedRun, RunSearch } from '../store/run-search.ts'
import type { Run } from '../store/runs.ts'
import { continuationIn, continuationSource, isRepeat, repeatId } from './continuation.ts'
import { runIdOf } from './run.ts'

/** So many repeats of a run are looked for at once. */
const REPEATS_AT_ONCE = 20

export type RelatedRuns = {
  /** The run that it goes on from after a delay, or repeats. */
  before: { runId: string; isRepeated: boolean } | undefined
  /** Id of the run in which it has gone on after a delay. */
  next: string | undefined
  /** Runs that repeat it and have begun, oldest first. */
  repeats: ListedRun[]
  /** The number of the repeat that would come next, from 1. */
  nextRepeat: number
}

type Deps = { search: Pick<RunSearch, 'get' | 'some'>; events: Pick<Events, 'known'> }

/** Finds the runs related to a run. */
export const createRelatedRuns = ({ search, events }: Deps) => {
  const nextOf = async (locationId: string, { id, workflowId }: Run): Promise<string | undefined> => {
    const eventId = eventIdOf({ locationId, ...continuationSource(id) })
    return (await search.get(locationId, runIdOf({ id: eventId }, { id: workflowId })))?.id
  }

  const beforeOf = async (locationId: string, event: StoredEvent | undefined): Promise<RelatedRuns['before']> => {
    const continuation = event && continuationIn(event)
    const run = continuation && (await search.get(locationId, continuation.runId))
    return run && { runId: run.id, isRepeated: isRepeat(event, continuation) }
  }

  /** Ids of the events with which a run has been repeated, in the order of their numbers. */
  const repeatsOf = async (locationId: string, runId: string): Promise<string[]> => {
    const found: string[] = []
    for (;;) {
      const ids = Array.from({ length: REPEATS_AT_ONCE }, (_, index) =>
        eventIdOf({ locationId, ...continuationSource(repeatId(runId, found.length + index + 1)) }),
      )
      const known = await events.known(locationId, ids)
      found.push(...ids.filter((id) => known.has(id)))
      if (known.size < REPEATS_AT_ONCE) return found
    }
  }

  return {
    repeatsOf,

    /** `event`: the one that the run is for. */
    async of(locationId: string, run: Run, event: StoredEvent | undefined): Promise<RelatedRuns> {
      const [before, next, eventIds] = await Promise.all([
        beforeOf(locationId, event),
        nextOf(locationId, run),
        repeatsOf(locationId, run.id),
      ])
      const runIds = eventIds.map((id) => runIdOf({ id }, { id: run.workflowId }))
      const repeats = runIds.length === 0 ? [] : await search.some(locationId, runIds)
      return { before, next, repeats, nextRepeat: eventIds.length + 1 }
    },
  }
}
