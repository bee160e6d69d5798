// Runs any catalog action against HighLevel: input in, request out, answer or coded error. Contains no code for a
// specific action.

import { readPath } from '../catalog/paths.ts'
import { type BuiltRequest, buildRequest } from '../catalog/request.ts'
import type { Action, FileLimits } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { FilePart } from '../exchange/http.ts'
import type { Priority } from '../store/rate-budget-lease.ts'
import type { CrmClient, CrmResult } from './client.ts'
import { createMasks, type MaskedRequest, type MaskedResponse } from './mask.ts'
import { firstPlace, nextPage, pageSize } from './paging.ts'

export type Execution = {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: Priority
  /** For the log: the event that caused it. */
  eventId?: string | undefined
  signal?: AbortSignal | undefined
  /** Called with each exchange, failed ones included; masked, safe to store. */
  onExchange?: ((exchange: { request: MaskedRequest; response?: MaskedResponse }) => void) | undefined
}

export type Executed = { output: unknown }

export type Execute = ReturnType<typeof createExecute>

/** Opens a file at an address entered by a user. Throws file_* and `url_not_allowed`. */
export type OpenFile = (wish: { address: string; limits: FileLimits }) => Promise<Omit<FilePart, 'field'>>

type Deps = {
  client: CrmClient
  openFile: OpenFile
  action: (id: string) => Action | undefined
  /** Values the installation provides, so that nobody types them. */
  tenant: (locationId: string) => Promise<{ companyId: string | null; userId: string | null } | undefined>
  appId: string
}

/** Stops a list that never ends. */
const MOST_PAGES = 1_000

/**
 * The executor of HighLevel's catalog actions. `execute` and `list` throw `action_unknown`, `action_input_invalid` and
 * what the client throws.
 */
export const createExecute = ({ client, openFile, action, tenant, appId }: Deps) => {
  const crmAction = (id: string): Action => {
    const found = action(id)
    if (found?.system !== 'crm' || !found.method || !found.path) {
      throw new AppError('action_unknown', { extra: { actionId: id } })
    }
    return found
  }

  const masks = createMasks()

  // Cached: an action's fields never change, and every call needs them.
  const tenantNeeds = new Map<string, boolean>()
  const needsTenant = (found: Action): boolean => {
    let needs = tenantNeeds.get(found.id)
    if (needs === undefined) {
      needs = readsTenant(found)
      tenantNeeds.set(found.id, needs)
    }
    return needs
  }

  const requestOf = async (found: Action, { locationId, input }: Execution): Promise<BuiltRequest> => {
    const known = needsTenant(found) ? await tenant(locationId) : undefined
    const built = buildRequest(found, input, {
      locationId,
      appId,
      ...(known?.companyId ? { companyId: known.companyId } : {}),
      ...(known?.userId ? { userId: known.userId } : {}),
    })
    if (!built.ok) throw new AppError('action_input_invalid', { errors: built.faults })
    return built.request
  }

  /** One at a time, so that no open file waits for the others. */
  const open = async ({ files }: BuiltRequest): Promise<FilePart[]> => {
    const parts: FilePart[] = []
    try {
      for (const { name: field, addresses, limits } of files) {
        for (const address of addresses) parts.push({ field, ...(await openFile({ address, limits })) })
      }
      return parts
    } catch (error) {
      for (const { content } of parts) content.destroy()
      throw error
    }
  }

  /**
   * Makes one call. Throws `action_unknown`, `action_input_invalid` (with the faulty fields), and what the client
   * throws.
   */
  const execute = async (execution: Execution): Promise<Executed> => {
    const found = crmAction(execution.actionId)
    const built = await requestOf(found, execution)
    const { locationId, priority, eventId, signal, onExchange } = execution
    const files = built.files.length > 0 ? () => open(built) : undefined
    let result: CrmResult
    try {
      result = await client.call({ locationId, priority, eventId, signal, ...built, files })
    } catch (error) {
      const response = responseIn(error)
      onExchange?.({ request: masks.request(built, found), ...(response ? { response } : {}) })
      throw error
    }
    onExchange?.({ request: masks.request(built, found), response: masks.response(result, found) })
    return { output: result.data }
  }

  return {
    execute,

    /**
     * Yields the items of a list action, page by page on demand. Throws as `execute` does; the action must be a list.
     * `size`: requested page size.
     */
    async *list(execution: Execution & { size?: number }): AsyncGenerator<unknown> {
      const { list } = crmAction(execution.actionId)
      if (!list) throw new TypeError(`${execution.actionId} is no list`)
      let input: Record<string, unknown> | undefined = {
        ...firstPlace(list),
        ...execution.input,
        ...pageSize(list, execution.size),
      }
      for (let page = 0; input && page < MOST_PAGES; page++) {
        const { output } = await execute({ ...execution, input })
        const found = readPath(output, list.itemsAt)
        const items: unknown[] = Array.isArray(found) ? found : []
        yield* items
        input = nextPage(list, { input, output, items })
      }
    },
  }
}

const readsTenant = ({ input }: Action): boolean =>
  JSON.stringify(input).includes('"context":"companyId"') || JSON.stringify(input).includes('"context":"userId"')

/** What a coded error reveals about the answer. */
const responseIn = (thrown: unknown): MaskedResponse | undefined => {
  const status = thrown instanceof AppError ? thrown.extra?.crmStatus : undefined
  if (typeof status !== 'number') return undefined
  const { crmMessage, crmTraceId } = (thrown as AppError).extra ?? {}
  return { status, data: { message: crmMessage, traceId: crmTraceId } }
}
