// What commands that work on the database share: the one that the settings name, or the sandbox's own, also while the app runs on it.

import { type Config, loadConfig, newSandboxSecrets } from '../config.ts'
import { createDatabase, type Database } from '../store/db.ts'
import { startEmbeddedPostgres } from '../store/embedded.ts'

export const say = (text: string) => void process.stdout.write(`${text}\n`)

/** The process ends with the code that `work` answers. Throws ConfigError for settings that cannot be used. */
export const withDatabase = async (work: (db: Database, config: Config) => Promise<number>): Promise<void> => {
  const config = loadConfig(newSandboxSecrets)
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, exclusive: false })
  const db = createDatabase({ url: config.databaseUrl ?? embedded!.url, poolSize: 2 })
  try {
    process.exitCode = await work(db, config)
  } finally {
    await db.close()
    // A server that ran before is somebody else's.
    if (embedded && !embedded.adopted) await embedded.stop()
  }
}
