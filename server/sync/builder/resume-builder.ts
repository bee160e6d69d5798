// `app.builder.resume`: resumes a contact paused at a step of the CRM's own builder. The platform documents neither
// address nor body; both follow its portal and other apps. A second resume is refused, which is harmless.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { CrmClient } from '../../highlevel/client.ts'
import type { OwnAction } from '../action.ts'

type Deps = {
  client: CrmClient
  /** Below the CRM's API, with a leading slash. */
  path: string
}

const VERSION = '2021-07-28'

/** The contact left the workflow, or was resumed already. */
const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_not_found', 'crm_rejected'])

type Failure = { code: string; detail: string }

const failureIn = (output: unknown): Failure | undefined =>
  output !== null && typeof output === 'object' && 'error' in output ? (output.error as Failure) : undefined

/**
 * Output `{ outcome: 'resumed' | 'gone', isDone }`; `isDone` is false when a failure was reported. Throws crm_* and
 * what `tokenFor` throws.
 */
export const createResumeBuilder =
  ({ client, path }: Deps): OwnAction =>
  async ({ locationId, input, context: { eventId }, onExchange }) => {
    const { output, extras } = input
    const failure = failureIn(output)
    const body = failure
      ? { success: false, successMessage: failure.detail, executionResponse: { error: failure.code }, extras }
      : { success: true, successMessage: 'Done', executionResponse: output ?? {}, extras }
    const isDone = failure === undefined
    const request = { method: 'POST', path, body: { success: isDone, extras } }
    onExchange?.({ request })
    try {
      const call = { locationId, method: 'POST', path, body, version: VERSION, priority: 'live', eventId } as const
      const { status } = await client.call(call)
      onExchange?.({ request, response: { status } })
      return { output: { outcome: 'resumed', isDone } }
    } catch (error) {
      if (!(error instanceof AppError && GONE.has(error.code))) throw error
      onExchange?.({ request, response: { status: error.extra?.crmStatus ?? null } })
      return { output: { outcome: 'gone', isDone } }
    }
  }
