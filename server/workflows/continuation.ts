// The event that continues a run, after a delay or from one of its steps, and its payload. Pure.

import type { NewEvent } from '../relay/accept.ts'
import type { StoredEvent } from '../store/events.ts'
import type { StepResults } from '../store/runs.ts'

/** Type of the event (source `app`) with which a run goes on. */
const RUN_CONTINUED = 'run.continued'

/** What such an event carries: all that the run needs, since the first event may not be kept any more. */
export type Continuation = {
  /** The run that waited, or that is repeated from one of its steps. */
  runId: string
  workflowId: string
  workflowVersion: number
  event: StoredEvent
  steps: StepResults
}

/** What the event goes on with; undefined for one that workflows start with. */
export const continuationIn = ({
  source,
  type,
  payload,
}: Pick<StoredEvent, 'source' | 'type'> & { payload: unknown }): Continuation | undefined =>
  source === 'app' && type === RUN_CONTINUED ? (payload as { data: Continuation }).data : undefined

/** The event that a run is about, under the id and in the place of the event with which it goes on. */
export const subjectOf = (event: StoredEvent): StoredEvent => {
  const first = continuationIn(event)?.event
  if (!first) return event
  const { id, locationId, receivedOn, receivedAt, seq } = event
  return { ...first, id, locationId, receivedOn, receivedAt, seq }
}

/** Who sends the event with which a run goes on, and its id there: that of the run after a delay. */
export const continuationSource = (id: string) => ({ source: 'app' as const, sourceEventId: `${RUN_CONTINUED}:${id}` })

/** What the n-th repeat of a run, from 1, is known by: asked for twice, it is one. */
export const repeatId = (runId: string, number: number): string => `${runId}:${number}`

/** Whether the event goes on with its run for a person who wanted it repeated, and not after a delay. */
export const isRepeat = ({ sourceEventId }: Pick<StoredEvent, 'sourceEventId'>, { runId }: Continuation): boolean =>
  sourceEventId !== continuationSource(runId).sourceEventId

/** The event with which a run goes on; the same `id` gives the same event. */
export const continuationOf = (
  locationId: string,
  id: string,
  { continuation, at }: { continuation: Continuation; at: Date },
): NewEvent => {
  const { lane, recordKey, hops } = continuation.event
  return {
    locationId,
    lane,
    ...continuationSource(id),
    type: RUN_CONTINUED,
    recordKey,
    hops,
    payload: { type: RUN_CONTINUED, timestamp: at.toISOString(), data: continuation },
  }
}
