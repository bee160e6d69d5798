// The database of a run: an embedded PostgreSQL of its own that syncs to disk as in operation, with a template that holds
// the tenants, so that each scenario begins with a fresh copy.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/store/embedded.ts'
import { migrate } from '../server/store/migrate.ts'
import { addTenants, type Tenant } from '../test/live.ts'

const TEMPLATE = 'bench_template'

export type BenchDatabase = {
  tenants: Tenant[]
  version: string
  /** Of the server, the parent of its other processes. */
  pid: number
  /** Makes a copy of the template; answers its address. */
  fresh(): Promise<string>
  /** Cuts connections that are left. */
  drop(url: string): Promise<void>
  stop(): Promise<void>
}

const withName = (url: string, name: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

export const startDatabase = async ({
  encryptionKeys,
  tenants: count,
}: {
  encryptionKeys: string
  tenants: number
}): Promise<BenchDatabase> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rankr-connect-bench-'))
  const clear = () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  const server = await startEmbeddedPostgres({ dataDir }).catch(async (error) => {
    await clear()
    throw error
  })
  const stop = () => server.stop().finally(clear)
  const run = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end()
    }
  }
  try {
    await run(`create database ${TEMPLATE}`)
    const databaseUrl = withName(server.url, TEMPLATE)
    await migrate(databaseUrl)
    const tenants = await addTenants({ databaseUrl, encryptionKeys, count })
    const [shown] = await run<{ server_version: string }>('show server_version')
    let copies = 0
    return {
      tenants,
      version: shown!.server_version,
      pid: Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10),
      async fresh() {
        const name = `bench_${++copies}`
        await run(`create database ${name} template ${TEMPLATE}`)
        return withName(server.url, name)
      },
      drop: async (url) => void (await run(`drop database ${new URL(url).pathname.slice(1)} with (force)`)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
