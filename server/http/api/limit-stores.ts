// Where calls are counted against limits: those of our API in Redis when there is one, otherwise in PostgreSQL, by leases; those of
// rows that may be asked only so often (../rate-limit.ts) in Redis when there is one.

import { createHash } from 'node:crypto'
import { type RedisReply, RedisStore } from 'rate-limit-redis'
import { createRateLease } from '../../api/rate-lease.ts'
import type { Limit, LimitStore } from './limits.ts'

export type TakeCalls = Parameters<typeof createRateLease>[0]['take']

/** Counts in PostgreSQL. A key is the location's id, and after a space whatever tells its counters apart. */
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

export type SendCommand = (...command: string[]) => Promise<RedisReply>

/** Counters in Redis, one command per call. Whoever counts calls `init` first, which never fails. */
export const createRedisCounters =
  ({ sendCommand }: { sendCommand: SendCommand }) =>
  (name: string): RedisStore =>
    new RedisStore({ prefix: `rankr:limit:${name}:`, sendCommand: forgiving(sendCommand) })

/** Counts calls of our API in Redis. */
export const createRedisStores =
  (redis: { sendCommand: SendCommand }) =>
  ({ name, windowMs }: Limit): LimitStore => {
    const store = createRedisCounters(redis)(name)
    // Its scripts; what fails here is asked for again with the first call.
    store.init({ windowMs } as Parameters<RedisStore['init']>[0]).catch(() => {})
    return store
  }

/**
 * The store loads its scripts once, at the start, and would fail for good when Redis is away at that moment. Their name is
 * their SHA-1, so the load may fail: the store loads a script again when Redis says that it does not know it.
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
