// Rate limits per minute of a client and of an account: headers RateLimit and RateLimit-Policy of the IETF draft
// (draft-ietf-httpapi-ratelimit-headers-08), and 429 with Retry-After over the limit. All nodes share the counters
// (limit-stores.ts). This is our own code around the stores of express-rate-limit, whose middleware took 5 % of each call.

import { hash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Store } from 'express-rate-limit'
import { AppError } from '../../errors.ts'
import { sayEarly } from '../early-headers.ts'

const MINUTE_MS = 60_000

/** A rate limit: `limit` calls in a window of `windowMs` milliseconds. */
export type Limit = { name: 'client' | 'account'; limit: number; windowMs: number }

/** Counts a call under a key and returns the number of calls in its window. */
export type LimitStore = Pick<Store, 'increment'>

type Counted = { ownerLocationId: string; clientId: string }

/** Counts a call against both limits and sets the rate limit headers. Throws `too_many_requests`. */
export type ApiLimits = (request: Request, caller: Counted) => Promise<void>

type Deps = {
  storeFor: (limit: Limit) => LimitStore
  /** Calls per minute of one client, and of all clients of an account together. */
  perMinute?: { client: number; account: number }
  now: () => Date
  log: { error(details: object, text: string): void }
}

/** Cached partition keys, since every call needs them. */
const MOST_PARTITIONS = 10_000

const WHOSE = { client: 'This app', account: 'All apps of this account together' }

type Said = { rates: string[]; policies: string[] }

const say = (response: Response, { rates, policies }: Said): void => {
  if (rates.length === 0) return
  sayEarly(response, 'RateLimit', rates.join(', '))
  sayEarly(response, 'RateLimit-Policy', policies.join(', '))
}

/** An opaque partition key of whom the limit applies to, as the draft requires. */
const partitionOf = (key: string): string => Buffer.from(hash('sha256', key, 'hex').slice(0, 12)).toString('base64')

/**
 * Creates the rate limits of the API; by default 600 calls per minute of a client and 1,200 of an account. When the counters are
 * unavailable, calls are allowed and the failure is logged.
 */
export const createApiLimits = ({
  storeFor,
  perMinute = { client: 600, account: 1_200 },
  now,
  log,
}: Deps): ApiLimits => {
  const limiterOf = (name: Limit['name']) => {
    const limit = { name, limit: perMinute[name], windowMs: MINUTE_MS }
    return { ...limit, store: storeFor(limit) }
  }
  const limiters = [limiterOf('client'), limiterOf('account')]
  const partitions = new Map<string, string>()
  const partition = (key: string): string => {
    let known = partitions.get(key)
    if (known === undefined) {
      known = partitionOf(key)
      if (partitions.size >= MOST_PARTITIONS) partitions.clear()
      partitions.set(key, known)
    }
    return known
  }

  return async (request, { ownerLocationId, clientId }) => {
    const said: Said = { rates: [], policies: [] }
    for (const { name, limit, windowMs, store } of limiters) {
      const key = name === 'client' ? `${ownerLocationId} ${clientId}` : ownerLocationId
      try {
        const { totalHits, resetTime } = await store.increment(key)
        const leftMs = resetTime ? resetTime.getTime() - now().getTime() : windowMs
        const seconds = Math.max(0, Math.ceil(Math.min(leftMs, windowMs) / 1000))
        said.rates.push(`"${name}"; r=${Math.max(0, limit - totalHits)}; t=${seconds}`)
        said.policies.push(`"${name}"; q=${limit}; w=${windowMs / 1000}; pk=:${partition(key)}:`)
        if (totalHits <= limit) continue
        say(request.res!, said)
        const detail = `${WHOSE[name]} may make ${limit} calls a minute. Wait for the time in Retry-After.`
        const retryAfterSeconds = Math.max(1, seconds)
        throw new AppError('too_many_requests', { retryAfterSeconds, detail, extra: { limit: name } })
      } catch (error) {
        if (error instanceof AppError) throw error
        // Better no limit for a while than no API. Each call is logged.
        log.error({ err: error }, 'calls could not be counted against their limit')
      }
    }
    say(request.res!, said)
  }
}
