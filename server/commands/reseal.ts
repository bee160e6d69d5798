// `npm run reseal`: seals everything anew under the first key of ENCRYPTION_KEYS, after a new one was put there. Exit code
// 1 when something did not open; the older keys are needed until it says that nothing is left.

import { trySeal } from '../store/open-seal.ts'
import { resealAll } from '../store/resealing.ts'
import { say, withDatabase } from './with-database.ts'

await withDatabase(async (db, { encryptionKeys: keys }) => {
  const { seal } = await trySeal({ keys, db })
  const results = await resealAll({ db, seal })
  for (const { table, column, resealed, broken } of results) {
    say(`${table}.${column}: ${resealed} sealed anew${broken.length > 0 ? `, DO NOT OPEN: ${broken.join(', ')}` : ''}`)
  }
  // Also what lies under a key that has the name of the first one but is another.
  const { closed } = await trySeal({ keys, db })
  for (const column of closed) say(`Does not open: ${column}`)
  const isComplete = closed.length === 0 && results.every(({ broken }) => broken.length === 0)
  say(isComplete ? `Everything lies under the key "${keys[0]!.id}"; older keys may go.` : 'Keep the older keys.')
  return isComplete ? 0 : 1
})
