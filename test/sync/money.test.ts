import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { asCurrency, minorDigits, showMoney, timesQuantity, toDecimal, toMinor } from '../../server/sync/money.ts'
import { fc } from '../property.ts'

const CURRENCIES = ['USD', 'EUR', 'JPY', 'KRW', 'CLP', 'COP', 'KWD', 'BHD', 'TND']
const currency = fc.constantFrom(...CURRENCIES)
const minor = fc.maxSafeInteger()

const refused = (work: () => unknown) =>
  assert.throws(work, (error) => error instanceof AppError && error.code === 'action_input_invalid')

test('a currency has as many digits as it has', () => {
  const digits = Object.fromEntries(
    ['USD', 'JPY', 'KWD', 'clp', 'COP', 'HUF', 'IDR', 'XYZ'].map((code) => [code, minorDigits(code)]),
  )
  assert.deepEqual(digits, { USD: 2, JPY: 0, KWD: 3, clp: 0, COP: 2, HUF: 2, IDR: 2, XYZ: 2 })
  assert.equal(asCurrency('eur'), 'EUR')
  for (const code of ['', 'EURO', '€', 'U5D']) refused(() => asCurrency(code))
})

test('amounts become smallest units, halves go away from zero, and digits count as they were written', () => {
  const cases: [number | string, string, number][] = [
    [12.5, 'USD', 1250],
    [1.005, 'USD', 101],
    [-1.005, 'USD', -101],
    [1.004999, 'USD', 100],
    [0.1 + 0.2, 'USD', 30],
    ['129.90', 'EUR', 12_990],
    ['.5', 'USD', 50],
    ['7.', 'USD', 700],
    [500, 'JPY', 500],
    [499.5, 'JPY', 500],
    [499.4, 'JPY', 499],
    [1.5, 'KWD', 1500],
    [0.0005, 'KWD', 1],
    ['1e3', 'USD', 100_000],
    [1e-7, 'USD', 0],
    [-0.001, 'USD', 0],
    [0, 'USD', 0],
  ]
  for (const [amount, code, expected] of cases) assert.equal(toMinor(amount, code), expected, `${amount} ${code}`)
})

test('what is no amount is refused', () => {
  for (const amount of ['', '.', '-', '1,000', '12 USD', '0x10', 'NaN', Number.NaN, Number.POSITIVE_INFINITY, 'e5']) {
    refused(() => toMinor(amount, 'USD'))
  }
  for (const amount of [1e15, 1e300, '9'.repeat(500), '1e999']) refused(() => toMinor(amount, 'USD'))
  assert.equal(toMinor('1e-999', 'USD'), 0)
})

test('any whole number of smallest units survives the way out and back', () => {
  fc.assert(
    fc.property(minor, currency, (units, code) => {
      assert.equal(toMinor(toDecimal(units, code), code), units)
      const [, fraction = ''] = toDecimal(units, code).split('.')
      assert.equal(fraction.length, minorDigits(code))
    }),
  )
})

test('a sum of amounts is the sum of their smallest units, whatever binary numbers make of it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 30 }), currency, (units, code) => {
      const total = units
        .map((unit) => toMinor(Number(toDecimal(unit, code)), code))
        .reduce((sum, unit) => sum + unit, 0)
      assert.equal(
        total,
        units.reduce((sum, unit) => sum + unit, 0),
      )
    }),
  )
})

test('rounding errs by half a unit at most, keeps order, and is the same on both sides of zero', () => {
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(amount, amount, currency, (a, b, code) => {
      const factor = 10 ** minorDigits(code)
      assert.ok(Math.abs(toMinor(a, code) - a * factor) <= 0.5 + 1e-3)
      assert.ok(a <= b === toMinor(a, code) <= toMinor(b, code) || toMinor(a, code) === toMinor(b, code))
      assert.equal(toMinor(-a, code) + toMinor(a, code), 0)
    }),
  )
})

test('a price times a quantity is exact for whole quantities and rounded once for others', () => {
  assert.equal(timesQuantity(333, 0.5), 167)
  assert.equal(timesQuantity(-333, 0.5), -167)
  assert.equal(timesQuantity(100, 1e3), 100_000)
  assert.equal(timesQuantity(5, 1e-7), 0)
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -1000, max: 1000 }), (unit, quantity) => {
      assert.equal(timesQuantity(unit, quantity) - unit * quantity, 0)
    }),
  )
  refused(() => timesQuantity(1, Number.NaN))
})

test('people see amounts with their currency', () => {
  assert.equal(showMoney(1250, 'usd'), '$12.50')
  assert.equal(showMoney(500, 'JPY'), '¥500')
  assert.equal(showMoney(150_050, 'COP').replace(/\s/, ' '), 'COP 1,500.50')
  assert.equal(showMoney(-1500, 'KWD').replace(/\s/, ' '), '-KWD 1.500')
})
