// A process that dies at a named moment of its work, for tests that count what has become of it: everything it was about to
// do stays undone, and another node takes over.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Database } from '../../server/store/db.ts'
import { createClock } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, LOCATION } from './kit.ts'

type Sync = ReturnType<typeof createSync>
type Fault = (point: string) => void | Promise<void>

const never = new Promise<never>(() => {})

type Options = {
  /** A node over the same database and CRM. */
  node(fault: Fault, id: string, isLost?: () => boolean): Sync
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

    /**
     * The same for a process that is only held up at that moment, is taken for dead, and goes on when the survivor has ended its
     * work. `hears`: it knows by then that its session was lost.
     */
    async goOnAt(at: number, { hears }: { hears: boolean }): Promise<string[]> {
      const passed: string[] = []
      const [heldUp, takenOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let isLost = false
      const undead = node(
        async (point) => {
          passed.push(point)
          if (passed.length - 1 !== at) return
          heldUp.resolve()
          await takenOver.promise
        },
        '00000000-0000-4000-8000-00000000dead',
        () => isLost,
      )
      const working = undead.drainAll().catch(() => {})
      await Promise.race([working, heldUp.promise])
      await settle(survivor, clock)
      isLost = hears
      takenOver.resolve()
      await working
      await settle(survivor, clock)
      return passed
    },
  }
}

/** A simulated CRM and two nodes before it, of which one dies. */
export const createDyingWorld = async (t: TestContext, db: Database) => {
  const clock = createClock()
  const { crm, url, locationToken, companyToken } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  const token = await locationToken()
  const mortals = createMortals({
    clock,
    node(fault, id, isLost = () => false) {
      const sync = createSync({ db, crmUrl: url, token, clock, fault, drainOver: { nodeId: () => id, isLost } })
      t.after(sync.close)
      return sync
    },
  })
  return {
    ...mortals,
    crm,
    url,
    companyToken,

    /** Nothing waits, nothing has failed, and the audit is whole. */
    async isAllWell(moment: string): Promise<void> {
      const { rows } = await db.pool.query('select code from parked_events union all select code from dead_letters')
      assert.deepEqual(rows, [], `left over ${moment}`)
      assert.equal((await mortals.survivor.audit.verify(LOCATION)).ok, true, `audit ${moment}`)
    },
  }
}

const ANY_RUN = ['drain.acquired', 'before action', 'marked', 'after action', 'before commit', 'after commit']

/** `live` dies at moment number `at` and answers the moments that were passed: first at none, then at each of them in turn. */
export const dieAtEach = async (live: (at: number) => Promise<string[]>): Promise<void> => {
  const moments = await live(Number.POSITIVE_INFINITY)
  for (const wanted of ANY_RUN) assert.ok(moments.includes(wanted), wanted)
  for (const at of moments.keys()) await live(at)
}
