// What one of our own actions receives and returns. Links, markers and audit entries are returned rather than written:
// they are committed together with the attempt, so that a crash leaves all or nothing.

import type { ProgressItem } from '../store/progress.ts'
import type { ActionContext, Exchange } from '../workflows/run.ts'

export type { ActionContext, Exchange }

/** Calls a CRM action for the event's location; returns its output. Throws what the executor throws. */
export type CallCrm = (actionId: string, input: Record<string, unknown>) => Promise<unknown>

export type ActionCall = {
  locationId: string
  /** Checked against the action's fields. */
  input: Record<string, unknown>
  context: ActionContext
  crm: CallCrm
  /** The same for Rankr's actions, through the location's connection. */
  rankr: CallCrm
  /** The same for the support desk's actions. */
  support: CallCrm
  /** Reports calls to other systems; calls through `crm` report themselves. */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

export type Keep = Pick<ProgressItem, 'links' | 'effects' | 'audit' | 'holds'>

export type ActionResult = {
  /** What later steps may use. */
  output: Record<string, unknown>
  keep?: Keep
  /** The written record as the other side answered it. Not kept: it may hold more than an output should. */
  record?: Record<string, unknown>
}

/** Throws AppError; its code says whether another try makes sense. */
export type OwnAction = (call: ActionCall) => Promise<ActionResult>
