import assert from 'node:assert/strict'
import test from 'node:test'
import { createGate, eachAtOnce } from '../../server/highlevel/gate.ts'

const deferred = () => {
  let resolve!: () => void
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('no more than the width runs at once, in the order of coming', async () => {
  const gate = createGate(2)
  const doors = Array.from({ length: 5 }, deferred)
  const started: number[] = []
  const works = doors.map((door, index) =>
    gate(async () => {
      started.push(index)
      await door.promise
    }),
  )
  await Promise.resolve()
  assert.deepEqual(started, [0, 1])
  doors[1]!.resolve()
  await works[1]
  assert.deepEqual(started, [0, 1, 2])
  for (const door of doors) door.resolve()
  await Promise.all(works)
  assert.deepEqual(started, [0, 1, 2, 3, 4])
})

test('a failure gives its place away', async () => {
  const gate = createGate(1)
  await assert.rejects(
    gate(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await gate(async () => 'yes'), 'yes')
})

test('every item is worked on, and the first failure ends it after what is under way', async () => {
  const done: number[] = []
  await eachAtOnce([1, 2, 3, 4, 5], 2, async (item) => void done.push(item))
  assert.deepEqual(done.sort(), [1, 2, 3, 4, 5])
  const seen: number[] = []
  await assert.rejects(
    eachAtOnce([1, 2, 3, 4, 5], 1, async (item) => {
      seen.push(item)
      if (item === 2) throw new Error('stop')
    }),
    /stop/,
  )
  assert.deepEqual(seen, [1, 2])
})
