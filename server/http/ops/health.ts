// Probes for load balancers: alive means the process answers; ready means it should get traffic.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

const CHECK_LIMIT_MS = 2_000

/** A check that must pass before the process is ready; `isOk` may throw, which counts as failed. */
export type ReadinessCheck = { name: string; isOk: () => boolean | Promise<boolean> }

export type HealthDeps = { checks: ReadinessCheck[] }

const inTime = async (isOk: ReadinessCheck['isOk']): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), CHECK_LIMIT_MS)
  try {
    return await Promise.race([Promise.resolve().then(isOk), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

const noAudit = { none: 'changes nothing' } as const

/** `GET /healthz` and `GET /readyz` (503 `not_ready` with each check's result). */
export const healthRoutes = ({ checks }: HealthDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/healthz',
    door: 'open',
    output: z.object({ status: z.literal('alive') }),
    audit: noAudit,
    handler: () => json({ status: 'alive' }),
  }),
  defineRoute({
    method: 'GET',
    path: '/readyz',
    door: 'open',
    output: z.object({ status: z.literal('ready'), checks: z.record(z.string(), z.enum(['ok', 'failed'])) }),
    audit: noAudit,
    async handler() {
      const results = await Promise.all(checks.map(async ({ name, isOk }) => [name, await inTime(isOk)] as const))
      const shown = Object.fromEntries(results.map(([name, isOk]) => [name, isOk ? 'ok' : 'failed']))
      if (results.some(([, isOk]) => !isOk)) {
        throw new AppError('not_ready', { extra: { checks: shown }, retryAfterSeconds: 5 })
      }
      return json({ status: 'ready', checks: shown })
    },
  }),
]
