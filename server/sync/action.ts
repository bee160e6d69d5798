// What an action of our own is given and gives back. What it wants kept (links, markers, audit) is not written by it: it
// is committed together with the attempt, so that a crash leaves both or neither.

import type { ProgressItem } from '../store/progress.ts'

/** The event and the step that an action runs for. The same step of the same event has the same ids at every try. */
export type ActionContext = {
  eventId: string
  /** The event's partition day. */
  receivedOn: string
  receivedAt: Date
  runId: string
  stepId: string
}

export type ActionCall = { locationId: string; input: Record<string, unknown>; context: ActionContext }

export type Keep = Pick<ProgressItem, 'links' | 'effects' | 'audit'>

export type ActionResult = {
  /** What later steps may use. */
  output: Record<string, unknown>
  /** Of the last call made, masked; for the attempt's record. */
  request?: unknown
  response?: unknown
  keep?: Keep
}

/** Throws AppError; its code says whether another try makes sense. */
export type OwnAction = (call: ActionCall) => Promise<ActionResult>

/** Runs a catalog action of the CRM (server/highlevel/execute.ts). */
export type Execute = (call: {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: 'live' | 'interactive' | 'bulk'
}) => Promise<{ output: unknown; request: unknown; response: unknown }>
