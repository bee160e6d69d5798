// (a) what this machine can do at best, (b) how fast the app accepts events, (g) how fast others would; in turn, with the
// same bytes.

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedEvents } from '../../test/live.ts'
import { type Bench, freshDatabase, requestsTo, type Scenario, startApp, toRequest } from '../bench.ts'
import { type Child, startChild } from '../child.ts'
import { type Contestant, contest, type Measured } from '../contest.ts'
import { cpuPerEvent } from '../cpu.ts'
import { type LoadResult, load, type PreparedRequest } from '../load.ts'
import { atLeast } from '../report.ts'
import { percentile } from '../statistics.ts'
import { startBullMq } from './bullmq.ts'

const CONNECTIONS = 64
const ECHO = 'Express echo that checks the signature, 64 connections'
const ACCEPT = 'accept, 64 connections'

type Load = { pids: Record<string, number>; url: string; connections?: number; requests: PreparedRequest[] }

/** Throws unless every answer was 200. */
const hammer = async ({ pids, url, connections = CONNECTIONS, requests }: Load): Promise<Measured> => {
  let result: LoadResult | undefined
  // The sender shares the cores with what it measures, so its own time stands beside.
  const cpuMicros = await cpuPerEvent({ ...pids, sender: process.pid }, requests.length, async () => {
    result = await load({ url: new URL(url), connections, requests })
  })
  const { perSecond, statuses, latenciesMs } = result!
  if (statuses['200'] !== requests.length) throw new Error(`Answers: ${JSON.stringify(statuses)}`)
  return { rate: perSecond, p99Ms: percentile(latenciesMs, 0.99), cpuMicros }
}

/** Appends the bytes of requests, `together` at a time, each time synced to disk. */
const createAppend = async (bench: Bench) => {
  const folder = await mkdtemp(join(tmpdir(), 'rankr-connect-bench-'))
  bench.after(() => rm(folder, { recursive: true }))
  const file = await open(join(folder, 'events.log'), 'a')
  bench.after(() => file.close())
  return async (requests: PreparedRequest[], together: number): Promise<Measured> => {
    const started = performance.now()
    for (let at = 0; at < requests.length; at += together) {
      await file.appendFile(Buffer.concat(requests.slice(at, at + together)))
      await file.datasync()
    }
    return { rate: requests.length / ((performance.now() - started) / 1000) }
  }
}

export const doors: Scenario = async (bench) => {
  const { after, database, isQuick, stub, wants } = bench
  const secret = database.tenants[0]!.secret
  /** Requests of a round. */
  const many = isQuick ? 4_000 : 20_000
  const few = many / 10
  const child = async (file: string, input?: Record<string, string>): Promise<Child> => {
    const started = await startChild(file, input)
    after(started.stop)
    return started
  }
  /** Of the one tenant whose secret the servers beside the app know. */
  const ofOne = (url: string, count: number): PreparedRequest[] => {
    const sign = signedEvents(database.tenants)
    return Array.from({ length: count }, (_, n) => toRequest(url, sign(n, 0)))
  }
  const hammerChild = ({ url, pid }: Child, count: number): Promise<Measured> =>
    hammer({ url, pids: { server: pid }, requests: ofOne(url, count) })

  const limits = async (): Promise<Contestant[]> => {
    const raw = await child('raw-echo.ts')
    const append = await createAppend(bench)
    return [
      { name: 'node:http echo, 64 connections', run: () => hammerChild(raw, many) },
      { name: 'append and fdatasync, one event a time', run: () => append(ofOne(raw.url, few), 1) },
      { name: 'append and fdatasync, 64 a time', run: () => append(ofOne(raw.url, many), 64) },
    ].map((contestant) => ({ part: 'a', ...contestant }))
  }

  const signedEcho = async (): Promise<Contestant> => {
    const echo = await child('signed-echo.ts', { secret })
    return { part: 'a', name: ECHO, run: () => hammerChild(echo, many) }
  }

  const accepts = async (): Promise<Contestant[]> => {
    const app = await startApp(bench, { databaseUrl: await freshDatabase(bench), role: 'web' })
    const pids = { app: app.child.pid!, PostgreSQL: database.pid }
    let first = 0
    const accept = (count: number, connections: number): Promise<Measured> => {
      const requests = requestsTo(app.url, bench, { first, count })
      first += count
      return hammer({ url: app.url, pids, connections, requests })
    }
    return [
      { part: 'b', name: ACCEPT, run: () => accept(many, CONNECTIONS) },
      { part: 'b', name: 'accept, single sender', run: () => accept(few, 1) },
    ]
  }

  const others = async (): Promise<{ contestants: Contestant[]; skipped: string[] }> => {
    await stub.ask('reset', 0)
    const naive = await child('naive.ts', { secret, crmUrl: stub.url })
    const contestants: Contestant[] = [
      {
        part: 'g',
        name: 'no store: Express calls the CRM, then answers',
        run: () => hammerChild(naive, many / 2),
      },
    ]
    const bullmq = await startBullMq(bench)
    if ('skipped' in bullmq) return { contestants, skipped: [bullmq.skipped] }
    contestants.push(
      {
        part: 'g',
        name: 'BullMQ, Redis syncs always: accept, 64 connections',
        async run() {
          await bullmq.door.ask('pause')
          return await hammerChild(bullmq.door, many)
        },
      },
      { part: 'g', name: 'BullMQ, Redis syncs always: drain, CRM answers after 0 ms', run: bullmq.drain },
    )
    return { contestants, skipped: [] }
  }

  const other = wants('g') ? await others() : { contestants: [], skipped: [] }
  const { rows, ratio } = await contest(bench, [
    ...(wants('a') ? await limits() : []),
    ...(wants('a') || wants('b') ? [await signedEcho()] : []),
    ...(wants('b') ? await accepts() : []),
    ...other.contestants,
  ])
  const goals = wants('b')
    ? [atLeast('b', 'accept : signed Express echo', { value: ratio(ACCEPT, ECHO), limit: 0.75 })]
    : []
  return { rows, goals, skipped: other.skipped }
}
