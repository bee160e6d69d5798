// Bad weather for a share of all calls, the same at every run: too many requests, errors, answers that get lost after the work
// is done, broken connections, and now and then no answer at all.

import type { RequestHandler } from 'express'
import type { Fault } from '../../server/sandbox/crm/faults.ts'

/** Of a hundred faults. Each 429 stops all calls for a second and each time-out takes 15 s, so they are fewer. */
const KINDS: [number, Omit<Fault, 'path'>][] = [
  [8, { status: 429, headers: { 'retry-after': '1' } }],
  [26, { status: 500 }],
  [25, { status: 503 }],
  [22, { kind: 'lost' }],
  [18, { kind: 'reset' }],
  [1, { kind: 'hang' }],
]

/** Mulberry32: small, and the same for the same seed. */
const createRandom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const createStorm = ({ failNext }: { failNext: (fault: Fault) => void }) => {
  const random = createRandom(7)
  let share = 0
  const counts = { calls: 0, faults: 0 }
  /** By method and path without ids. */
  const paths = new Map<string, number>()
  const strike: RequestHandler = (request, _response, next) => {
    if (!request.path.startsWith('/oauth')) {
      counts.calls++
      const path = `${request.method} ${request.path.replaceAll(/\/[A-Za-z0-9]{18,}/g, '/:id')}`
      paths.set(path, (paths.get(path) ?? 0) + 1)
      if (random() < share) {
        counts.faults++
        let at = random() * 100
        const [, fault] = KINDS.find(([weight]) => {
          at -= weight
          return at < 0
        })!
        // Taken by this very call: nothing lies between.
        failNext({ ...fault, method: request.method, path: request.path })
      }
    }
    next()
  }
  return {
    strike,
    report: () => ({ ...counts, paths: Object.fromEntries([...paths].sort(([, a], [, b]) => b - a)) }),
    reset(): void {
      Object.assign(counts, { calls: 0, faults: 0 })
      paths.clear()
    },
    blow(next: number): void {
      share = next
    },
  }
}
