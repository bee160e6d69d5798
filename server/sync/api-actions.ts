// Runs our own actions for API callers: synchronously, storing links and audit entries as a workflow would. Knows no
// resource and no HTTP.

import { AppError, type ErrorCode } from '../errors.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { ActionContext, ActionResult } from './action.ts'
import type { RunAction } from './actions.ts'

/** Who calls, and for which location. */
export type ApiCall = {
  locationId: string
  clientId: string
  /** The person on whose behalf the call is made. */
  userId?: string | undefined
  requestId: string
  /** Identifies the call: the same when it is repeated. */
  run: { id: string; startedAt: Date; isFresh: boolean }
}

type Deps = { runAction: RunAction; progress: { write(item: ProgressItem): Promise<void> } }

export type ApiActions = ReturnType<typeof createApiActions>

/** `act` only runs an action; `change` also stores what it returns. Both throw what the action throws. */
export const createApiActions = ({ runAction, progress }: Deps) => {
  /** Throws what the action throws. Stores nothing. */
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

  /** Audit entries name the client and the request, since there is no event. */
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

    /** Runs the action and stores what it returns. */
    async change(...call: Parameters<typeof act>): Promise<ActionResult> {
      const result = await act(...call)
      await keep(call[0], result)
      return result
    },
  }
}

/** The CRM's answers to an id that does not belong to the location. */
export const NOT_THEIRS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'crm_not_found',
  'crm_rejected',
  'crm_scope_missing',
])

/** Whether an error is an AppError with one of the codes. */
export const isOneOf = (error: unknown, codes: ReadonlySet<ErrorCode>): boolean =>
  error instanceof AppError && codes.has(error.code)
