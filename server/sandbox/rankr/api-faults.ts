// Rate limits and faults on demand of a simulated API. `control` is for tests and the sandbox's own route.

import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { createFaults, type Fault } from '../crm/faults.ts'

const MINUTE_MS = 60_000

export const faultWish = z.object({
  method: z.string().max(10).optional(),
  path: z.string().min(1).max(200),
  times: z.number().int().min(1).max(10_000).optional(),
  kind: z.enum(['answer', 'hang', 'reset', 'lost']).optional(),
  status: z.number().int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
})

/** How a system puts it: headers of every answer, and the answers to strangers and to those who call too often. */
export type Manners = {
  refuse(response: Response): void
  count(response: Response, window: { limit: number; left: number; seconds: number }): void
  limit(response: Response, window: { seconds: number }): void
}

const RANKR: Manners = {
  refuse: (response) => response.status(401).set('www-authenticate', 'Bearer').json({ error: 'unauthorized' }),
  count: (response, { limit, left }) =>
    response.set({ 'ratelimit-limit': String(limit), 'ratelimit-remaining': String(left) }),
  limit: (response, { seconds }) =>
    response.status(429).set('retry-after', String(seconds)).json({ error: 'rate_limited' }),
}

type Options = {
  now: () => Date
  perMinute: number
  callerOf: (header: string | undefined) => string | undefined
  manners?: Manners
}

/** Rate limiting and fault injection for one API. */
export const createApiFaults = ({ now, perMinute, callerOf, manners = RANKR }: Options) => {
  const faults = createFaults()
  const windows = new Map<string, { startedAt: number; used: number }>()
  const calls: { method: string; path: string }[] = []
  let limit = perMinute

  const allow: RequestHandler = (request, response, next) => {
    const caller = callerOf(request.get('authorization'))
    if (caller === undefined) {
      manners.refuse(response)
      return
    }
    const at = now().getTime()
    const window = windows.get(caller) ?? { startedAt: at, used: 0 }
    windows.set(caller, window)
    if (at - window.startedAt >= MINUTE_MS) Object.assign(window, { startedAt: at, used: 0 })
    const left = Math.max(0, limit - window.used - 1)
    const seconds = Math.max(1, Math.ceil((window.startedAt + MINUTE_MS - at) / 1000))
    manners.count(response, { limit, left, seconds })
    if (window.used >= limit) {
      manners.limit(response, { seconds })
      return
    }
    window.used += 1
    next()
  }

  const strike: RequestHandler = (request, response, next) => {
    calls.push({ method: request.method, path: request.path })
    if (calls.length > 1_000) calls.shift()
    const fault = faults.take(request.method, request.path)
    const kind = fault?.kind ?? 'answer'
    if (!fault) next()
    else if (kind === 'hang') return
    else if (kind === 'reset') request.socket.destroy()
    else if (kind === 'lost') {
      // The work is done; its answer is not heard.
      response.json = () => {
        request.socket.destroy()
        return response
      }
      next()
    } else {
      response
        .status(fault.status ?? 503)
        .set(fault.headers ?? {})
        .json(fault.body ?? { error: 'unavailable' })
    }
  }

  return {
    allow,
    strike,
    control: {
      failNext: (fault: Fault): void => faults.arm(fault),
      clearFaults: faults.clear,
      faults: faults.list,
      /** Calls a minute for each caller, from now on. */
      setLimit(next: number): void {
        limit = next
        windows.clear()
      },
      /** The last calls, oldest first. */
      calls: () => [...calls],
    },
  }
}

export type ApiFaults = ReturnType<typeof createApiFaults>
