import assert from 'node:assert/strict'
import test from 'node:test'
import { shareQueries } from '../../server/wire/share-queries.ts'

test('a key that the database does not take fails by itself, a database that is away fails all of them in one go', async () => {
  const asked: string[][] = []
  const find = shareQueries(async (keys: string[]) => {
    asked.push(keys)
    if (keys.includes('away')) throw new Error('timeout exceeded when trying to connect')
    if (keys.includes('odd')) throw Object.assign(new Error('invalid byte sequence'), { code: '22021' })
    return keys.map((key) => key.toUpperCase())
  })
  const outcomes = async (keys: string[]) =>
    (await Promise.allSettled(keys.map(find))).map((one) => (one.status === 'fulfilled' ? one.value : one.status))
  assert.deepEqual(await outcomes(['a', 'odd', 'b']), ['A', 'rejected', 'B'])
  assert.deepEqual(await outcomes(['a', 'away', 'b']), ['rejected', 'rejected', 'rejected'])
  assert.deepEqual(asked, [['a', 'odd', 'b'], ['a'], ['odd'], ['b'], ['a', 'away', 'b']])
})
