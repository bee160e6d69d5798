// `npm run audit:verify [-- <tenant> …]`: recomputes the hash chains, of all tenants when none is named. Exit code 1 when
// one is broken.

import { loadConfig, newSandboxSecrets } from '../config.ts'
import { createAudit } from './audit.ts'
import { createDatabase } from './db.ts'
import { startEmbeddedPostgres } from './embedded.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const { databaseUrl, dataDir } = loadConfig(newSandboxSecrets)
const embedded = databaseUrl ? undefined : await startEmbeddedPostgres({ dataDir, exclusive: false })
const db = createDatabase({ url: databaseUrl ?? embedded!.url, poolSize: 2 })
try {
  const audit = createAudit({ db, now: () => new Date() })
  const named = process.argv.slice(2)
  const tenants = named.length > 0 ? named : await audit.tenants()
  let broken = 0
  for (const tenant of tenants) {
    const verdict = await audit.verify(tenant)
    if (!verdict.ok) broken++
    say(
      verdict.ok ? `ok      ${tenant}  ${verdict.entries} entries` : `BROKEN  ${tenant}  at entry ${verdict.brokenAt}`,
    )
  }
  say(broken === 0 ? `All ${tenants.length} chains are whole.` : `${broken} of ${tenants.length} chains are broken.`)
  process.exitCode = broken === 0 ? 0 : 1
} finally {
  await db.close()
  // A server that ran before is somebody else's.
  if (embedded && !embedded.adopted) await embedded.stop()
}
