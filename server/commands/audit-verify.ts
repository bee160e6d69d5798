// `npm run audit:verify [-- <tenant> …]`: recomputes the hash chains, of all tenants when none is named. Exit code 1 when
// one is broken.

import { createAudit } from '../store/audit.ts'
import { say, withDatabase } from './with-database.ts'

await withDatabase(async (db) => {
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
  return broken === 0 ? 0 : 1
})
