// (a) what this machine can do at best, (b) how fast the app accepts events, (g) how fast others would; in turn, with the
// same bytes.

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedEvents } from '../../test/live.ts'
import { type Bench, freshDatabase, inTurn, ratio, requestsTo, type Scenario, startApp, toRequest } from '../bench.ts'
import { type Child, startChild } from '../child.ts'
import { type LoadResult, load, type PreparedRequest } from '../load.ts'
import { atLeast, type Part, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import { startBullMq } from './bullmq.ts'

const CONNECTIONS = 64
const ECHO = 'Express echo that checks the signature, 64 connections'
const ACCEPT = 'accept, 64 connections'

const answered = (result: LoadResult): LoadResult => {
  if (result.statuses['200'] !== result.requests) throw new Error(`Answers: ${JSON.stringify(result.statuses)}`)
  return result
}

/** Appends the bytes of `requests`, `together` at a time, each time synced to disk. */
const appendSynced = async (bench: Bench) => {
  const folder = await mkdtemp(join(tmpdir(), 'rankr-connect-bench-'))
  bench.after(() => rm(folder, { recursive: true }))
  const file = await open(join(folder, 'events.log'), 'a')
  bench.after(() => file.close())
  return async (requests: PreparedRequest[], together: number): Promise<number> => {
    const started = performance.now()
    for (let at = 0; at < requests.length; at += together) {
      await file.appendFile(Buffer.concat(requests.slice(at, at + together)))
      await file.datasync()
    }
    return requests.length / ((performance.now() - started) / 1000)
  }
}

export const doors: Scenario = async (bench) => {
  const { after, database, isQuick, stub, wants } = bench
  const many = isQuick ? 4_000 : 20_000
  const few = isQuick ? 500 : 2_000
  const size = (round: number, count: number) => (round === 0 ? Math.ceil(count / 4) : count)
  const secret = database.tenants[0]!.secret
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
  const hammer = async (server: Child, count: number): Promise<number> => {
    const requests = ofOne(server.url, count)
    return answered(await load({ url: new URL(server.url), connections: CONNECTIONS, requests })).perSecond
  }

  const contestants: [string, (round: number) => Promise<number>][] = []
  const rows: { part: Part; name: string }[] = []
  const compete = (part: Part, name: string, run: (round: number) => Promise<number>): void => {
    contestants.push([name, run])
    rows.push({ part, name })
  }

  if (wants('a') || wants('b')) {
    const [raw, echo, append] = [
      await child('raw-echo.ts'),
      await child('signed-echo.ts', { secret }),
      await appendSynced(bench),
    ]
    if (wants('a')) {
      compete('a', 'node:http echo, 64 connections', (round) => hammer(raw, size(round, many)))
      compete('a', 'fdatasync append, one event a time', (round) => append(ofOne(raw.url, size(round, few)), 1))
      compete('a', 'fdatasync append, 64 events a time', (round) => append(ofOne(raw.url, size(round, many)), 64))
    }
    compete('a', ECHO, (round) => hammer(echo, size(round, many)))
  }
  const slowest: number[] = []
  if (wants('b')) {
    const app = await startApp(bench, { databaseUrl: await freshDatabase(bench), role: 'web' })
    let first = 0
    const accept = async (round: number, { connections, count }: { connections: number; count: number }) => {
      const requests = requestsTo(app.url, bench, { first, count: size(round, count) })
      first += requests.length
      return answered(await load({ url: new URL(app.url), connections, requests }))
    }
    compete('b', ACCEPT, async (round) => {
      const { perSecond, latenciesMs } = await accept(round, { connections: CONNECTIONS, count: many })
      if (round > 0) slowest.push(percentile(latenciesMs, 0.99))
      return perSecond
    })
    compete(
      'b',
      'accept, single sender',
      async (round) => (await accept(round, { connections: 1, count: few })).perSecond,
    )
  }
  let skipped: string[] = []
  if (wants('g')) {
    await stub.ask('reset', 0)
    const naive = await child('naive.ts', { secret, crmUrl: stub.url })
    compete('g', 'no store: Express calls the CRM, then answers', (round) => hammer(naive, size(round, many / 2)))
    const bullmq = await startBullMq(bench)
    if ('skipped' in bullmq) skipped = [bullmq.skipped]
    else {
      compete('g', 'BullMQ, Redis syncs always: accept, 64 connections', async (round) => {
        await bullmq.door.ask('pause')
        return await hammer(bullmq.door, size(round, many))
      })
      compete('g', 'BullMQ, Redis syncs always: drain, 0 ms', () => bullmq.drain())
    }
  }

  const figures = await inTurn(bench, contestants)
  const measured = rows.map(({ part, name }): Row => ({ part, name, unit: 'events/s', values: figures.get(name)! }))
  if (!wants('b')) return { rows: measured, goals: [], skipped }
  const share = ratio(figures.get(ACCEPT), figures.get(ECHO))
  return {
    rows: [
      ...measured,
      { part: 'b', name: 'accept, 64 connections: p99 of the answer', unit: 'ms', values: slowest },
      { part: 'b', name: 'accept : signed Express echo, 64 connections', unit: '', values: [share] },
    ],
    goals: [atLeast('b', 'accept : signed Express echo', { value: share, limit: 0.75 })],
    skipped,
  }
}
