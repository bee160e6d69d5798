// For `node --test --test-global-setup=test/global-setup.ts`: the server for tests runs before the first file and is
// stopped after the last, unless it ran before or somebody else still uses it.

import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { EmbeddedPostgres } from '../server/store/embedded.ts'
import { startTestServer, sweepTestDatabases } from './database.ts'

const COMPILED = fileURLToPath(new URL('../.data/test/compiled', import.meta.url))

// Node passes nothing from setup to teardown.
const started: EmbeddedPostgres[] = []

export const globalSetup = async (): Promise<void> => {
  // Each file is a process that loads the same modules: read compiled, they take a sixth less of the whole run.
  process.env.NODE_COMPILE_CACHE ??= COMPILED
  const server = await startTestServer()
  if (!server.adopted) started.push(server)
  await sweepTestDatabases(server.url)
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
