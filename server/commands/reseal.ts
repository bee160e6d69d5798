// `npm run reseal`: seals everything anew under the first key of ENCRYPTION_KEYS, after a new one was put there. Exit code
// 1 when something did not open; the older keys are needed until it says that nothing is left.

import { resealAll } from '../store/resealing.ts'
import { createSeal } from '../store/seal.ts'
import { say, withDatabase } from './with-database.ts'

await withDatabase(async (db, { encryptionKeys }) => {
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
  return isComplete ? 0 : 1
})
