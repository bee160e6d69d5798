// Limits and waiting times of drains.

export type DrainLimits = {
  /** A slice ends after this many events or milliseconds, so that other mailboxes get their turn. */
  sliceEvents: number
  sliceMs: number
  /** Events of one mailbox processed in parallel. */
  concurrency: number
  /**
   * The first slice after an idle time is short and processes few events in parallel, so that many mailboxes starting
   * at once all get served soon: on a busy processor a slice lasts as long as everything begun in it.
   */
  firstSliceMs: number
  firstConcurrency: number
  /**
   * After this time from its start, a slice stops waiting for events in progress, and its mailbox continues without
   * them.
   */
  patienceMs: number
  /** With this many unfinished events no new ones are read until some are done. */
  maxParked: number
  /** A paused mailbox tries once per this interval, in case nobody resumes it. */
  pauseProbeMs: number
  /** Bulk work yields to the location's live events and checks again after this time. */
  yieldMs: number
  /** Or when they are due, but after so long at the latest. */
  longestYieldMs: number
  /** An event relayed this often is in a loop. */
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
