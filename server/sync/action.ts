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
  /** Surely never tried before, so there is nothing to look up. */
  isFresh: boolean
  /** Somebody asks for this very change: it is made even where the same was brought over before. */
  isDemanded?: boolean
  /** The record is old: nobody is to be reached because of it (quiet.ts). */
  isInitialSync?: boolean
}

export type Priority = 'interactive' | 'live' | 'bulk'

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

/** One call to another system: what was sent and answered, masked, fit to be kept. */
export type Exchange = { request: unknown; response?: unknown }
