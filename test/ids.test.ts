import assert from 'node:assert/strict'
import test from 'node:test'
import { derivedId, newId, randomToken } from '../server/ids.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('new ids are UUIDs that sort by the time they were made', () => {
  const ids = Array.from({ length: 1000 }, newId)
  for (const id of ids) assert.match(id, UUID)
  assert.deepEqual(ids, [...ids].sort())
  assert.equal(new Set(ids).size, ids.length)
})

test('the same parts always give the same id, other parts another', () => {
  assert.equal(derivedId('event', 1), derivedId('event', 1))
  assert.match(derivedId('event', 1), UUID)
  assert.notEqual(derivedId('ab', 'c'), derivedId('a', 'bc'))
})

test('random tokens are safe in a URL and long enough', () => {
  assert.match(randomToken(), /^[\w-]{32}$/)
})
