// BullMQ on a Redis that syncs its log at every write, where the machine has both.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { rateOf, untilSeen } from '../calls.ts'
import { type Child, startChild } from '../child.ts'
import type { Measured } from '../contest.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const startRedis = async ({ after }: Bench): Promise<number> => {
  const dir = await mkdtemp(join(tmpdir(), 'rankr-connect-bench-'))
  after(() => rm(dir, { recursive: true, force: true }))
  const port = await freePort()
  const settings = { port, dir, bind: '127.0.0.1', save: '', appendonly: 'yes', appendfsync: 'always' }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const redis: ChildProcess = spawn('redis-server', flags, { stdio: 'ignore' })
  after(
    () =>
      new Promise((resolve) => {
        redis.once('exit', resolve)
        redis.kill()
      }),
  )
  while (!(await answers(port))) await delay(50)
  return port
}

const isThere = (look: () => unknown): boolean => {
  try {
    look()
    return true
  } catch {
    return false
  }
}

type Pipeline = {
  door: Child
  /** Works off what was put in while paused. */
  drain(): Promise<Measured>
}

/** BullMQ is looked for from the folder the bench is started in. */
export const startBullMq = async (bench: Bench): Promise<Pipeline | { skipped: string }> => {
  const { after, database, stub } = bench
  if (!isThere(() => execFileSync('redis-server', ['--version'], { stdio: 'ignore' }))) {
    return { skipped: 'the BullMQ pipeline: there is no redis-server on this machine' }
  }
  const bullmqFrom = join(process.cwd(), 'bullmq.js')
  if (!isThere(() => createRequire(bullmqFrom).resolve('bullmq'))) {
    return {
      skipped: 'the BullMQ pipeline: bullmq cannot be resolved (it is no dependency; npm install --no-save bullmq)',
    }
  }
  const redisPort = String(await startRedis(bench))
  const shared = { secret: database.tenants[0]!.secret, crmUrl: stub.url, redisPort, bullmqFrom }
  const door = await startChild('bullmq.ts', { ...shared, role: 'door' })
  after(door.stop)
  const worker = await startChild('bullmq.ts', { ...shared, role: 'worker' })
  after(worker.stop)
  return {
    door,
    async drain() {
      await stub.ask('reset', 0)
      const waiting = await door.ask<number>('waiting')
      await door.ask('resume')
      return { rate: rateOf(await untilSeen(stub, waiting)) }
    },
  }
}
