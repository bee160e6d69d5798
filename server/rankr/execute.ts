// Runs any catalog action of system `rankr`: data in, request out, answer or coded error. Knows no action by name.

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
  /** Told of the call also when it fails; masked, fit to be stored. */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

/** What the catalog calls sensitive in any of Rankr's actions: answers carry fields that this one was not given. */
const sensitiveNames = (actions: readonly Action[]): Set<string> =>
  new Set(
    actions
      .filter(({ system }) => system === 'rankr')
      .flatMap(({ input }) => input.filter(({ sensitive }) => sensitive).map(({ name, key }) => name ?? key)),
  )

type Deps = { client: Pick<RankrClient, 'call'>; actions: readonly Action[] }

export const createRankrExecute = ({ client, actions }: Deps) => {
  const byId = new Map(actions.filter(({ system }) => system === 'rankr').map((entry) => [entry.id, entry]))
  const mask = createMask(sensitiveNames(actions))

  /** One call. Throws `action_unknown`, `action_input_invalid` (with the faults of fields), and what the client throws. */
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
