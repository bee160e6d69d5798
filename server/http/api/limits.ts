// How many calls a minute a client and an account may make: headers RateLimit and RateLimit-Policy of the IETF draft, 429
// with Retry-After beyond. Counted where all nodes can see it (limit-stores.ts).

import type { Request } from 'express'
import { rateLimit, type Store } from 'express-rate-limit'
import { AppError } from '../../errors.ts'

const MINUTE_MS = 60_000

export type Limit = { name: 'client' | 'account'; limit: number; windowMs: number }

type Counted = { ownerLocationId: string; clientId: string }

/** Counts a call against both limits. Throws `too_many_requests`. */
export type ApiLimits = (request: Request, caller: Counted) => Promise<void>

type Deps = {
  storeFor: (limit: Limit) => Store
  /** Calls a minute of one client, and of all clients of an account together. */
  perMinute?: { client: number; account: number }
  log: { error(details: object, text: string): void }
}

const WHOSE = { client: 'This app', account: 'All apps of this account together' }

export const createApiLimits = ({ storeFor, perMinute = { client: 600, account: 1_200 }, log }: Deps): ApiLimits => {
  const callers = new WeakMap<Request, Counted>()

  const limiterOf = (name: Limit['name']) => {
    const limit = { name, limit: perMinute[name], windowMs: MINUTE_MS }
    return rateLimit({
      windowMs: limit.windowMs,
      limit: limit.limit,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      identifier: name,
      keyGenerator: (request) => {
        const { ownerLocationId, clientId } = callers.get(request)!
        return name === 'client' ? `${ownerLocationId} ${clientId}` : ownerLocationId
      },
      store: storeFor(limit),
      // Rather no limit for a while than no API. Each call says so in the log.
      passOnStoreError: true,
      logger: { warn: logFault(log), error: logFault(log) },
      validate: false,
      handler: (request, _response, next) => {
        const resetsAt = (request as { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime
        const retryAfterSeconds = Math.max(1, Math.ceil(((resetsAt?.getTime() ?? 0) - Date.now()) / 1000))
        const detail = `${WHOSE[name]} may make ${limit.limit} calls a minute. Wait as long as Retry-After says.`
        next(new AppError('too_many_requests', { retryAfterSeconds, detail, extra: { limit: name } }))
      },
    })
  }
  const limiters = [limiterOf('client'), limiterOf('account')]

  return async (request, caller) => {
    callers.set(request, caller)
    for (const limiter of limiters) {
      await new Promise<void>((resolve, reject) => {
        limiter(request, request.res!, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
      })
    }
  }
}

const logFault =
  (log: Deps['log']) =>
  (...faults: unknown[]): void =>
    log.error({ err: faults.find((fault) => fault instanceof Error) }, 'calls could not be counted against their limit')
