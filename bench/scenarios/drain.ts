// (c) how fast a backlog of many locations is worked off, next to axios alone calling the same CRM over as many sockets.

import { setTimeout as delay } from 'node:timers/promises'
import type { StubReport } from '../../test/stub-crm.ts'
import { addBacklog, waitingIn } from '../backlog.ts'
import { freshDatabase, type Scenario, startApp } from '../bench.ts'
import { rateOf, untilSeen } from '../calls.ts'
import { startChild } from '../child.ts'
import { type Contestant, contest, type Measured } from '../contest.ts'
import { cpuPerEvent } from '../cpu.ts'
import { atLeast, none } from '../report.ts'

const MOST_ROUNDS = 3

const alone = (delayMs: number) => `axios alone, CRM answers after ${delayMs} ms`
const drained = (delayMs: number) => `drain, CRM answers after ${delayMs} ms`

/** Waits until nothing is left; a call made twice comes by then. */
const untilEmpty = async (databaseUrl: string): Promise<void> => {
  while ((await waitingIn(databaseUrl)) > 0) await delay(100)
}

export const drain: Scenario = async (bench) => {
  const { after, database, isQuick, stub } = bench
  const { tenants } = database
  const databaseUrl = await freshDatabase(bench)
  const app = await startApp(bench, { databaseUrl, role: 'worker' })
  const caller = await startChild('axios-caller.ts', { crmUrl: stub.url })
  after(caller.stop)
  const each = (round: number) => Math.ceil((isQuick ? 20 : 100) / (round === 0 ? 4 : 1))
  let first = 0
  let lost = 0
  let doubled = 0

  const callAlone = async (delayMs: number, count: number): Promise<Measured> => {
    await stub.ask('reset', delayMs)
    const cpuMicros = await cpuPerEvent({ process: caller.pid }, count, () => caller.ask('call', { first: 0, count }))
    return { rate: rateOf(await stub.ask<StubReport>('report')), cpuMicros }
  }

  const drainAll = async (delayMs: number, perTenant: number): Promise<Measured> => {
    const count = perTenant * tenants.length
    await stub.ask('reset', delayMs)
    await addBacklog({ databaseUrl, tenants, each: perTenant, first })
    first += count
    const pids = { app: app.child.pid!, PostgreSQL: database.pid }
    const cpuMicros = await cpuPerEvent(pids, count, () => untilSeen(stub, count))
    const rate = rateOf(await stub.ask<StubReport>('report'))
    await untilEmpty(databaseUrl)
    const report = await stub.ask<StubReport>('report')
    lost += count - report.numbers.length
    doubled += report.doubled.length
    return { rate, cpuMicros }
  }

  const rounds = Math.min(bench.rounds, MOST_ROUNDS)
  const { rows, ratio } = await contest(
    { ...bench, rounds },
    [0, 50].flatMap((delayMs): Contestant[] => [
      { part: 'c', name: alone(delayMs), run: (round) => callAlone(delayMs, each(round) * tenants.length) },
      { part: 'c', name: drained(delayMs), run: (round) => drainAll(delayMs, each(round)) },
    ]),
  )
  return {
    rows: [
      ...rows,
      { part: 'c', name: 'drain : axios alone, 50 ms', unit: '', values: [ratio(drained(50), alone(50))] },
    ],
    goals: [
      atLeast('c', 'drain : axios alone, 0 ms', { value: ratio(drained(0), alone(0)), limit: 0.5 }),
      none('c', 'events lost', lost),
      none('c', 'events doubled', doubled),
    ],
    skipped: [],
  }
}
