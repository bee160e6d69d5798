// (i) what a call of our API takes beyond the call of the CRM that it makes: new customers over 32 connections, beside a
// bare Express proxy that makes the same call, by axios as it comes, and nothing else. As fast as it goes the answer takes 32
// times what the busiest process needs for a call; paced, it is what a caller waits.

import { createCredentialVersion } from '../../server/api/credential-version.ts'
import { createApiKeys } from '../../server/store/api-keys.ts'
import { createClients } from '../../server/store/clients.ts'
import { createCredentialChange } from '../../server/store/credential-change.ts'
import { createDatabase } from '../../server/store/db.ts'
import { eventEmail } from '../../test/stub-crm.ts'
import { freshDatabase, type Scenario, startApp, toRequest } from '../bench.ts'
import { startChild } from '../child.ts'
import { cpuPerEvent } from '../cpu.ts'
import { type LoadResult, load } from '../load.ts'
import { pace } from '../pace.ts'
import { below, type Row } from '../report.ts'
import { median, percentile } from '../statistics.ts'

const CONNECTIONS = 32
const PER_SECOND = 100
const AT_RATE = `${PER_SECOND} calls/s`
/** Of what the app can do. */
const SHARE = 0.6
const AT_SHARE = `${SHARE * 100} % of the app's calls/s`
const SCOPES = ['customers.write']
/** Times as many calls: V8 compiles what runs for the first 15,000 or so, which take up to twice the time of later ones. */
const WARM_UP = 2

type Measured = { perSecond: number; p50: number; p99: number; cpuMicros: Record<string, number> }

const unrecorded = async (): Promise<void> => {}

/** A key of an app of each account: one alone would run into its limit of calls a minute. */
const keysOf = async (databaseUrl: string, locationIds: string[]): Promise<string[]> => {
  const db = createDatabase({ url: databaseUrl, poolSize: 4 })
  const deps = {
    db,
    change: createCredentialChange({ db, version: createCredentialVersion() }),
    now: () => new Date(),
  }
  const [clients, apiKeys] = [createClients(deps), createApiKeys(deps)]
  try {
    return await Promise.all(
      locationIds.map(async (locationId) => {
        const app = { name: 'Shop', mode: 'live', scopes: SCOPES } as const
        const { client } = await clients.create(locationId, app, unrecorded)
        return (await apiKeys.create(locationId, { ...app, clientId: client.id }, unrecorded))!.text
      }),
    )
  } finally {
    await db.close()
  }
}

