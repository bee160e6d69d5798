// For `node --test --test-global-setup=test/global-setup.ts`: the server for tests runs before the first file and is
// stopped after the last, unless it ran before or somebody else still uses it.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import type { EmbeddedPostgres } from '../server/store/embedded.ts'
import { startTestServer, sweepTestDatabases } from './database.ts'

const COMPILED = fileURLToPath(new URL('../.data/test/compiled', import.meta.url))

const APP = fileURLToPath(new URL('../server/wire.ts', import.meta.url))

// Node passes nothing from setup to teardown.
const started: EmbeddedPostgres[] = []

export const globalSetup = async (): Promise<void> => {
  // Each file is a process that loads the same modules: read compiled, they take a sixth less of the whole run.
  process.env.NODE_COMPILE_CACHE ??= COMPILED
  const [server] = await Promise.all([startTestServer(), compileApp(process.env.NODE_COMPILE_CACHE)])
  if (!server.adopted) started.push(server)
  await sweepTestDatabases(server.url)
}

/** Once, while the database starts: a process keeps what it has compiled when it ends, and the first ones load the app all at once. */
const compileApp = async (cache: string): Promise<void> => {
  if (!existsSync(cache)) await promisify(execFile)(process.execPath, [APP])
}

export const globalTeardown = async (): Promise<void> => {
  for (const server of started) {
    if (!(await isUsed(server.url))) await server.stop()
  }
}

const isUsed = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rowCount !== 0
  } finally {
    await client.end()
  }
}
