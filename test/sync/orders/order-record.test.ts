import assert from 'node:assert/strict'
import test from 'node:test'
import { minorDigits, toMinor } from '../../../server/sync/money.ts'
import { articlePrice, articlesIn } from '../../../server/sync/orders/articles.ts'
import {
  itemsText,
  opportunityStatus,
  orderOf,
  orderProperties,
  orderText,
} from '../../../server/sync/orders/order-record.ts'
import { fc } from '../../property.ts'

const input = {
  rankrId: 'ord_1',
  customerId: 'cus_1',
  total: 259.8,
  currency: 'usd',
  status: 'paid',
  lineItems: [{ name: 'Growth plan', sku: 'growth', quantity: 2, price: 129.9 }, { quantity: 1 }, 'nonsense'],
  placedAt: '2026-11-20T09:00:00Z',
}

test('an order fills the fields of its record, items as text and as data', () => {
  const properties = orderProperties(orderOf(input), 'number')
  assert.deepEqual(properties, {
    number: 'ord_1',
    order_id: 'ord_1',
    status: 'paid',
    total: 259.8,
    currency: 'USD',
    items: '2 × Growth plan (growth) at $129.90\n1 × Item',
    items_json: JSON.stringify([{ name: 'Growth plan', sku: 'growth', quantity: 2, price: 129.9 }, { quantity: 1 }]),
    customer_id: 'cus_1',
    placed_on: '2026-11-20',
  })
})

test('where the first field has another key, it names the record too', () => {
  assert.equal(orderProperties(orderOf(input), 'title').title, 'ord_1')
})

test('money is written as its currency is: no cents where there are none', () => {
  const yen = orderOf({ ...input, total: 1200.4, currency: 'JPY', lineItems: [{ name: 'Tea', price: 600 }] })
  assert.equal(orderProperties(yen, 'number').total, 1200)
  assert.equal(itemsText(yen), '1 × Tea at ¥600')
})

test('a note says what the record would', () => {
  assert.equal(
    orderText(orderOf({ ...input, number: 'A-1', lineItems: [] })),
    'Order A-1: $259.80, paid\nPlaced on 2026-11-20',
  )
})

test('an amount that is none and a day that is none are refused or left out', () => {
  assert.throws(() => orderOf({ ...input, total: Number.NaN }), { code: 'action_input_invalid' })
  assert.equal('placed_on' in orderProperties(orderOf({ ...input, placedAt: 'soon' }), 'number'), false)
})

test('an opportunity is won, lost or open as the order goes', () => {
  for (const [word, status] of [
    ['paid', 'won'],
    ['Fulfilled', 'won'],
    ['refunded', 'lost'],
    ['cancelled', 'lost'],
    ['pending', 'open'],
  ] as const) {
    assert.equal(opportunityStatus(word), status)
  }
})

test('an order of ten thousand items fits into fields, and says that there are more', () => {
  const lineItems = Array.from({ length: 10_000 }, (_, n) => ({ name: `Item ${n}`, sku: `s${n}`, price: 1.01 }))
  const input = { rankrId: 'ord_1', customerId: 'c', total: 10_100, currency: 'USD', status: 'open', lineItems }
  const { items, items_json } = orderProperties(orderOf(input), 'number') as Record<string, string>
  assert.match(items!, /Item 199 \(s199\) at \$1\.01\n… and 9800 more$/)
  assert.equal(JSON.parse(items_json!).length, 1_000)
  assert.ok(items!.length + items_json!.length < 100_000)
})

test('a price of a product has the digits of its currency, and is what the amount is in smallest units', () => {
  const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'EUR')
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), currency, (price, code) => {
      const [article] = articlesIn([{ sku: 'a', price }])
      const amount = articlePrice(article!, code)
      assert.equal(toMinor(amount, code), toMinor(price, code))
      assert.ok((String(amount).split('.')[1] ?? '').length <= minorDigits(code))
    }),
  )
  assert.equal(articlePrice({ sku: 'a', name: 'a', price: 500.4 }, 'JPY'), 500)
})
