// Makes a non-idempotent call once: commits a marker before the call; a retry first looks for the result of the earlier
// attempt.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Effects } from '../store/effects.ts'
import type { EffectWrite, ProgressItem } from '../store/progress.ts'
import type { ActionContext } from './action.ts'

type Deps = {
  effects: Pick<Effects, 'find'>
  progress: { write(item: ProgressItem): Promise<void> }
  now: () => Date
  /** How long a call without an answer may still be running. */
  settleMs?: number
  /** Called after the marker is committed, so that tests can end the process there. */
  fault?: (point: string) => void | Promise<void>
}

type Effect<Result> = {
  locationId: string
  context: ActionContext
  /** What an earlier attempt has created since its marker was set, or undefined. */
  find: (since: Date) => Promise<Result | undefined>
  make: () => Promise<Result>
}

export type Made<Result> = { result: Result; isNew: boolean; effects: EffectWrite[] }

/** After these errors the call may still have taken effect. */
const UNCERTAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'crm_unreachable',
  'crm_unavailable',
  'rankr_unreachable',
  'rankr_unavailable',
  'support_unreachable',
  'support_unavailable',
  'target_unreachable',
  'target_unavailable',
  'server_error',
  // Lost to somebody who works on the same record, maybe under the same marker.
  'record_busy',
])

/** Whether the other side certainly did not carry out the call. */
export const isCertain = (error: unknown): boolean => error instanceof AppError && !UNCERTAIN.has(error.code)

export type Once = ReturnType<typeof createOnce>

/**
 * Returns the result with the markers to commit. Throws what the call throws; `effect_unsettled` when an earlier call, or
 * that of another process, may still be running; what `find` throws.
 */
export const createOnce = ({ effects, progress, now, settleMs = 5_000, fault = () => {} }: Deps) => {
  // Names this process in its markers: one that another process has set meanwhile, taking this one for dead, stays.
  const self = newId()
  return async <Result>({ locationId, context, find, make }: Effect<Result>): Promise<Made<Result>> => {
    const key = `${context.runId}:${context.stepId}`
    const { receivedOn } = context
    const mark = (state: EffectWrite['state'], result: unknown = null): EffectWrite => ({
      key,
      receivedOn,
      state,
      result,
    })
    const commit = (effect: EffectWrite): Promise<void> => progress.write({ locationId, effects: [effect] })

    const marker = context.isFresh ? undefined : await effects.find(locationId, { key, receivedOn })
    if (marker?.state === 'done') return { result: marker.result as Result, isNew: false, effects: [] }
    if (marker?.state === 'pending') {
      const leftMs = settleMs - (now().getTime() - marker.startedAt.getTime())
      if (leftMs > 0) throw new AppError('effect_unsettled', { retryAfterSeconds: Math.ceil(leftMs / 1000) })
      const found = await find(marker.startedAt)
      if (found !== undefined) return { result: found, isNew: false, effects: [mark('done', found)] }
    }
    const begunAt = now()
    await commit({ ...mark('pending', self), replaces: marker?.startedAt })
    await fault('marked')
    // Delayed for so long, another process may already be retrying.
    if (now().getTime() - begunAt.getTime() >= settleMs) throw new AppError('effect_unsettled')
    try {
      const result = await make()
      return { result, isNew: true, effects: [mark('done', result)] }
    } catch (error) {
      // Refused: nothing was created, so a retry need not search.
      if (!isCertain(error)) throw notBefore(error, Math.ceil(settleMs / 1000))
      await commit(mark('void', self))
      throw error
    }
  }
}

/** A slow call may end long after it was given up: no retry and no search before that. */
const notBefore = (thrown: unknown, seconds: number): AppError => {
  const { code, detail, errors, extra, retryAfterSeconds = 0 } = asAppError(thrown)
  return new AppError(code, {
    cause: thrown,
    detail,
    ...(errors ? { errors } : {}),
    ...(extra ? { extra } : {}),
    retryAfterSeconds: Math.max(retryAfterSeconds, seconds),
  })
}
