// `npm run signing-keys`: lists the keys that access tokens are signed with. `npm run signing-keys -- retire <kid>` ends one that has
// leaked: within a quarter of a minute no node accepts what it has signed, and the next token is signed with a new one. Exit code 1
// when there is no such key.

import { createSeal } from '../store/seal.ts'
import { createSigningKeys } from '../store/signing-keys.ts'
import { say, withDatabase } from './with-database.ts'

await withDatabase(async (db, { encryptionKeys }) => {
  const keys = createSigningKeys({ db, seal: createSeal(encryptionKeys), now: () => new Date() })
  const [verb, kid = ''] = process.argv.slice(2)
  if (verb === 'retire') {
    const isRetired = await keys.retire(kid)
    say(isRetired ? `${kid} is retired.` : `There is no key "${kid}".`)
    return isRetired ? 0 : 1
  }
  for (const { kid: id, signsFrom, signsUntil } of await keys.terms()) {
    say(`${id}  signs from ${signsFrom.toISOString()} until ${signsUntil.toISOString()}`)
  }
  return 0
})