export const api: Scenario = async (bench) => {
  const { after, database, isQuick, rounds, say, stub } = bench
  const databaseUrl = await freshDatabase(bench)
  const keys = await keysOf(
    databaseUrl,
    database.tenants.map(({ locationId }) => locationId),
  )
  const app = await startApp(bench, { databaseUrl, role: 'web' })
  const proxy = await startChild('proxy.ts', { crmUrl: stub.url })
  after(proxy.stop)
  let next = 0

  /** A customer that is new, each time. */
  const newCall = () => {
    const number = next++
    const body = JSON.stringify({
      ...{ id: `cus_${number}`, email: eventEmail(number), phone: '+12025550143' },
      ...{ name: 'Ana María Díaz', company: 'Díaz & Daughters' },
    })
    return { path: '/v1/customers', headers: { authorization: `Bearer ${keys[number % keys.length]}` }, body }
  }

  const measure = async (
    url: string,
    { pids, count }: { pids: Record<string, number>; count: number },
  ): Promise<Measured> => {
    await stub.ask('reset', 0)
    const requests = Array.from({ length: count }, () => toRequest(url, newCall()))
    let result: LoadResult | undefined
    const cpuMicros = await cpuPerEvent(pids, count, async () => {
      result = await load({ url: new URL(url), connections: CONNECTIONS, requests })
    })
    const { latenciesMs, perSecond, statuses } = result!
    if (statuses['201'] !== count) throw new Error(`Answers: ${JSON.stringify(statuses)}`)
    return { perSecond, p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99), cpuMicros }
  }
  /** At a rate that keeps few waiting for others: what a call takes by itself. */
  const measurePaced = async (url: string, perSecond: number): Promise<number> => {
    await stub.ask('reset', 0)
    const count = Math.round(perSecond * (isQuick ? 4 : 10))
    const sent = await pace(url, { perSecond, count, event: newCall })
    return percentile(
      sent.map(({ sentAt, acknowledgedAt }) => acknowledgedAt - sentAt),
      0.5,
    )
  }

  const measured: { proxy: Measured[]; app: Measured[] } = { proxy: [], app: [] }
  const paced: { proxy: number[]; app: number[] } = { proxy: [], app: [] }
  const shared: { proxy: number[]; app: number[] } = { proxy: [], app: [] }
  for (let round = 0; round <= rounds; round++) {
    const count = (isQuick ? 2_000 : 8_000) * (round === 0 ? WARM_UP : 1)
    const alone = await measure(proxy.url, { pids: { server: proxy.pid }, count })
    const ours = await measure(app.url, { pids: { app: app.child.pid!, PostgreSQL: database.pid }, count })
    const [alonePaced, oursPaced] = [await measurePaced(proxy.url, PER_SECOND), await measurePaced(app.url, PER_SECOND)]
    const rate = ours.perSecond * SHARE
    const [aloneShared, oursShared] = [await measurePaced(proxy.url, rate), await measurePaced(app.url, rate)]
    const figures = [alone.p50, ours.p50, alonePaced, oursPaced, aloneShared, oursShared].map(
      (each) => `${each.toFixed(1)} ms`,
    )
    say(
      `${round === 0 ? 'warming up' : `round ${round}`}: p50 of proxy and app ${figures.slice(0, 2).join(', ')}; paced ${figures.slice(2).join(', ')}`,
    )
    if (round === 0) continue
    measured.proxy.push(alone)
    measured.app.push(ours)
    paced.proxy.push(alonePaced)
    paced.app.push(oursPaced)
    shared.proxy.push(aloneShared)
    shared.app.push(oursShared)
  }
  const beyond = measured.app.map(({ p50 }, round) => p50 - measured.proxy[round]!.p50)
  const beyondPaced = paced.app.map((p50, round) => p50 - paced.proxy[round]!)
  const beyondShared = shared.app.map((p50, round) => p50 - shared.proxy[round]!)
  const rowsOf = (name: string, of: typeof measured.app): Row[] => [
    { part: 'i', name, unit: 'calls/s', values: of.map(({ perSecond }) => perSecond) },
    { part: 'i', name: `${name}: p50 of the answer`, unit: 'ms', values: of.map(({ p50 }) => p50) },
    { part: 'i', name: `${name}: p99 of the answer`, unit: 'ms', values: of.map(({ p99 }) => p99) },
    ...Object.keys(of[0]?.cpuMicros ?? {}).map((process) => ({
      part: 'i' as const,
      name: `${name}: processor time, ${process}`,
      unit: 'µs/call',
      values: of.map(({ cpuMicros }) => cpuMicros[process]!),
    })),
  ]
  return {
    rows: [
      ...rowsOf('bare Express proxy', measured.proxy),
      ...rowsOf('POST /v1/customers', measured.app),
      { part: 'i', name: `${AT_RATE}, proxy: p50 of the answer`, unit: 'ms', values: paced.proxy },
      { part: 'i', name: `${AT_RATE}, app: p50 of the answer`, unit: 'ms', values: paced.app },
      { part: 'i', name: `${AT_SHARE}, proxy: p50 of the answer`, unit: 'ms', values: shared.proxy },
      { part: 'i', name: `${AT_SHARE}, app: p50 of the answer`, unit: 'ms', values: shared.app },
      { part: 'i', name: 'beyond the proxy, as fast as it goes: p50', unit: 'ms', values: beyond },
    ],
    goals: [
      below('i', `beyond the proxy, ${AT_RATE}, p50`, { value: median(beyondPaced), limit: 5, unit: 'ms' }),
      below('i', `beyond the proxy, ${AT_SHARE}, p50`, { value: median(beyondShared), limit: 5, unit: 'ms' }),
      below('i', 'beyond the proxy, as fast as it goes, p50', { value: median(beyond), limit: 5, unit: 'ms' }),
    ],
    skipped: [],
  }
}
