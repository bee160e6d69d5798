// Rate limits for routes with `perMinute`, per address or per session. Counted in this process, or in the store given
// by `storeFor` (Redis) when there are several.

import { createHash } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit'
import { AppError } from '../errors.ts'

const MINUTE_MS = 60_000

type Deps = {
  /** A store shared by all processes, by a prefix per route. */
  storeFor?: ((prefix: string) => Store) | undefined
  log: { error(details: object, text: string): void }
}

/** Callers are counted by a hash of their credential, which itself is not kept; without one, by address. */
const keyOf = (request: Request): string => {
  const credential = request.get('authorization')
  if (credential === undefined) return ipKeyGenerator(request.ip ?? '')
  return createHash('sha256').update(credential).digest('base64url')
}

/** Middleware that throws `too_many_requests` with Retry-After; sets the IETF draft's RateLimit headers. */
export const createRateLimit =
  ({ storeFor, log }: Deps) =>
  ({ name, perMinute }: { name: string; perMinute: number }): RequestHandler => {
    const store = storeFor?.(name)
    return rateLimit({
      windowMs: MINUTE_MS,
      limit: perMinute,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      identifier: name.replaceAll(/[^\w-]+/g, '-'),
      keyGenerator: keyOf,
      validate: false,
      ...(store ? { store } : {}),
      // Rather no limit for a while than no answer.
      passOnStoreError: true,
      logger: {
        error: (err: unknown) => log.error({ err, row: name }, 'calls could not be counted against their limit'),
        warn: () => {},
      },
      handler: (request, _response, next) => {
        const resetsAt = (request as { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime
        const retryAfterSeconds = resetsAt ? Math.max(1, Math.ceil((resetsAt.getTime() - Date.now()) / 1000)) : 60
        next(new AppError('too_many_requests', { retryAfterSeconds }))
      },
    })
  }
