// What every scenario is given, and what they do in the same way: the app as a process, its database, events to send.

import type { WorkspaceSize } from '../server/sandbox/rankr/generated.ts'
import { type SignedEvent, signedEvents } from '../test/live.ts'
import type { Running } from '../test/process.ts'
import { start } from '../test/process.ts'
import type { Child } from './child.ts'
import type { BenchDatabase } from './database.ts'
import { type PreparedRequest, prepare } from './load.ts'
import type { Part, Report } from './report.ts'

export type Bench = {
  database: BenchDatabase
  stub: Child
  /** Live mode, all but database and role. */
  environment: Record<string, string>
  wants(part: Part): boolean
  isQuick: boolean
  rounds: number
  /** Of the backfill: what is brought over, and the share of calls that fail. */
  workspace: WorkspaceSize
  faults: number
  /** Runs at the end of the scenario, the last one first. */
  after(hook: () => unknown): void
  say(text: string): void
}

export type Scenario = (bench: Bench) => Promise<Report>

/** The app as a user runs it; stopped at the end of the scenario. */
export const startApp = async (
  { environment, after }: Bench,
  { databaseUrl, role }: { databaseUrl: string; role: 'web' | 'worker' | 'all' },
): Promise<Running> => {
  const app = await start({ ...environment, DATABASE_URL: databaseUrl, ROLE: role })
  after(() => app.end('SIGTERM'))
  return app
}

/** A copy of the seeded database, gone at the end of the scenario. */
export const freshDatabase = async ({ database, after }: Bench): Promise<string> => {
  const url = await database.fresh()
  after(() => database.drop(url))
  return url
}

export const toRequest = (url: string, { path, headers, body }: SignedEvent): PreparedRequest =>
  prepare(new URL(path, url), { headers, body })

/** Signed requests to the app, numbers going round the tenants. */
export const requestsTo = (url: string, bench: Bench, { first, count }: { first: number; count: number }) => {
  const sign = signedEvents(bench.database.tenants)
  return Array.from({ length: count }, (_, n) => toRequest(url, sign(first + n)))
}
