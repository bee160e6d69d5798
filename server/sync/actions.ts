// Runs any action of the catalog: our own by their id, the CRM's through its executor. What an action takes is checked
// against its fields here, whoever asks.

import { action } from '../catalog/index.ts'
import { AppError } from '../errors.ts'
import type { ActionCall, ActionResult, Execute, OwnAction } from './action.ts'

type Deps = { own: Record<string, OwnAction>; execute: Execute }

export type RunAction = (call: ActionCall & { actionId: string; priority?: 'live' | 'bulk' }) => Promise<ActionResult>

/** Throws AppError: `action_unknown`, `action_input_invalid` with the faults, or what the action throws. */
export const createRunAction =
  ({ own, execute }: Deps): RunAction =>
  async ({ actionId, priority = 'live', ...call }) => {
    const entry = action(actionId)
    if (!entry) throw new AppError('action_unknown', { detail: `There is no action "${actionId}".` })
    const mine = own[actionId]
    if (mine) {
      const missing = entry.input.filter(({ key, required }) => required && call.input[key] === undefined)
      if (missing.length === 0) return mine(call)
      throw new AppError('action_input_invalid', {
        errors: missing.map(({ key, label }) => ({ pointer: `/${key}`, detail: `"${label}" needs a value.` })),
      })
    }
    if (entry.system !== 'crm') throw new AppError('action_unknown', { detail: `"${entry.label}" cannot be run here.` })
    const { output, request, response } = await execute({
      locationId: call.locationId,
      actionId,
      input: call.input,
      priority,
    })
    return { output: (output ?? {}) as Record<string, unknown>, request, response }
  }
