import assert from 'node:assert/strict'
import test from 'node:test'
import {
  itemsText,
  opportunityStatus,
  orderOf,
  orderProperties,
  orderText,
} from '../../../server/sync/orders/order-record.ts'

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
