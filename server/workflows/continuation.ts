// The event that continues a run, after a delay or from one of its steps, and its payload. Pure.

import type { NewEvent } from '../relay/accept.ts'
import type { StoredEvent } from '../store/events.ts'
import type { StepResults } from '../store/runs.ts'

/** Type of the event (source `app`) that continues a run. */
const RUN_CONTINUED = 'run.continued'

/** Payload of such an event: everything the run needs, because the original event may be gone. */
export type Continuation = {
  /** The run that waited, or that is repeated from a step. */
  runId: string
  workflowId: string
  workflowVersion: number
  event: StoredEvent
  steps: StepResults
}

/** The continuation in an event; undefined for an event that starts workflows. */
export const continuationIn = ({
  source,
  type,
  payload,
}: Pick<StoredEvent, 'source' | 'type'> & { payload: unknown }): Continuation | undefined =>
  source === 'app' && type === RUN_CONTINUED ? (payload as { data: Continuation }).data : undefined

/** The original event of a run, with the id and position of the continuing event. */
export const subjectOf = (event: StoredEvent): StoredEvent => {
  const first = continuationIn(event)?.event
  if (!first) return event
  const { id, locationId, receivedOn, receivedAt, seq } = event
  return { ...first, id, locationId, receivedOn, receivedAt, seq }
}

/** Source and id of the continuing event; after a delay, the id of the run. */
export const continuationSource = (id: string) => ({ source: 'app' as const, sourceEventId: `${RUN_CONTINUED}:${id}` })

/** The id of the n-th repeat of a run, from 1, so that requesting it twice creates one repeat. */
export const repeatId = (runId: string, number: number): string => `${runId}:${number}`

/** Whether the event repeats its run for a person, rather than continuing it after a delay. */
export const isRepeat = ({ sourceEventId }: Pick<StoredEvent, 'sourceEventId'>, { runId }: Continuation): boolean =>
  sourceEventId !== continuationSource(runId).sourceEventId

/** The event that continues a run; the same `id` gives the same event. */
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
