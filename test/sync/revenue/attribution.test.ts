import assert from 'node:assert/strict'
import test from 'node:test'
import {
  attribute,
  DIMENSIONS,
  MODELS,
  split,
  type Touch,
  type Turn,
} from '../../../server/sync/revenue/attribution.ts'
import { fc } from '../../property.ts'

const touch = (day: number, over: Partial<Touch> = {}): Touch => ({
  rankrId: `rev_${day}`,
  customerId: 'cus_1',
  amountMinor: 100,
  source: null,
  campaign: null,
  recordedAt: new Date(Date.UTC(2026, 0, day)),
  ...over,
})

/** As the ledger keeps them, from all records there are. */
const turnsOf = (all: readonly Touch[], dimension: 'source' | 'campaign'): Turn[] =>
  all.flatMap((one) => {
    const key = one[dimension]
    return key === null || one.customerId === null ? [] : [{ ...one, customerId: one.customerId, key }]
  })

const shares = (touches: Touch[], model: (typeof MODELS)[number], history = touches) =>
  attribute(touches, { model, dimension: 'source', turns: turnsOf(history, 'source') }).map(({ key, amountMinor }) => [
    key,
    amountMinor,
  ])

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

test('touches before the chosen days count in every model, later ones in none', () => {
  const [first, second, third] = journey as [Touch, Touch, Touch]
  assert.deepEqual(shares([third], 'first-touch', journey), [['ads', 100]])
  assert.deepEqual(shares([third], 'last-touch', journey), [['mail', 100]])
  assert.deepEqual(shares([third], 'linear', journey), [
    ['ads', 50],
    ['mail', 50],
  ])
  assert.deepEqual(shares([first], 'last-touch', journey), [['ads', 100]])
  assert.deepEqual(shares([second], 'first-touch', journey), [['ads', 100]])
})

test('customers do not share touches, and what is known of nobody is told apart', () => {
  const others = [touch(1, { source: 'ads' }), touch(2, { customerId: 'cus_2' }), touch(3, { customerId: null })]
  assert.deepEqual(shares(others, 'first-touch'), [
    [null, 200],
    ['ads', 100],
  ])
})

test('a month is when it was recorded', () => {
  const months = attribute([touch(31), touch(32)], { model: 'first-touch', dimension: 'month', turns: [] })
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

test('whatever the model and the days, no unit is lost or made, of a figure as of a record', () => {
  const word = fc.option(fc.constantFrom('ads', 'mail', 'web'), { nil: null })
  const touches = fc.array(
    fc.record({
      rankrId: fc.uuid(),
      customerId: fc.option(fc.constantFrom('a', 'b'), { nil: null }),
      amountMinor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      source: word,
      campaign: word,
      recordedAt: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }),
    }),
    { maxLength: 30 },
  )
  const day = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(
      touches,
      day,
      fc.constantFrom(...MODELS),
      fc.constantFrom(...DIMENSIONS),
      (all, from, model, dimension) => {
        const turns = dimension === 'month' ? [] : turnsOf(all, dimension)
        const inside = (one: Touch) => one.recordedAt >= from
        const shown = attribute(all.filter(inside), { model, dimension, turns })
        const ofRecord = new Map<number, number>()
        for (const { amountMinor, parts } of shown) {
          assert.equal(
            parts.reduce((sum, part) => sum + part.amountMinor, 0),
            amountMinor,
          )
          for (const part of parts) ofRecord.set(part.place, (ofRecord.get(part.place) ?? 0) + part.amountMinor)
        }
        assert.deepEqual(
          all.filter(inside).map((_, place) => ofRecord.get(place)),
          all.filter(inside).map(({ amountMinor }) => amountMinor),
        )
        // Days are cut out of the whole: what a record gives to whom does not depend on them.
        const whole = attribute(all, { model, dimension, turns })
        const partsIn = (found: typeof whole, list: readonly Touch[]) =>
          found
            .flatMap(({ key, parts }) => parts.map((part) => `${list[part.place]!.rankrId} ${key} ${part.amountMinor}`))
            .toSorted()
        const kept = new Set(all.filter(inside).map(({ rankrId }) => rankrId))
        assert.deepEqual(
          partsIn(shown, all.filter(inside)),
          partsIn(whole, all).filter((line) => kept.has(line.split(' ')[0]!)),
        )
      },
    ),
  )
})
