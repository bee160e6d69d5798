// How much a drain takes on at a time, and how long it waits.

export type DrainLimits = {
  /** A slice ends after so many events or milliseconds, so that other mailboxes get their turn. */
  sliceEvents: number
  sliceMs: number
  /** Events of one mailbox that are worked on at once. */
  concurrency: number
  /**
   * The first slice of a mailbox that has rested is short and works on few events at once, so that of many that begin at once
   * each comes soon: on a processor that is busy, a slice lasts as long as all takes that was begun in it.
   */
  firstSliceMs: number
  firstConcurrency: number
  /** A slice waits so long, from its begin, for events that are still at work; then its mailbox goes on without them. */
  patienceMs: number
  /** With so many unfinished events the log is left alone until some are. */
  maxParked: number
  /** A paused mailbox makes one try this often, in case nobody tells us that it may go on. */
  pauseProbeMs: number
  /** Bulk work lets live events of its location go first, and looks again after so long. */
  yieldMs: number
  /** Or when they are due, but after so long at the latest. */
  longestYieldMs: number
  /** An event that was relayed so often goes round in a circle. */
  maxHops: number
}

export const DRAIN_LIMITS: DrainLimits = {
  sliceEvents: 200,
  sliceMs: 500,
  concurrency: 8,
  firstSliceMs: 50,
  firstConcurrency: 2,
  patienceMs: 2_000,
  maxParked: 1_000,
  pauseProbeMs: 15 * 60_000,
  yieldMs: 500,
  longestYieldMs: 60_000,
  maxHops: 8,
}
