// A process that dies at a named moment of its work, for tests that count what has become of it: everything it was about to
// do stays undone, and another node takes over.

import type { createClock } from '../relay/kit.ts'
import type { createSync } from './kit.ts'

type Sync = ReturnType<typeof createSync>
type Fault = (point: string) => void | Promise<void>

const never = new Promise<never>(() => {})

type Options = {
  /** A node over the same database and CRM. */
  node(fault: Fault, id: string): Sync
  clock: ReturnType<typeof createClock>
}

/** Drains as the last of its hours: until nothing sleeps any more. */
const settle = async (node: Sync, clock: Options['clock']): Promise<void> => {
  for (let tries = 0; (await node.drainAll()) === 'sleeping' && tries < 10; tries++) clock.advance(3_600_000)
}

/** `survivor` is the node that takes over; `dieAt` lets the other one begin. */
export const createMortals = ({ node, clock }: Options) => {
  const survivor = node(() => {}, '00000000-0000-4000-8000-000000000002')
  return {
    survivor,

    /**
     * Works on what was accepted in a process that dies at moment number `at`, then lets the survivor end it; `between` is
     * what happens meanwhile. Answers the moments that were passed.
     */
    async dieAt(at: number, between: () => Promise<unknown> = async () => {}): Promise<string[]> {
      const passed: string[] = []
      let die = () => {}
      const death = new Promise<void>((resolve) => {
        die = resolve
      })
      const mortal = node((point) => {
        passed.push(point)
        if (passed.length - 1 !== at) return
        die()
        return never
      }, '00000000-0000-4000-8000-00000000dead')
      await Promise.race([mortal.drainAll(), death])
      await between()
      await settle(survivor, clock)
      return passed
    },
  }
}
