// Runs own actions for callers of our API: at once, and with links and audit entries kept as a workflow would keep them.
// Knows no resource and no HTTP.

import { AppError, type ErrorCode } from '../errors.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { ActionContext, ActionResult } from './action.ts'
import type { RunAction } from './actions.ts'

/** Who asks, and for whose data. */
export type ApiCall = {
  locationId: string
  clientId: string
  /** The person on whose behalf it is. */
  userId?: string | undefined
  requestId: string
  /** The call's identity: the same for a call that is made again. */
  run: { id: string; startedAt: Date; isFresh: boolean }
}

type Deps = { runAction: RunAction; progress: { write(item: ProgressItem): Promise<void> } }

export type ApiActions = ReturnType<typeof createApiActions>

export const createApiActions = ({ runAction, progress }: Deps) => {
  /** Throws what the action throws. Keeps nothing. */
  const act = (
    { locationId, run }: ApiCall,
    actionId: string,
    input: object,
    over: Partial<ActionContext> = {},
  ): Promise<ActionResult> =>
    runAction({
      locationId,
      actionId,
      input: { ...input },
      priority: 'interactive',
      context: {
        eventId: run.id,
        receivedOn: run.startedAt.toISOString().slice(0, 10),
        receivedAt: run.startedAt,
        runId: run.id,
        stepId: actionId,
        isFresh: run.isFresh,
        isDemanded: true,
        ...over,
      },
    })

  /** Audit entries name the client and the request; there is no event behind them. */
  const keep = async (
    { locationId, clientId, userId, requestId }: ApiCall,
    { keep = {} }: ActionResult,
  ): Promise<void> => {
    const audit = (keep.audit ?? []).map(({ eventId: _none, ...entry }) => ({
      ...entry,
      actor: { type: 'client' as const, id: clientId },
      ...(userId ? { details: { ...entry.details, onBehalfOf: userId } } : {}),
      requestId,
    }))
    await progress.write({ ...keep, locationId, audit })
  }

  return {
    act,
    keep,

    /** Acts, and keeps what the action wants kept. */
    async change(...call: Parameters<typeof act>): Promise<ActionResult> {
      const result = await act(...call)
      await keep(call[0], result)
      return result
    },
  }
}

/** What the CRM says of an id that is none of the location's. */
export const NOT_THEIRS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'crm_not_found',
  'crm_rejected',
  'crm_scope_missing',
])

export const isOneOf = (error: unknown, codes: ReadonlySet<ErrorCode>): boolean =>
  error instanceof AppError && codes.has(error.code)
