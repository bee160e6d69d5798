// One call to HighLevel's API for one tenant: budget, token, Version header, one retry after a 401, coded errors. Any
// other retry is the caller's decision.

import { AppError, asAppError } from '../errors.ts'
import type { FilePart } from '../exchange/http.ts'
import type { Log } from '../log.ts'
import type { Priority } from '../store/rate-budget-lease.ts'
import type { Budget } from './budget.ts'
import { versionFor } from './dialect.ts'
import { failureOf } from './failure.ts'
import type { CrmAnswer, CrmHttp, CrmRequest } from './http.ts'
import type { Tokens } from './tokens.ts'

export type CrmCall = Omit<CrmRequest, 'files' | 'timeoutMs'> & {
  /** Opens the files of the body, once per attempt. Throws file_* and `url_not_allowed`. */
  files?: (() => Promise<FilePart[]>) | undefined
  locationId: string
  /** The Version header; by the path when absent. */
  version?: string | undefined
  priority: Priority
  /** Whose token to use: the location's, or its company's. */
  token?: 'location' | 'company' | undefined
  /** For the log: the event that caused the call. */
  eventId?: string | undefined
}

export type CrmResult = Pick<CrmAnswer, 'status' | 'data' | 'headers'>

export type CrmClient = {
  /**
   * Resolves with a 2xx answer. Throws crm_* (failure.ts; `extra` has status, trace id, message and, for duplicates,
   * the existing id), `crm_rate_limited` with the seconds to wait, whatever `tokenFor` throws, and errors of opening or
   * reading a file.
   */
  call(call: CrmCall): Promise<CrmResult>
}

/** Longer than reading a file may take, so that a slow source is not mistaken for a slow CRM. */
const UPLOAD_TIMEOUT_MS = 300_000

type Deps = {
  http: CrmHttp
  tokens: Pick<Tokens, 'tokenFor' | 'refreshed' | 'suspend'>
  budget: Budget
  /** The company that a location belongs to. */
  companyOf: (locationId: string) => Promise<string | undefined>
  now: () => Date
  log: Log
}

/**
 * The client of HighLevel's API. `call` throws as described on `CrmClient`, and `crm_scope_missing` when the token
 * lacks the scope.
 */
export const createCrmClient = ({ http, tokens, budget, companyOf, now, log }: Deps): CrmClient => {
  const tenantOf = async ({ locationId, token }: CrmCall): Promise<string> => {
    if (token !== 'company') return locationId
    const companyId = await companyOf(locationId)
    if (!companyId) {
      throw new AppError('crm_scope_missing', { detail: 'This needs the app to be installed for the whole company.' })
    }
    return companyId
  }

  const once = async (call: CrmCall, { tenantId, accessToken }: { tenantId: string; accessToken: string }) => {
    const { method, path, query, body, bodyStyle, signal, version = versionFor(path), eventId } = call
    await budget.take(tenantId, call.priority)
    const files = await call.files?.()
    const answer = await http.send({
      method,
      path,
      query,
      body,
      bodyStyle,
      signal,
      ...(files ? { files, timeoutMs: UPLOAD_TIMEOUT_MS } : {}),
      headers: { ...call.headers, version, authorization: `Bearer ${accessToken}` },
    })
    budget.observe(tenantId, answer.headers)
    const error = answer.status >= 200 && answer.status <= 299 ? undefined : failureOf(answer, now())
    log.debug(
      {
        tenantId,
        eventId,
        method,
        path,
        status: answer.status,
        durationMs: answer.durationMs,
        code: error?.code,
        traceId: error?.extra?.crmTraceId,
      },
      'crm call',
    )
    return { answer, error }
  }

  /** Applies what a refusal means for later calls. An error in here must not hide the refusal itself. */
  const react = async (tenantId: string, error: AppError): Promise<void> => {
    try {
      if (error.code === 'crm_rate_limited') await budget.limited(tenantId, error.retryAfterSeconds ?? 10)
      if (error.code === 'crm_suspended') await tokens.suspend(tenantId, String(error.extra?.crmMessage ?? ''))
    } catch (thrown) {
      log.error({ err: asAppError(thrown), tenantId }, 'a refusal could not be passed on')
    }
  }

  return {
    async call(call) {
      const tenantId = await tenantOf(call)
      const { accessToken } = await tokens.tokenFor(tenantId)
      let { answer, error } = await once(call, { tenantId, accessToken })
      if (error?.code === 'crm_unauthorized') {
        const renewed = await tokens.refreshed(tenantId, accessToken)
        ;({ answer, error } = await once(call, { tenantId, accessToken: renewed.accessToken }))
      }
      if (!error) return { status: answer.status, data: answer.data, headers: answer.headers }
      await react(tenantId, error)
      throw error
    },
  }
}
