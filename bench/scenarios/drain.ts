// (c) how fast a backlog of many locations is worked off, next to axios alone calling the same CRM over as many sockets.

import { setTimeout as delay } from 'node:timers/promises'
import type { StubReport } from '../../test/stub-crm.ts'
import { addBacklog, waitingIn } from '../backlog.ts'
import { freshDatabase, inTurn, ratio, type Scenario, startApp } from '../bench.ts'
import { rateOf, untilSeen } from '../calls.ts'
import { startChild } from '../child.ts'
import { atLeast, none, type Row } from '../report.ts'

const ALONE = (delayMs: number) => `axios alone, CRM answers after ${delayMs} ms`
const DRAIN = (delayMs: number) => `drain, CRM answers after ${delayMs} ms`

/** Waits until nothing is left; a call made twice comes by then. */
const untilEmpty = async (databaseUrl: string): Promise<void> => {
  while ((await waitingIn(databaseUrl)) > 0) await delay(100)
}

export const drain: Scenario = async (bench) => {
  const { after, database, isQuick, stub } = bench
  const { tenants } = database
  const each = isQuick ? 20 : 100
  const databaseUrl = await freshDatabase(bench)
  await startApp(bench, { databaseUrl, role: 'worker' })
  const caller = await startChild('axios-caller.ts', { crmUrl: stub.url })
  after(caller.stop)
  let first = 0
  let lost = 0
  let doubled = 0

  const alone = async (delayMs: number, count: number): Promise<number> => {
    await stub.ask('reset', delayMs)
    await caller.ask('call', { first: 0, count })
    return rateOf(await stub.ask<StubReport>('report'))
  }
  const drained = async (delayMs: number, perTenant: number): Promise<number> => {
    const count = perTenant * tenants.length
    await stub.ask('reset', delayMs)
    await addBacklog({ databaseUrl, tenants, each: perTenant, first })
    first += count
    const rate = rateOf(await untilSeen(stub, count))
    await untilEmpty(databaseUrl)
    const report = await stub.ask<StubReport>('report')
    lost += count - report.numbers.length
    doubled += report.doubled.length
    return rate
  }
  const size = (round: number) => (round === 0 ? Math.ceil(each / 4) : each)
  const delays = [0, 50]
  const figures = await inTurn(
    { ...bench, rounds: Math.min(bench.rounds, 3) },
    delays.flatMap((delayMs): [string, (round: number) => Promise<number>][] => [
      [ALONE(delayMs), (round) => alone(delayMs, size(round) * tenants.length)],
      [DRAIN(delayMs), (round) => drained(delayMs, size(round))],
    ]),
  )
  const rows = [...figures].map(([name, values]): Row => ({ part: 'c', name, unit: 'events/s', values }))
  const shares = delays.map((delayMs) => ratio(figures.get(DRAIN(delayMs)), figures.get(ALONE(delayMs))))
  return {
    rows: [
      ...rows,
      ...delays.map(
        (delayMs, at): Row => ({
          part: 'c',
          name: `drain : axios alone, ${delayMs} ms`,
          unit: '',
          values: [shares[at]!],
        }),
      ),
    ],
    goals: [
      atLeast('c', 'drain : axios alone, 0 ms', { value: shares[0]!, limit: 0.5 }),
      none('c', 'events lost', lost),
      none('c', 'events doubled', doubled),
    ],
    skipped: [],
  }
}
