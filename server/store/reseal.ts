// `npm run reseal`: seals everything anew under the first key of ENCRYPTION_KEYS, after a new one was put there. Exit code
// 1 when something did not open; the older keys are needed until it says that nothing is left.

import { loadConfig, newSandboxSecrets } from '../config.ts'
import { createDatabase } from './db.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { resealAll } from './resealing.ts'
import { createSeal } from './seal.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const { databaseUrl, dataDir, encryptionKeys } = loadConfig(newSandboxSecrets)
const embedded = databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, exclusive: false })
const db = createDatabase({ url: databaseUrl ?? embedded!.url, poolSize: 2 })
try {
  const results = await resealAll({ db, seal: createSeal(encryptionKeys) })
  for (const { table, column, resealed, broken } of results) {
    say(`${table}.${column}: ${resealed} sealed anew${broken.length > 0 ? `, DO NOT OPEN: ${broken.join(', ')}` : ''}`)
  }
  const isComplete = results.every(({ broken }) => broken.length === 0)
  say(
    isComplete
      ? `Everything lies under the key "${encryptionKeys[0]!.id}"; older keys may go.`
      : 'Keep the older keys.',
  )
  process.exitCode = isComplete ? 0 : 1
} finally {
  await db.close()
  if (embedded && !embedded.adopted) await embedded.stop()
}
