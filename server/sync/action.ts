// What an action of our own is given and gives back. What it wants kept (links, markers, audit) is not written by it: it
// is committed together with the attempt, so that a crash leaves both or neither.

import type { ProgressItem } from '../store/progress.ts'
import type { ActionContext, Exchange } from '../workflows/run.ts'

export type { ActionContext, Exchange }

/** Calls an action of the CRM for the location at hand; answers its output. Throws what the executor throws. */
export type CallCrm = (actionId: string, input: Record<string, unknown>) => Promise<unknown>

export type ActionCall = {
  locationId: string
  /** Checked against the action's fields. */
  input: Record<string, unknown>
  context: ActionContext
  crm: CallCrm
  /** The same for actions of Rankr, through the location's connection. */
  rankr: CallCrm
  /** The same for actions of the support desk. */
  support: CallCrm
  /** To be told of calls to other systems; those that go through `crm` tell it by themselves. */
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
