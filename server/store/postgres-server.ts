// The server of an embedded PostgreSQL cluster: started, found running, stopped. Knows nothing of who may use it.
//
// That only one server runs on a cluster is PostgreSQL's own promise (postmaster.pid, shared memory); the loser of two
// simultaneous starts finds the winner's server.

import { execFile } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { SUPERUSER } from './postgres-cluster.ts'
import type { PostgresPrograms } from './postgres-programs.ts'

/** Server settings by their name in postgresql.conf. Values pass through a shell: no quotes, `$` or backslash. */
export type PostgresSettings = Record<string, string | number>

export type PostgresServer = {
  /**
   * Makes sure that the server runs and answers. `port` is used if it has to be started, a free one otherwise.
   * The client is connected as superuser to the database `postgres`; `adopted` says that the server ran already.
   * Throws an Error when the server cannot be started or does not answer.
   */
  up(port?: number): Promise<{ client: pg.Client; adopted: boolean }>
  /** Cuts all connections and stops the server, whoever started it. */
  down(): Promise<void>
}

// Modest memory, and a commit is on disk before it is confirmed. For the rest PostgreSQL's own defaults hold.
const SETTINGS: PostgresSettings = {
  listen_addresses: '127.0.0.1',
  // The path of a socket has 107 bytes at most; data folders lie deeper than that sooner or later.
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  log_checkpoints: 'off',
}

const STARTS = 6
const POLL_MS = 50
// Recovery after a crash may take minutes on a slow disk.
const PATIENCE_SECONDS = 300

/** Controls the server of one cluster: `up` starts it or adopts a running one, `down` stops it. */
export const createPostgresServer = ({
  directory,
  password,
  programs,
  settings,
}: {
  directory: string
  password: string
  programs: PostgresPrograms
  settings: PostgresSettings
}): PostgresServer => {
  const pidPath = join(directory, 'postmaster.pid')
  const flags = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `-c ${name}="${value}"`)
  const limits = ['-w', '-s', '-t', String(PATIENCE_SECONDS)]

  const find = async () => {
    const found = await readPidFile(pidPath)
    if (!found || (await mayServe(found.pid, directory))) return found
    // A copied folder or a reused process number: PostgreSQL would not start because some process has that number.
    await rm(pidPath, { force: true })
    return undefined
  }

  const connect = async (port: number): Promise<pg.Client> => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: SUPERUSER,
      password,
      database: 'postgres',
      application_name: `rankr-connect (process ${process.pid})`,
    })
    // A connection that breaks later is told by 'end'; an 'error' without a listener would end the process.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
  }

  /** A client of the running server as soon as it is ready; undefined when none runs. */
  const reach = async (): Promise<pg.Client | undefined> => {
    let cause: unknown
    for (let waitedMs = 0; waitedMs < PATIENCE_SECONDS * 1000; waitedMs += POLL_MS) {
      const found = await find()
      if (!found) return undefined
      if (found.isReady) {
        try {
          return await connect(found.port)
        } catch (error) {
          if (!isPassing(error)) throw error
          cause = error
        }
      }
      await delay(POLL_MS)
    }
    throw new Error('The server runs but does not answer', { cause })
  }

  return {
    async up(port) {
      let isStarted = false
      for (let failures = 0; ; ) {
        const client = await reach()
        if (client) return { client, adopted: !isStarted }
        try {
          const options = [`-p ${port ?? (await freePort())}`, ...flags].join(' ')
          await programs.run('pg_ctl', ['start', '-D', directory, ...limits, '-o', options])
          isStarted = true
        } catch (error) {
          // The port was taken meanwhile, another process was first, or children of a killed server are still ending.
          failures += 1
          if (failures === STARTS) throw error
          await delay(POLL_MS * 2 ** failures)
        }
      }
    },

    async down() {
      if (!(await find())) return
      await programs.run('pg_ctl', ['stop', '-D', directory, '-m', 'fast', ...limits]).catch(async (error) => {
        if (await find()) throw error
      })
    },
  }
}

/** What postmaster.pid says, if that process is alive. Lines: pid, folder, start, port, socket, address, memory, status. */
const readPidFile = async (path: string): Promise<{ pid: number; port: number; isReady: boolean } | undefined> => {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * False when the process is known to be another one, or a dead one that nobody collects. Its working folder tells, also
 * after a move; its command line where that is hidden from us or there is no /proc. Where neither can be read: true.
 */
const mayServe = async (pid: number, directory: string): Promise<boolean> => {
  const [working, ours] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => undefined), stat(directory)])
  if (working) return working.dev === ours.dev && working.ino === ours.ino
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => listed(pid))
  return line === undefined || line.includes(directory)
}

const listed = (pid: number): Promise<string | undefined> =>
  promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => undefined,
  )

// Starting up, shutting down, or just gone.
const PASSING = new Set(['57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET'])

const isPassing = (error: unknown): boolean => {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return PASSING.has(String(code)) || message === 'Connection terminated unexpectedly'
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
