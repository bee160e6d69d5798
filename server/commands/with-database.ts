// Shared by commands on the database: uses the configured one, or the sandbox's own, even while the app is running on
// it. Explains in a sentence what cannot be done.

import { type Config, loadConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { sandboxSecretsIn } from '../sandbox/secrets.ts'
import { explainFailure } from '../start-failure.ts'
import { createDatabase, type Database } from '../store/db.ts'
import { startEmbeddedPostgres } from '../store/embedded.ts'
import { isOtherSchema } from '../store/failures.ts'
import { startFault } from '../store/start-fault.ts'

/** Prints a line to standard output. */
export const say = (text: string) => void process.stdout.write(`${text}\n`)

type Work = (db: Database, config: Config) => Promise<number>

/** The process ends with the code that `work` answers, or with 1 and the reason on standard error. */
export const withDatabase = async (work: Work): Promise<void> => {
  try {
    process.exitCode = await onDatabase(work)
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`)
    process.exitCode = 1
  }
}

const onDatabase = async (work: Work): Promise<number> => {
  const config = loadConfig(sandboxSecretsIn)
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, exclusive: false })
  const url = config.databaseUrl ?? embedded!.url
  const db = createDatabase({ url, poolSize: 2 })
  try {
    return await work(db, config)
  } catch (error) {
    throw isOtherSchema(error) ? new AppError('database_unusable', { detail: OTHER_SCHEMA }) : startFault(url, error)
  } finally {
    await db.close()
    // A server that ran before is somebody else's.
    if (embedded && !embedded.adopted) await embedded.stop()
  }
}

const OTHER_SCHEMA =
  'It lacks tables or columns of this version. Start this version of the app on it once, which adds them, or set DATABASE_URL to another one.'
