import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { attribute, DIMENSIONS, MODELS, split, type Touch } from '../../../server/sync/revenue/attribution.ts'

const touch = (day: number, over: Partial<Touch> = {}): Touch => ({
  customerId: 'cus_1',
  amountMinor: 100,
  source: null,
  campaign: null,
  recordedAt: new Date(Date.UTC(2026, 0, day)),
  ...over,
})

const shares = (touches: Touch[], model: (typeof MODELS)[number]) =>
  attribute(touches, { model, dimension: 'source' }).map(({ key, amountMinor }) => [key, amountMinor])

const journey = [touch(1, { source: 'ads' }), touch(2, { source: 'mail' }), touch(3)]

test('the last touch has what came with and after it', () => {
  assert.deepEqual(shares(journey, 'last-touch'), [
    ['mail', 200],
    ['ads', 100],
  ])
})

test('the first touch has all of its customer', () => {
  assert.deepEqual(shares(journey, 'first-touch'), [['ads', 300]])
})

test('in the linear model all touches so far share', () => {
  assert.deepEqual(shares(journey, 'linear'), [
    ['ads', 200],
    ['mail', 100],
  ])
})

test('customers do not share touches, and what is known of nobody is told apart', () => {
  const others = [touch(1, { source: 'ads' }), touch(2, { customerId: 'cus_2' }), touch(3, { customerId: null })]
  assert.deepEqual(shares(others, 'first-touch'), [
    [null, 200],
    ['ads', 100],
  ])
})

test('a month is when it was recorded', () => {
  const months = attribute([touch(31), touch(32)], { model: 'first-touch', dimension: 'month' })
  assert.deepEqual(months.map(({ key }) => key).sort(), ['2026-01', '2026-02'])
})

test('a split adds up and is even', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 50 }), (amount, count) => {
      const parts = split(amount, count)
      assert.equal(
        parts.reduce((sum, part) => sum + BigInt(part), 0n),
        BigInt(amount),
      )
      assert.ok(Math.max(...parts) - Math.min(...parts) <= 1)
    }),
  )
})

test('whatever the model, no unit is lost or made', () => {
  const word = fc.option(fc.constantFrom('ads', 'mail', 'web'), { nil: null })
  const touches = fc.array(
    fc.record({
      customerId: fc.option(fc.constantFrom('a', 'b'), { nil: null }),
      amountMinor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      source: word,
      campaign: word,
      recordedAt: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(touches, fc.constantFrom(...MODELS), fc.constantFrom(...DIMENSIONS), (all, model, dimension) => {
      const sum = attribute(all, { model, dimension }).reduce((total, { amountMinor }) => total + amountMinor, 0)
      assert.equal(
        sum,
        all.reduce((total, { amountMinor }) => total + amountMinor, 0),
      )
    }),
  )
})
