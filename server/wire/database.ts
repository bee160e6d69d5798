// Opens a process's database: migrated, with partitions for the coming days.

import type { Log } from '../log.ts'
import { createDatabase, type Database } from '../store/db.ts'
import { migrate } from '../store/migrate.ts'
import { ensurePartitions, PARTITION_DAYS_AHEAD } from '../store/partitions.ts'

/** Call `close` before the process ends. */
export const openDatabase = async ({
  url,
  now,
  log,
}: {
  url: string
  now: () => Date
  log: Log
}): Promise<Database> => {
  await migrate(url)
  const db = createDatabase({ url, onError: (err) => log.warn({ err }, 'a database connection broke') })
  await ensurePartitions(db, { from: now(), days: PARTITION_DAYS_AHEAD })
  return db
}
