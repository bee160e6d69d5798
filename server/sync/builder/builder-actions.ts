// Runs our actions for a step of the CRM's own workflow builder: at once, or later while the contact is paused. A
// synchronous step has no execution id, and the platform may repeat the call: the same step, contact and values within
// minutes count as one call, answered as before.

import { createHash } from 'node:crypto'
import type { Action, Field } from '../../catalog/schema.ts'
import { AppError } from '../../errors.ts'
import { derivedId } from '../../ids.ts'
import type { Accept } from '../../relay/accept.ts'
import type { ApiAnswers } from '../../store/api-answers.ts'
import { BUILDER_STEP } from '../../workflows/builder-steps.ts'
import type { ApiActions } from '../api-actions.ts'
import { checkedInput } from '../checked-input.ts'

export type BuilderCall = {
  locationId: string
  key: string
  action: Action
  /** As in the form. */
  data: Record<string, unknown>
  contactId: string | undefined
  crmWorkflowId: string | undefined
  requestId: string
}

/** The form's values as an action's input. */
type InputFromDynamic = (fields: readonly Field[], data: Record<string, unknown>) => Record<string, unknown>

type Deps = {
  actions: ApiActions
  answers: Pick<ApiAnswers, 'claim' | 'keep' | 'giveBack'>
  inputFromDynamic: InputFromDynamic
  now: () => Date
}

/** The caller, for the audit. */
const CLIENT = 'crm-builder'
/** Longer than the platform waits for an answer. */
const LOCK_MS = 120_000
const SAME_CALL_MS = 10 * 60_000

const inputOf = (
  { action, contactId, data }: Pick<BuilderCall, 'action' | 'contactId' | 'data'>,
  inputFromDynamic: InputFromDynamic,
): Record<string, unknown> => {
  const given = inputFromDynamic(action.input, data)
  const takesContact = action.input.some(({ key }) => key === 'contactId')
  return takesContact && contactId ? { contactId, ...given } : given
}

export type RunBuilderAction = ReturnType<typeof createBuilderActions>

/**
 * Returns the action's output. Throws what the action throws, and `idempotency_in_flight` while the same call is
 * running.
 */
export const createBuilderActions =
  ({ actions, answers, inputFromDynamic, now }: Deps) =>
  async (call: BuilderCall): Promise<Record<string, unknown>> => {
    const { locationId, key: actionKey, action, contactId, crmWorkflowId, requestId } = call
    const input = inputOf(call, inputFromDynamic)
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([crmWorkflowId, contactId, actionKey, input]))
      .digest()
    const named = { clientId: CLIENT, key: fingerprint.toString('hex') }
    const at = now()
    const claim = await answers.claim(locationId, { ...named, fingerprint, at, lockMs: LOCK_MS, lifeMs: SAME_CALL_MS })
    if (claim.kind === 'answered') return JSON.parse(claim.answer.body)
    if (claim.kind !== 'claimed') throw new AppError('idempotency_in_flight', { retryAfterSeconds: 1 })
    const { since: startedAt, isFirst: isFresh } = claim
    const id = derivedId('builder-call', locationId, named.key, startedAt.toISOString())
    try {
      const run = { id, startedAt, isFresh }
      const { output } = await actions.change({ locationId, clientId: CLIENT, requestId, run }, action.id, input)
      await answers.keep(locationId, named, { status: 200, headers: {}, body: JSON.stringify(output) })
      return output
    } catch (error) {
      await answers.giveBack(locationId, named)
      throw error
    }
  }

export type LaterBuilderAction = ReturnType<typeof createBuilderLater>

type Waiting = Pick<BuilderCall, 'locationId' | 'action' | 'data' | 'contactId'> & {
  /** The execution's id, the same on a repeated call. */
  statusId: string
  /** Returned to the platform when done. */
  extras: Record<string, unknown>
}

/** Accepts a step to be run later. Throws `action_input_invalid` with the faults, and what accept throws. */
export const createBuilderLater =
  ({ accept, inputFromDynamic, now }: Pick<Deps, 'inputFromDynamic' | 'now'> & { accept: Accept['accept'] }) =>
  async ({ statusId, extras, ...call }: Waiting): Promise<void> => {
    const { locationId, action } = call
    const input = checkedInput(action, { locationId, input: inputOf(call, inputFromDynamic) })
    await accept({
      locationId,
      lane: 'live',
      source: 'api',
      type: BUILDER_STEP,
      recordKey: `step:${statusId}`,
      sourceEventId: `${BUILDER_STEP}:${statusId}`,
      hops: 0,
      payload: { type: BUILDER_STEP, timestamp: now().toISOString(), data: {}, actionId: action.id, input, extras },
    })
  }
