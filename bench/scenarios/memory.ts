// (f) memory of the app's process: at rest, while it accepts and drains under load, and with a million events waiting.

import { setTimeout as delay } from 'node:timers/promises'
import { addBacklog, waitingIn } from '../backlog.ts'
import { freshDatabase, requestsTo, type Scenario, startApp } from '../bench.ts'
import { load } from '../load.ts'
import { below, type Row } from '../report.ts'
import { mostResident, residentMb } from '../resident.ts'

const CONNECTIONS = 64
const SETTLE_MS = 5_000

export const memory: Scenario = async (bench) => {
  const { database, isQuick, say, stub } = bench
  const { tenants } = database
  const rows: Row[] = []
  const note = (name: string, value: number): number => {
    say(`${name} ${value.toFixed(0)} MB`)
    rows.push({ part: 'f', name, unit: 'MB', values: [value] })
    return value
  }

  await stub.ask('reset', 0)
  const databaseUrl = await freshDatabase(bench)
  const loaded = await startApp(bench, { databaseUrl, role: 'all' })
  await delay(SETTLE_MS)
  note('at rest', residentMb(loaded.child.pid!))
  let first = 0
  const busy = await mostResident(loaded.child.pid!, async () => {
    for (let turn = 0; turn < (isQuick ? 1 : 3); turn++) {
      const requests = requestsTo(loaded.url, bench, { first, count: 10_000 })
      first += requests.length
      await load({ url: new URL(loaded.url), connections: CONNECTIONS, requests })
    }
  })
  note('accepting from 64 connections, and draining', busy)
  await loaded.end('SIGTERM')

  const waiting = isQuick ? 100_000 : 1_000_000
  const full = await freshDatabase(bench)
  await addBacklog({ databaseUrl: full, tenants, each: waiting / tenants.length, first: 0 })
  await stub.ask('reset', 0)
  const drains = await startApp(bench, { databaseUrl: full, role: 'all' })
  const most = await mostResident(drains.child.pid!, () => delay(isQuick ? 5_000 : 20_000))
  const left = await waitingIn(full)
  note(`draining, ${waiting.toLocaleString('en')} events waiting`, most)
  say(`${left.toLocaleString('en')} events were still waiting`)
  return {
    rows,
    goals: [below('f', `${waiting.toLocaleString('en')} events waiting`, { value: most, limit: 300, unit: 'MB' })],
    skipped: [],
  }
}
