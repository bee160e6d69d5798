// Failed events for people: details, dry run, replay, discard.

import type { DeadLetterSearch, FailureFilter } from '../store/dead-letter-search.ts'
import type { Events } from '../store/events.ts'
import type { Runs } from '../store/runs.ts'
import type { Rehearse, RehearsedWorkflow } from '../workflows/rehearse.ts'
import type { Relay } from './relay.ts'
import type { ReplayAll } from './replay-all.ts'

type Deps = {
  search: DeadLetterSearch
  events: Pick<Events, 'get'>
  runs: Pick<Runs, 'attempts'>
  relay: Pick<Relay, 'replay' | 'discard'>
  replayAll: Pick<ReplayAll, 'latest' | 'get' | 'start' | 'stop'>
  rehearse: Rehearse
}

/** `isKept`: the event is still there, so it can be sent again. */
type DryRun = { isKept: boolean; workflows: RehearsedWorkflow[] }

export type FailedEvents = ReturnType<typeof createFailedEvents>

/** Failed events of a location for screens and the API. */
export const createFailedEvents = ({ search, events, runs, relay, replayAll, rehearse }: Deps) => {
  const dryRun = async (
    locationId: string,
    failure: { eventId: string; receivedOn: string; workflowId: string | null },
  ): Promise<DryRun> => {
    const event = await events.get(locationId, failure.eventId, failure.receivedOn)
    if (!event) return { isKept: false, workflows: [] }
    return { isKept: true, workflows: await rehearse(event, { workflowId: failure.workflowId }) }
  }

  return {
    page: search.page,
    count: search.count,
    kinds: search.kinds,
    replay: relay.replay,
    discard: relay.discard,
    replayAll: { latest: replayAll.latest, get: replayAll.get, start: replayAll.start, stop: replayAll.stop },

    /** With the event's payload, every attempt of the run (masked), and what sending it again would do now. */
    async detail(locationId: string, id: string) {
      const failure = await search.get(locationId, id)
      if (!failure) return undefined
      const { runId, receivedOn, eventId } = failure
      const [event, attempts, rehearsal] = await Promise.all([
        events.get(locationId, eventId, receivedOn),
        runId ? runs.attempts(locationId, { runId, receivedOn }) : [],
        failure.status === 'open' ? dryRun(locationId, failure) : undefined,
      ])
      return { ...failure, payload: event?.payload, attempts, rehearsal }
    },

    /** The latest matches, each with what it would do now. */
    async rehearseAll(locationId: string, { filter, limit }: { filter: FailureFilter; limit: number }) {
      const [{ entries }, total] = await Promise.all([
        search.page(locationId, { filter, limit }),
        search.count(locationId, filter),
      ])
      const rehearsed = []
      // One by one: a dry run must not slow the account's events down.
      for (const failure of entries) rehearsed.push({ failure, ...(await dryRun(locationId, failure)) })
      return { total, rehearsed }
    },
  }
}
