// Carries out our actions for a step of the CRM's own builder, at once. The platform gives a step's execution no id, and may
// ask again: the same step for the same contact with the same values within minutes is the same call, and is answered as before.

import { createHash } from 'node:crypto'
import type { Action, Field } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import { derivedId } from '../ids.ts'
import type { ApiAnswers } from '../store/api-answers.ts'
import type { ApiActions } from './api-actions.ts'

export type BuilderCall = {
  locationId: string
  key: string
  action: Action
  /** As the form holds it. */
  data: Record<string, unknown>
  contactId: string | undefined
  crmWorkflowId: string | undefined
  requestId: string
}

type Deps = {
  actions: ApiActions
  answers: Pick<ApiAnswers, 'claim' | 'keep' | 'giveBack'>
  /** What the form holds as the input of an action. */
  inputFromDynamic: (fields: readonly Field[], data: Record<string, unknown>) => Record<string, unknown>
  now: () => Date
}

/** Who calls, in the audit. */
const CLIENT = 'crm-builder'
/** Longer than the platform will wait for an answer. */
const LOCK_MS = 120_000
const SAME_CALL_MS = 10 * 60_000

export type RunBuilderAction = ReturnType<typeof createBuilderActions>

/** Answers the action's output. Throws what the action throws, and `idempotency_in_flight` while the same call is under way. */
export const createBuilderActions =
  ({ actions, answers, inputFromDynamic, now }: Deps) =>
  async (call: BuilderCall): Promise<Record<string, unknown>> => {
    const { locationId, key: actionKey, action, contactId, crmWorkflowId, requestId } = call
    const given = inputFromDynamic(action.input, call.data)
    const takesContact = action.input.some(({ key }) => key === 'contactId')
    const input = takesContact && contactId ? { contactId, ...given } : given
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
