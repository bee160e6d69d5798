// The outcome of a lifecycle event, in the same shape as server/relay/outcome.ts.

import { asAppError, type ErrorCode } from '../errors.ts'

export type LifecycleOutcome =
  | { kind: 'done' }
  | { kind: 'skipped' }
  | { kind: 'retry'; code: ErrorCode; detail?: string; retryAfterSeconds?: number }
  | { kind: 'wait'; code: ErrorCode; afterSeconds: number }
  | { kind: 'dead'; code: ErrorCode; detail?: string; answer?: unknown }

/** Lifecycle mailboxes do not pause: whatever needs a person becomes a dead letter. */
export const lifecycleOutcome = (thrown: unknown): LifecycleOutcome => {
  const { code, retry, detail, retryAfterSeconds, extra } = asAppError(thrown)
  if (code === 'crm_rate_limited') return { kind: 'wait', code, afterSeconds: retryAfterSeconds ?? 10 }
  if (retry === 'passing') {
    return { kind: 'retry', code, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
  }
  return { kind: 'dead', code, detail, ...(extra ? { answer: extra } : {}) }
}
