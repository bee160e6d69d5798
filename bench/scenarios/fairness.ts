// (e) what a single event waits for while others have a long backlog: one location with 100,000 events, then so many busy
// locations that every place of the worker is taken.

import { setTimeout as delay } from 'node:timers/promises'
import { signedEvents, type Tenant } from '../../test/live.ts'
import { addBacklog, waitingIn } from '../backlog.ts'
import { type Bench, freshDatabase, type Scenario, startApp } from '../bench.ts'
import { untilSeen } from '../calls.ts'
import { sendEvent } from '../pace.ts'
import { below, type Row } from '../report.ts'

const TRIES = 10
/** Numbers of the single events, out of the way of the backlog's. */
const SINGLE = 10_000_000

type Crowd = { busy: Tenant[]; each: number; delayMs: number }

/** Milliseconds from sending a single event to its call, of each try. */
const waits = async (bench: Bench, { busy, each, delayMs }: Crowd): Promise<number[]> => {
  const { database, stub } = bench
  const databaseUrl = await freshDatabase(bench)
  const app = await startApp(bench, { databaseUrl, role: 'all' })
  const sign = signedEvents(database.tenants)
  await stub.ask('reset', delayMs)
  await addBacklog({ databaseUrl, tenants: busy, each, first: 0 })
  await untilSeen(stub, 500)
  const quiet = database.tenants.length - busy.length
  const waited: number[] = []
  for (let n = 0; n < TRIES; n++) {
    // A location that nobody has asked for yet.
    const place = busy.length + (n % quiet)
    const { sentAt } = await sendEvent(app.url, sign(SINGLE + n, place))
    waited.push((await stub.ask<number>('called', SINGLE + n)) - sentAt)
    await delay(100 + 37 * n)
  }
  if ((await waitingIn(databaseUrl)) === 0) throw new Error('The backlog was gone before the last try')
  return waited
}

export const fairness: Scenario = async (bench) => {
  const { database, isQuick } = bench
  const total = isQuick ? 20_000 : 100_000
  const rows: Row[] = []
  const measure = async (name: string, crowd: Crowd): Promise<number> => {
    const values = await waits(bench, crowd)
    rows.push({ part: 'e', name, unit: 'ms', values })
    return Math.max(...values)
  }
  const one = database.tenants.slice(0, 1)
  const many = database.tenants.slice(0, 100)
  const behindOne = await measure(`one location with ${total.toLocaleString('en')} waiting`, {
    busy: one,
    each: total,
    delayMs: 0,
  })
  await measure(`100 locations with ${(total / 100).toLocaleString('en')} waiting each`, {
    busy: many,
    each: total / 100,
    delayMs: 50,
  })
  return {
    rows,
    goals: [below('e', 'the longest wait behind one busy location', { value: behindOne, limit: 1000, unit: 'ms' })],
    skipped: [],
  }
}
