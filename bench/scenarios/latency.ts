// (d) how long after the acknowledgement of an event the CRM is called for it, at a steady 100 events a second.

import { signedEvents } from '../../test/live.ts'
import { freshDatabase, type Scenario, startApp } from '../bench.ts'
import { untilSeen } from '../calls.ts'
import { pace } from '../pace.ts'
import { below, none, type Row } from '../report.ts'
import { median, percentile } from '../statistics.ts'

const PER_SECOND = 100
const SHARES = [0.5, 0.95, 0.99] as const

export const latency: Scenario = async (bench) => {
  const { database, isQuick, rounds, say, stub } = bench
  const app = await startApp(bench, { databaseUrl: await freshDatabase(bench), role: 'all' })
  const sign = signedEvents(database.tenants)
  const sinceAnswer = SHARES.map((): number[] => [])
  const sinceSent = SHARES.map((): number[] => [])
  let first = 0
  let doubled = 0

  const once = async (count: number) => {
    await stub.ask('reset', 0)
    const from = first
    first += count
    const sent = await pace(app.url, { perSecond: PER_SECOND, count, event: (n) => sign(from + n) })
    const { numbers, firstAt, doubled: twice } = await untilSeen(stub, count)
    doubled += twice.length
    const calledAt = new Map([...numbers].map((number, at) => [number, firstAt[at]!]))
    // The call may come before the sender has read its answer: both follow the commit.
    return {
      sinceAnswer: sent.map(({ acknowledgedAt }, n) => Math.max(0, calledAt.get(from + n)! - acknowledgedAt)),
      sinceSent: sent.map(({ sentAt }, n) => calledAt.get(from + n)! - sentAt),
    }
  }

  await once(PER_SECOND * 3)
  for (let round = 1; round <= Math.min(rounds, 3); round++) {
    const delays = await once(PER_SECOND * (isQuick ? 5 : 15))
    for (const [at, share] of SHARES.entries()) {
      sinceAnswer[at]!.push(percentile(delays.sinceAnswer, share))
      sinceSent[at]!.push(percentile(delays.sinceSent, share))
    }
    say(`round ${round}: p99 ${sinceAnswer[2]!.at(-1)!.toFixed(1)} ms`)
  }
  const rowsOf = (name: string, figures: number[][]): Row[] =>
    SHARES.map((share, at) => ({ part: 'd', name: `${name}, p${share * 100}`, unit: 'ms', values: figures[at]! }))
  return {
    rows: [...rowsOf('acknowledged → call', sinceAnswer), ...rowsOf('sent → call', sinceSent)],
    goals: [
      below('d', 'acknowledged → call, p99', { value: median(sinceAnswer[2]!), limit: 100, unit: 'ms' }),
      none('d', 'events doubled', doubled),
    ],
    skipped: [],
  }
}
