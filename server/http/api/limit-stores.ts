// Counters of rate limits. API calls are counted in Redis if it is configured, otherwise in PostgreSQL by leases. Routes with
// a rate limit of their own (../rate-limit.ts) use Redis if it is configured.

import { createHash } from 'node:crypto'
import { type RedisReply, RedisStore } from 'rate-limit-redis'
import { createRateLease } from '../../api/rate-lease.ts'
import type { Limit, LimitStore } from './limits.ts'

/** Takes calls from the shared windows in PostgreSQL. */
export type TakeCalls = Parameters<typeof createRateLease>[0]['take']

/** Counters in PostgreSQL. A key is the location's id, optionally followed by a space and a name that distinguishes its counters. */
export const createLeasedStores =
  ({ take, now }: { take: TakeCalls; now: () => Date }) =>
  ({ name, limit, windowMs }: Limit): LimitStore => {
    const countCall = createRateLease({ take, limit, windowMs, now })
    return {
      async increment(key) {
        const [locationId = '', rest] = key.split(' ')
        const { number, resetsAt } = await countCall(locationId, rest === undefined ? name : `${name} ${rest}`)
        return { totalHits: number, resetTime: resetsAt }
      },
    }
  }

/** Sends one command to Redis. Rejects when Redis is unavailable. */
export type SendCommand = (...command: string[]) => Promise<RedisReply>

/** Counters in Redis, one command per call. Call `init` before counting; it never fails. */
export const createRedisCounters =
  ({ sendCommand }: { sendCommand: SendCommand }) =>
  (name: string): RedisStore =>
    new RedisStore({ prefix: `rankr:limit:${name}:`, sendCommand: forgiving(sendCommand) })

/** Counters of API calls in Redis. */
export const createRedisStores =
  (redis: { sendCommand: SendCommand }) =>
  ({ name, windowMs }: Limit): LimitStore => {
    const store = createRedisCounters(redis)(name)
    // Loads the scripts; a failure here is retried with the first call.
    store.init({ windowMs } as Parameters<RedisStore['init']>[0]).catch(() => {})
    return store
  }

/**
 * The store loads its scripts once at startup and would fail permanently if Redis is unavailable at that moment. A script is named
 * by its SHA-1, so loading may fail: the store reloads a script when Redis reports that it does not have it.
 */
const forgiving =
  (sendCommand: SendCommand): SendCommand =>
  async (...command) => {
    const [verb, what, script] = command
    if (verb !== 'SCRIPT' || what !== 'LOAD' || script === undefined) return await sendCommand(...command)
    try {
      return await sendCommand(...command)
    } catch {
      return createHash('sha1').update(script).digest('hex')
    }
  }
