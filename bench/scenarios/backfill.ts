// (h) a generated workspace of Rankr comes over into the simulated CRM, while a share of the calls fails and the app is killed
// on its way; then both sides are compared record by record, by the app's own check and by a count beside it.

import { setTimeout as delay } from 'node:timers/promises'
import { readManifest } from '../../server/manifest.ts'
import { type Backfill, createBackfills } from '../../server/store/backfills.ts'
import { createDatabase } from '../../server/store/db.ts'
import { countsOf } from '../../server/sync/backfill/backfill-progress.ts'
import { liveEnvironment } from '../../test/live.ts'
import { eventEmail } from '../../test/stub-crm.ts'
import { setUpAccount } from '../account.ts'
import { type Bench, freshDatabase, type Scenario, startApp } from '../bench.ts'
import { startChild } from '../child.ts'
import { checkBothSides } from '../integrity.ts'
import { sendLiveCustomers } from '../live-customers.ts'
import { none, type Row } from '../report.ts'
import { mostResident } from '../resident.ts'
import type { Comparison } from '../servers/compare.ts'
import { median, percentile } from '../statistics.ts'

/** The process is killed once so much is done. */
const KILLED_AT = 0.5
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

export const backfill: Scenario = async (bench: Bench) => {
  const { say, after, environment, workspace: size, faults } = bench
  const databaseUrl = await freshDatabase(bench)
  const secrets = liveEnvironment('http://127.0.0.1:1')
  const publicUrl = secrets.PUBLIC_URL!
  const simulated = await startChild('simulated.ts', {
    clientId: secrets.HIGHLEVEL_CLIENT_ID!,
    clientSecret: secrets.HIGHLEVEL_CLIENT_SECRET!,
    ssoKey: secrets.HIGHLEVEL_SSO_KEY!,
    appUrl: publicUrl,
    scopes: JSON.stringify(readManifest().oauth.allowedScopes),
    size: JSON.stringify(size),
  })
  after(simulated.stop)
  const own = {
    ...environment,
    ...secrets,
    HIGHLEVEL_API_URL: `${simulated.url}/crm`,
    HIGHLEVEL_MARKETPLACE_URL: `${simulated.url}/crm`,
    RANKR_API_URL: `${simulated.url}/rankr/api`,
    // The rate limit is lifted, so more fits through.
    ACCOUNT_CONCURRENCY: '16',
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
      const backfill = await backfills.latest(account.tenant.locationId)
      if (backfill && isReached(backfill)) return backfill
      if (!backfill || performance.now() - saidAt < SAY_MS) continue
      const { over, total, failed } = countsOf(backfill.parts)
      say(
        `${over} of ${total ?? '?'} records, ${failed} failed${backfill.waitCode ? `, waits: ${backfill.waitCode}` : ''}`,
      )
      saidAt = performance.now()
    }
    throw new Error('The backfill did not end in time')
  }

  await simulated.ask('begin', faults)
  const startedAt = performance.now()
  await account.press('/settings/syncs/initial/start', { customers: 'on', orders: 'on', invoices: 'on' })
  const live = sendLiveCustomers(simulated, () => app.url, account.tenant)
  const first = await mostResident(app.child.pid!, () => until((backfill) => shareOf(backfill) >= KILLED_AT))
  await app.end('SIGKILL')
  say('killed with -9, started again')
  app = await begin()
  let done: Backfill | undefined
  const second = await mostResident(app.child.pid!, async () => {
    done = await until(({ status }) => status === 'done')
  })
  const seconds = (performance.now() - startedAt) / 1_000
  const taken = await live.end()
  say(`brought over in ${Math.round(seconds)} s; now the app compares both sides`)
  const { calls, faults: met, writes, pages, paths } = await simulated.ask<Report>('report')
  let check: Awaited<ReturnType<typeof checkBothSides>> | undefined
  const third = await mostResident(app.child.pid!, async () => {
    check = await checkBothSides({
      db,
      locationId: account.tenant.locationId,
      press: (path, form) => account.press(path, form, app.url),
    })
  })
  const { differences, open, ...checked } = check!
  if (open > 0) say(`differences: ${JSON.stringify(differences)}`)
  const found = await simulated.ask<Comparison>('compare')
  const madeAt = await simulated.ask<(number | null)[]>(
    'madeAt',
    taken.map(({ number }) => eventEmail(number)),
  )
  const waits = madeAt.flatMap((made, index) => (made === null ? [] : [made - taken[index]!.at]))
  for (const example of found.examples) say(example)
  for (const [path, count] of Object.entries(paths)) say(`${count} × ${path}`)
  const counts = countsOf(done!.parts)
  const records = size.customers + size.orders + size.invoices + taken.length
  const fewest = await simulated.ask<number>('fewest')
  const fewestPages = [size.customers, size.orders, size.invoices].reduce(
    (sum, count) => sum + Math.ceil(count / PAGE),
    0,
  )
  const row = (name: string, unit: string, value: number): Row => ({ part: 'h', name, unit, values: [value] })
  return {
    rows: [
      row('records', '', records),
      row('of them told of by live events meanwhile', '', taken.length),
      row('time', 's', seconds),
      row('records per second', 'records/s', records / seconds),
      row('calls to the CRM', '', calls),
      row('calls that were made to fail', '', met),
      row('calls per record', '', calls / records),
      row('… that changed something', '', writes / records),
      row('… the minimum possible', '', fewest / records),
      row('calls : minimum', '', calls / fewest),
      row('pages read : minimum', '', pages / fewestPages),
      row('a live event meanwhile: sent → contact, median', 'ms', median(waits)),
      row('… 9 of 10 within', 'ms', percentile(waits, 0.9)),
      row('memory of the app, at most', 'MB', Math.max(first, second, third)),
      row("records that the app's own check compared: in Rankr", '', checked.rankr),
      row('… in the CRM', '', checked.crm),
      row('… in', 's', checked.seconds),
    ],
    goals: [
      none('h', "differences in the app's own check", open),
      none('h', 'records missing', found.missing),
      none('h', 'contacts doubled', found.doubled.contacts),
      none('h', 'orders doubled', found.doubled.orders),
      none('h', 'invoices doubled', found.doubled.invoices),
      none('h', 'notes doubled', found.doubled.notes),
      none('h', 'records that differ', found.differing),
      none('h', 'records failed', counts.failed),
      none('h', 'records passed over without a live event of theirs', Math.max(0, counts.skipped - taken.length)),
      none('h', 'messages sent', found.messages),
      none('h', 'live events missing', taken.length - waits.length),
    ],
    skipped: [],
  }
}
