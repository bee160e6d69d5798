import assert from 'node:assert/strict'
import test from 'node:test'
import { createItemCache } from '../../server/highlevel/item-cache.ts'
import { createClock } from './surroundings.ts'

const setUp = (mostItems = 10) => {
  const clock = createClock()
  const cache = createItemCache({ now: clock.now, lifeMs: 30_000, mostItems })
  const reads: string[] = []
  const get = (key: string, count = 1) =>
    cache.get(key, async () => {
      reads.push(key)
      return Array.from({ length: count }, () => key)
    })
  return { cache, clock, reads, get }
}

test('a list is kept from when it was read until its life is over', async () => {
  const { get, reads, clock } = setUp()
  await get('a')
  clock.advance({ seconds: 29 })
  await get('a')
  assert.deepEqual(reads, ['a'])
  clock.advance({ seconds: 1 })
  await get('a')
  assert.deepEqual(reads, ['a', 'a'])
})

test('the list longest unused goes first when there are too many items', async () => {
  const { get, reads } = setUp(10)
  await get('a', 4)
  await get('b', 3)
  await get('a')
  await get('c', 4)
  reads.length = 0
  await get('a')
  await get('c')
  assert.deepEqual(reads, [])
  await get('b')
  assert.deepEqual(reads, ['b'])
})

test('empty lists are bounded, and one that is larger than everything is not kept', async () => {
  const { get, reads } = setUp(10)
  for (let index = 0; index < 20; index++) await get(`empty ${index}`, 0)
  reads.length = 0
  await get('empty 19', 0)
  await get('empty 0', 0)
  assert.deepEqual(reads, ['empty 0'])
  assert.equal((await get('large', 50)).length, 50)
  await get('large', 50)
  assert.deepEqual(reads, ['empty 0', 'large', 'large'])
})

test('what is forgotten while it is read does not come back', async () => {
  const { cache, reads, get } = setUp()
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  const slow = cache.get('a', () => promise)
  cache.forget('a')
  resolve(['old'])
  assert.deepEqual(await slow, ['old'], 'who asked before gets it')
  await get('a')
  assert.deepEqual(reads, ['a'])
  cache.forget('b')
  await get('a')
  assert.deepEqual(reads, ['a'])
})

test('a failure is told to all who wait and kept for nobody', async () => {
  const { cache, reads, get } = setUp()
  const fail = () => cache.get('a', () => Promise.reject(new Error('down')))
  await Promise.all([assert.rejects(fail(), /down/), assert.rejects(fail(), /down/)])
  await get('a')
  assert.deepEqual(reads, ['a'])
})
