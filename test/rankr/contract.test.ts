import assert from 'node:assert/strict'
import test from 'node:test'
import { RANKR_EVENT_TYPES, rankrEvent, recordKeyOf } from '../../server/rankr/contract.ts'
import { fc } from '../property.ts'

const timestamp = '2026-11-25T09:59:00.000Z'

const order = {
  order_id: 'ord_1',
  customer_id: 'cus_1',
  total: 120.5,
  currency: 'USD',
  status: 'open',
  line_items: [{ sku: 'A', name: 'Audit', quantity: 1, price: 120.5, color: 'red' }],
}
const invoice = {
  invoice_id: 'inv_1',
  customer_id: 'cus_1',
  amount: 10,
  currency: 'eur',
  status: 'sent',
  due_date: '2026-12-01',
}
const issue = { issue_id: 'iss_1', title: 'Slow pages' }

const records: Record<string, [object, string]> = {
  customer: [{ id: 'cus_1', email: 'a@example.com' }, 'customer:cus_1'],
  order: [order, 'order:ord_1'],
  invoice: [invoice, 'invoice:inv_1'],
  user: [{ user_id: 'usr_1', email: 'u@example.com' }, 'user:usr_1'],
  revenue: [{ revenue_id: 'rev_1', amount: 5, currency: 'USD' }, 'revenue:rev_1'],
  issue: [issue, 'issue:iss_1'],
}

const faultsOf = (event: unknown): Record<string, string> => {
  const parsed = rankrEvent.safeParse(event)
  return Object.fromEntries((parsed.error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]))
}

test('every type of event is taken with its record and names it', () => {
  assert.equal(RANKR_EVENT_TYPES.length, 17)
  for (const type of RANKR_EVENT_TYPES) {
    const [data, key] = records[type.split('.')[0]!]!
    const event = rankrEvent.parse({ type, timestamp, data })
    assert.equal(recordKeyOf(event), key)
  }
})

test('records whose shape is the sender’s choice may name their id plainly', () => {
  const event = rankrEvent.parse({ type: 'user.signed_up', timestamp, data: { id: 7, email: 'u@example.com' } })
  assert.equal(recordKeyOf(event), 'user:7')
})

test('unknown fields are kept at every depth', () => {
  const sent = { type: 'order.created', timestamp, source: 'shop', data: { ...order, extra: { a: [1, { b: null }] } } }
  assert.deepEqual(rankrEvent.parse(sent), sent)
})

test('whatever else a customer carries comes through unchanged', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).map((key) => `x_${key}`),
        fc.jsonValue(),
      ),
      (extra) => {
        const sent = JSON.parse(JSON.stringify({ type: 'customer.updated', timestamp, data: { id: 'c', ...extra } }))
        assert.deepEqual(rankrEvent.parse(sent), sent)
      },
    ),
  )
})

test('a customer needs an id; e-mail, phone and the rest may be missing, null or empty', () => {
  for (const data of [{ id: 'c' }, { id: 12 }, { id: 'c', email: '', phone: null, tags: null, name: null }]) {
    assert.deepEqual(faultsOf({ type: 'customer.created', timestamp, data }), {})
  }
  for (const id of [undefined, null, {}, true]) {
    assert.deepEqual(faultsOf({ type: 'customer.created', timestamp, data: { id } }), {
      'data.id': 'id is missing: it must be text or a number',
    })
  }
  assert.deepEqual(faultsOf({ type: 'customer.created', timestamp, data: { id: ' ' } }), {
    'data.id': 'id must have 1 to 200 characters',
  })
})

test('a merged customer names the one that stays, and a refund may say how much of it', () => {
  for (const merged_into of ['cus_2', 7, '', null, undefined]) {
    assert.deepEqual(faultsOf({ type: 'customer.updated', timestamp, data: { id: 'c', merged_into } }), {})
  }
  assert.deepEqual(faultsOf({ type: 'customer.updated', timestamp, data: { id: 'c', merged_into: {} } }), {
    'data.merged_into': 'merged_into must be text or a number',
  })
  for (const [refunded_total, faults] of [
    [12.5, {}],
    [null, {}],
    [
      'all',
      {
        'data.refunded_total': 'refunded_total must be a number, in units of the currency (12.5 is twelve and a half)',
      },
    ],
  ] as const) {
    assert.deepEqual(faultsOf({ type: 'order.refunded', timestamp, data: { ...order, refunded_total } }), faults)
  }
})

test('of a deleted customer only the id is needed', () => {
  assert.deepEqual(faultsOf({ type: 'customer.deleted', timestamp, data: { id: 'c', email: 'gone' } }), {})
})

test('the faults of a record are all named, in words', () => {
  assert.deepEqual(
    faultsOf({ type: 'order.created', timestamp, data: { order_id: 'o', total: '5', line_items: [{ price: 'x' }] } }),
    {
      'data.customer_id': 'customer_id is missing: it must be text or a number',
      'data.total': 'total must be a number, in units of the currency (12.5 is twelve and a half)',
      'data.currency': 'currency is missing: it must be a code of ISO 4217, such as USD',
      'data.status': 'status is missing: it must be text',
      'data.line_items.0.price': 'price must be a number, in units of the currency (12.5 is twelve and a half)',
    },
  )
  assert.deepEqual(faultsOf({ type: 'issue.detected', timestamp, data: { title: '' } }), {
    'data.issue_id': 'issue_id is missing: it must be text or a number',
    'data.title': 'title must not be empty',
  })
  assert.deepEqual(
    faultsOf({ type: 'invoice.paid', timestamp, data: { ...invoice, due_date: 'tomorrow', currency: 'euro' } }),
    {
      'data.due_date': 'due_date must be a date of ISO 8601',
      'data.currency': 'currency must be a code of ISO 4217, such as USD',
    },
  )
})

test('an unknown type, a missing time and a missing record are named', () => {
  const faults = faultsOf({ type: 'customer.create', timestamp: 'yesterday' })
  assert.match(faults.type ?? '', /^type must be one of customer\.created, /)
  assert.match(faults.timestamp ?? '', /^timestamp must be a date and time of ISO 8601/)
  assert.equal(faults.data, 'data is missing: it must be the record as an object')
})

test('a time with an offset is a time', () => {
  const event = { type: 'issue.resolved', timestamp: '2026-11-25T11:59:00+02:00', data: issue }
  assert.deepEqual(faultsOf(event), {})
})

test('no JSON value makes the check throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...RANKR_EVENT_TYPES), (data, type) => {
      rankrEvent.safeParse(data)
      rankrEvent.safeParse({ type, timestamp, data })
    }),
  )
})
