// BullMQ on a Redis that syncs its log at every write, where the machine has both.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { startRedis } from '../../test/redis.ts'
import type { Bench } from '../bench.ts'
import { rateOf, untilSeen } from '../calls.ts'
import { type Child, startChild } from '../child.ts'
import type { Measured } from '../contest.ts'

const isThere = (look: () => unknown): boolean => {
  try {
    look()
    return true
  } catch {
    return false
  }
}

type Pipeline = {
  door: Child
  /** Works off what was put in while paused. */
  drain(): Promise<Measured>
}

/** BullMQ is looked for from the folder the bench is started in. */
export const startBullMq = async (bench: Bench): Promise<Pipeline | { skipped: string }> => {
  const { after, database, stub } = bench
  const bullmqFrom = join(process.cwd(), 'bullmq.js')
  if (!isThere(() => createRequire(bullmqFrom).resolve('bullmq'))) {
    return {
      skipped: 'the BullMQ pipeline: bullmq cannot be resolved (it is no dependency; npm install --no-save bullmq)',
    }
  }
  const redis = await startRedis(bench, { appendonly: 'yes', appendfsync: 'always' })
  if (!redis) return { skipped: 'the BullMQ pipeline: there is no redis-server on this machine' }
  const redisPort = new URL(redis).port
  const shared = { secret: database.tenants[0]!.secret, crmUrl: stub.url, redisPort, bullmqFrom }
  const door = await startChild('bullmq.ts', { ...shared, role: 'door' })
  after(door.stop)
  const worker = await startChild('bullmq.ts', { ...shared, role: 'worker' })
  after(worker.stop)
  return {
    door,
    async drain() {
      await stub.ask('reset', 0)
      const waiting = await door.ask<number>('waiting')
      await door.ask('resume')
      return { rate: rateOf(await untilSeen(stub, waiting)) }
    },
  }
}
