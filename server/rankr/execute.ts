// Runs any catalog action of system `rankr`: input in, request out, answer or coded error. Contains no code for a
// specific action.

import { buildRequest } from '../catalog/request.ts'
import type { Action } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import { createMask } from '../exchange/mask.ts'
import type { RankrClient } from './client.ts'

type Exchange = { request: unknown; response?: unknown }

export type RankrExecution = {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  eventId?: string | undefined
  /** Called with each exchange, failed ones included; masked, safe to store. */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

/**
 * Every field the catalog marks sensitive in any Rankr action: answers contain fields that this action was not given.
 */
const sensitiveNames = (actions: readonly Action[]): Set<string> =>
  new Set(
    actions
      .filter(({ system }) => system === 'rankr')
      .flatMap(({ input }) => input.filter(({ sensitive }) => sensitive).map(({ name, key }) => name ?? key)),
  )

type Deps = { client: Pick<RankrClient, 'call'>; actions: readonly Action[] }

/** The executor of Rankr's catalog actions. */
export const createRankrExecute = ({ client, actions }: Deps) => {
  const byId = new Map(actions.filter(({ system }) => system === 'rankr').map((entry) => [entry.id, entry]))
  const mask = createMask(sensitiveNames(actions))

  /**
   * Makes one call. Throws `action_unknown`, `action_input_invalid` (with the faulty fields), and what the client
   * throws.
   */
  return async ({ locationId, actionId, input, eventId, onExchange }: RankrExecution): Promise<{ output: unknown }> => {
    const entry = byId.get(actionId)
    if (!entry) throw new AppError('action_unknown', { extra: { actionId } })
    const built = buildRequest(entry, input, { locationId })
    if (!built.ok) throw new AppError('action_input_invalid', { errors: built.faults })
    const { method, path, query, body } = built.request
    const request = {
      method,
      path,
      ...(Object.keys(query).length > 0 ? { query } : {}),
      ...(body ? { body: mask(body) } : {}),
    }
    try {
      const { status, data } = await client.call({ locationId, eventId, method, path, query, body })
      onExchange?.({ request, response: { status, data: mask(data) } })
      return { output: data }
    } catch (error) {
      const { rankrStatus, rankrMessage } = (error instanceof AppError ? error.extra : undefined) ?? {}
      const response = { status: rankrStatus, data: { message: rankrMessage } }
      onExchange?.({ request, ...(rankrStatus === undefined ? {} : { response }) })
      throw error
    }
  }
}
