import assert from 'node:assert/strict'
import test from 'node:test'
import { createBriefCache } from '../server/brief-cache.ts'

const rig = ({ size = 10 } = {}) => {
  let at = 0
  const loads: string[] = []
  const answers = new Map<string, boolean | Error>()
  const cache = createBriefCache<boolean>({
    load: async (key) => {
      loads.push(key)
      const answer = answers.get(key) ?? false
      if (answer instanceof Error) throw answer
      return answer
    },
    lifeMs: (value) => (value ? 10_000 : 1_000),
    now: () => new Date(at),
    size,
  })
  const advance = (ms: number): void => {
    at += ms
  }
  return { cache, loads, answers, advance }
}

test('callers at the same time share one look-up', async () => {
  const { cache, loads, answers } = rig()
  answers.set('a', true)
  assert.deepEqual(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')]), [true, true, true])
  assert.deepEqual(loads, ['a'])
})

test('an answer holds for its time, a negative one shorter', async () => {
  const { cache, loads, answers, advance } = rig()
  answers.set('yes', true)
  await cache.get('yes')
  await cache.get('no')
  advance(999)
  await cache.get('no')
  assert.deepEqual(loads, ['yes', 'no'])
  advance(1)
  await cache.get('no')
  await cache.get('yes')
  assert.deepEqual(loads, ['yes', 'no', 'no'])
  advance(9_000)
  await cache.get('yes')
  assert.deepEqual(loads, ['yes', 'no', 'no', 'yes'])
})

test('a failed look-up is not kept', async () => {
  const { cache, answers } = rig()
  answers.set('a', new Error('no database'))
  await assert.rejects(cache.get('a'), /no database/)
  answers.set('a', true)
  assert.equal(await cache.get('a'), true)
})

test('what is forgotten is looked up again', async () => {
  const { cache, loads } = rig()
  await cache.get('a')
  cache.forget('a')
  await cache.get('a')
  assert.equal(loads.length, 2)
})

test('renewing reads again at most once a second', async () => {
  const { cache, loads, answers, advance } = rig()
  await cache.get('a')
  assert.equal(await cache.renew('a'), false)
  advance(1_001)
  answers.set('a', true)
  assert.equal(await cache.renew('a'), true)
  assert.equal(await cache.renew('a'), false)
  assert.equal(await cache.get('a'), true)
  assert.equal(loads.length, 2)
})

test('the key longest unused goes first when there are too many', async () => {
  const { cache, loads, answers } = rig({ size: 2 })
  for (const key of ['a', 'b', 'c']) answers.set(key, true)
  await cache.get('a')
  await cache.get('b')
  await cache.get('a')
  await cache.get('c')
  await cache.get('a')
  assert.deepEqual(loads, ['a', 'b', 'c'])
  await cache.get('b')
  assert.deepEqual(loads, ['a', 'b', 'c', 'b'])
})
