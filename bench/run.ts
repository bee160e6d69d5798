// npm run bench: measures the real process from end to end, beside the limits of the machine and other ways to build it,
// and writes bench/results/. Flags: --only=b,c  --quick  --rounds=5  --profile=FOLDER (CPU profiles of the app); of the initial
// sync (h) --size=1000,2500,1500 (customers, orders, invoices)  --faults=0.05.
//
// Everything stays on this machine: a PostgreSQL and a stub CRM of its own, in a temporary folder, gone afterwards.

import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { liveEnvironment } from '../test/live.ts'
import type { Bench, Scenario } from './bench.ts'
import { startChild } from './child.ts'
import { startDatabase } from './database.ts'
import { asJson, asMarkdown, asText, PARTS, type Part, type Report } from './report.ts'
import { api } from './scenarios/api.ts'
import { backfill } from './scenarios/backfill.ts'
import { doors } from './scenarios/doors.ts'
import { drain } from './scenarios/drain.ts'
import { editor } from './scenarios/editor.ts'
import { fairness } from './scenarios/fairness.ts'
import { latency } from './scenarios/latency.ts'
import { memory } from './scenarios/memory.ts'

const TENANTS = 200

const SCENARIOS: [Part[], Scenario][] = [
  [['a', 'b', 'g'], doors],
  [['c'], drain],
  [['d'], latency],
  [['e'], fairness],
  [['f'], memory],
  [['i'], api],
  [['h'], backfill],
  [['j'], editor],
]

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    profile: { type: 'string' },
    size: { type: 'string' },
    faults: { type: 'string', default: '0.05' },
  },
})
const only = new Set(flags.only.split(','))
const rounds = Number(flags.rounds ?? (flags.quick ? 2 : 5))
const [customers = 0, orders = 0, invoices = 0] = (flags.size ?? (flags.quick ? '100,250,150' : '1000,2500,1500'))
  .split(',')
  .map(Number)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Run in the reverse of their order, each even when another fails. */
const createHooks = () => {
  const hooks: (() => unknown)[] = []
  return {
    after: (hook: () => unknown): void => void hooks.push(hook),
    async run(): Promise<void> {
      for (const hook of hooks.splice(0).reverse()) {
        try {
          await hook()
        } catch (error) {
          say(`Cleaning up: ${error instanceof Error ? error.message : error}`)
        }
      }
    },
  }
}

const write = async (report: Report, about: Record<string, unknown>): Promise<string> => {
  const folder = new URL('results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const name = `${String(about.at).slice(0, 16).replace(':', '')}`
  await writeFile(new URL(`${name}.json`, folder), asJson(report, about))
  await writeFile(new URL(`${name}.md`, folder), asMarkdown(report, `Measured on ${String(about.at).slice(0, 10)}`))
  return `bench/results/${name}.json and .md`
}

const measure = async (bench: Omit<Bench, 'after'>): Promise<Report> => {
  const report: Report = { rows: [], goals: [], skipped: [] }
  for (const [parts, scenario] of SCENARIOS) {
    if (!parts.some(bench.wants)) continue
    say(
      `\n${parts
        .filter(bench.wants)
        .map((part) => `(${part}) ${PARTS[part]}`)
        .join(', ')}`,
    )
    try {
      const { rows, goals, skipped } = await scenario({ ...bench, after: current.after })
      report.rows.push(...rows)
      report.goals.push(...goals)
      report.skipped.push(...skipped)
    } finally {
      await current.run()
    }
  }
  return report
}

/** Of the scenario under way, and of the whole run. */
const [current, everything] = [createHooks(), createHooks()]
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(
    signal,
    () =>
      void current
        .run()
        .then(everything.run)
        .finally(() => process.exit(1)),
  )
}
try {
  const started = performance.now()
  const stub = await startChild('stub-crm.ts')
  everything.after(stub.stop)
  const environment = liveEnvironment(stub.url)
  const database = await startDatabase({ encryptionKeys: environment.ENCRYPTION_KEYS, tenants: TENANTS })
  everything.after(database.stop)
  const profiling = flags.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${flags.profile}` } : {}
  const report = await measure({
    database,
    stub,
    environment: { ...environment, ...profiling },
    wants: (part) => only.has(part),
    isQuick: flags.quick,
    rounds,
    workspace: { customers, orders, invoices },
    faults: Number(flags.faults),
    say,
  })
  const seconds = Math.round((performance.now() - started) / 1000)
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    platform: process.platform,
    node: process.version,
    postgres: database.version,
  }
  say(`\n${asText(report)}\n`)
  const about = { at: new Date().toISOString(), seconds, quick: flags.quick, rounds, parts: [...only], machine }
  say(`${await write(report, about)}, after ${seconds} s`)
  if (report.goals.some(({ isReached }) => !isReached)) process.exitCode = 1
} finally {
  await everything.run()
}
