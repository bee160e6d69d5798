// (h) a generated workspace of Rankr comes over into the simulated CRM, while a share of the calls fails and the app is killed
// on its way; then both sides are compared record by record.

import { setTimeout as delay } from 'node:timers/promises'
import { readManifest } from '../../server/manifest.ts'
import { type Backfill, createBackfills } from '../../server/store/backfills.ts'
import { createDatabase } from '../../server/store/db.ts'
import { countsOf } from '../../server/sync/backfill-progress.ts'
import { liveEnvironment } from '../../test/live.ts'
import { setUpAccount } from '../account.ts'
import { type Bench, freshDatabase, type Scenario, startApp } from '../bench.ts'
import { startChild } from '../child.ts'
import { none, type Row } from '../report.ts'
import { mostResident } from '../resident.ts'
import type { Comparison } from '../servers/compare.ts'

/** The process is killed once so much is done. */
const KILLED_AT = 0.4
const LOOK_MS = 500
const SAY_MS = 15_000
const PATIENCE_MS = 3 * 3_600_000
/** Records of a page of Rankr's lists. */
const PAGE = 100

type Report = { calls: number; faults: number; writes: number; pages: number; paths: Record<string, number> }

const shareOf = ({ parts }: Backfill): number => {
  const { over, total } = countsOf(parts)
  return total ? over / total : 0
}

export const initialSync: Scenario = async (bench: Bench) => {
  const { say, after, environment, workspace: size, faults } = bench
  const databaseUrl = await freshDatabase(bench)
  const live = liveEnvironment('http://127.0.0.1:1')
  const publicUrl = live.PUBLIC_URL!
  const simulated = await startChild('simulated.ts', {
    clientId: live.HIGHLEVEL_CLIENT_ID!,
    clientSecret: live.HIGHLEVEL_CLIENT_SECRET!,
    ssoKey: live.HIGHLEVEL_SSO_KEY!,
    appUrl: publicUrl,
    scopes: JSON.stringify(readManifest().oauth.allowedScopes),
    size: JSON.stringify(size),
  })
  after(simulated.stop)
  const own = {
    ...environment,
    ...live,
    HIGHLEVEL_API_URL: `${simulated.url}/crm`,
    HIGHLEVEL_MARKETPLACE_URL: `${simulated.url}/crm`,
    RANKR_API_URL: `${simulated.url}/rankr/api`,
  }
  const begin = () => startApp({ ...bench, environment: own }, { databaseUrl, role: 'all' })
  let app = await begin()
  const account = await setUpAccount({ simulated, appUrl: app.url, publicUrl, databaseUrl, environment: own })

  const db = createDatabase({ url: databaseUrl, poolSize: 2 })
  after(() => db.close())
  const backfills = createBackfills({ db })
  const until = async (isReached: (backfill: Backfill) => boolean): Promise<Backfill> => {
    const deadline = performance.now() + PATIENCE_MS
    for (let saidAt = performance.now(); performance.now() < deadline; await delay(LOOK_MS)) {
      const backfill = await backfills.latest(account.locationId)
      if (backfill && isReached(backfill)) return backfill
      if (!backfill || performance.now() - saidAt < SAY_MS) continue
      const { over, total, failed } = countsOf(backfill.parts)
      say(
        `${over} of ${total ?? '?'} records, ${failed} failed${backfill.waitCode ? `, waits: ${backfill.waitCode}` : ''}`,
      )
      saidAt = performance.now()
    }
    throw new Error('The initial sync did not end in time')
  }

  await simulated.ask('begin', faults)
  const startedAt = performance.now()
  await account.press('/settings/syncs/initial/start', { customers: 'on', orders: 'on', invoices: 'on' })
  const first = await mostResident(app.child.pid!, () => until((backfill) => shareOf(backfill) >= KILLED_AT))
  await app.end('SIGKILL')
  say('killed with -9, started again')
  app = await begin()
  let done: Backfill | undefined
  const second = await mostResident(app.child.pid!, async () => {
    done = await until(({ status }) => status === 'done')
  })
  const seconds = (performance.now() - startedAt) / 1_000

  const { calls, faults: met, writes, pages, paths } = await simulated.ask<Report>('report')
  const found = await simulated.ask<Comparison>('compare')
  for (const example of found.examples) say(example)
  for (const [path, count] of Object.entries(paths)) say(`${count} × ${path}`)
  const counts = countsOf(done!.parts)
  const records = size.customers + size.orders + size.invoices
  const fewestPages = [size.customers, size.orders, size.invoices].reduce(
    (sum, count) => sum + Math.ceil(count / PAGE),
    0,
  )
  const row = (name: string, unit: string, value: number): Row => ({ part: 'h', name, unit, values: [value] })
  return {
    rows: [
      row('records', '', records),
      row('time', 's', seconds),
      row('records per second', 'records/s', records / seconds),
      row('calls to the CRM', '', calls),
      row('calls that were made to fail', '', met),
      row('calls per record', '', calls / records),
      row('calls per record that changed something: the minimum', '', writes / records),
      row('calls : minimum', '', calls / writes),
      row('pages read : minimum', '', pages / fewestPages),
      row('memory of the app, at most', 'MB', Math.max(first, second)),
    ],
    goals: [
      none('h', 'records missing', found.missing + (records - counts.over)),
      none('h', 'records doubled', found.doubled),
      none('h', 'records that differ', found.differing),
      none('h', 'records failed or passed over', counts.failed + counts.skipped),
      none('h', 'messages sent', found.messages),
    ],
    skipped: [],
  }
}
