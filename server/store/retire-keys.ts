// `npm run signing-keys`: lists the keys that access tokens are signed with. `npm run signing-keys -- retire <kid>` ends one that has
// leaked: within a quarter of a minute no node accepts what it has signed, and the next token is signed with a new one. Exit code 1
// when there is no such key.

import { loadConfig, newSandboxSecrets } from '../config.ts'
import { createDatabase } from './db.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { createSeal } from './seal.ts'
import { createSigningKeys } from './signing-keys.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const { databaseUrl, dataDir, encryptionKeys } = loadConfig(newSandboxSecrets)
const embedded = databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, exclusive: false })
const db = createDatabase({ url: databaseUrl ?? embedded!.url, poolSize: 2 })
try {
  const keys = createSigningKeys({ db, seal: createSeal(encryptionKeys), now: () => new Date() })
  const [verb, kid = ''] = process.argv.slice(2)
  if (verb === 'retire') {
    const isRetired = await keys.retire(kid)
    say(isRetired ? `${kid} is retired.` : `There is no key "${kid}".`)
    process.exitCode = isRetired ? 0 : 1
  } else {
    for (const { kid: id, signsFrom, signsUntil } of await keys.terms()) {
      say(`${id}  signs from ${signsFrom.toISOString()} until ${signsUntil.toISOString()}`)
    }
  }
} finally {
  await db.close()
  if (embedded && !embedded.adopted) await embedded.stop()
}
