import assert from 'node:assert/strict'
import test from 'node:test'
import {
  datesOf,
  draftOf,
  type InvoiceWish,
  itemsOf,
  type LineItem,
} from '../../../server/sync/invoices/invoice-draft.ts'
import { isNews, type KnownOfInvoice, learnt } from '../../../server/sync/invoices/invoice-state.ts'
import { minorDigits, timesQuantity, toDecimal, toMinor } from '../../../server/sync/money.ts'
import { fc } from '../../property.ts'

const WISH: InvoiceWish = { number: 'RK-1', amount: 10, currency: 'USD', lineItems: [], dueDays: 14, liveMode: true }
const wish = (over: Partial<InvoiceWish>): InvoiceWish => ({ ...WISH, ...over })

const currencies = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLP')

const lines = fc.array(
  fc.record({
    name: fc.string({ maxLength: 10 }),
    quantity: fc.oneof(
      fc.nat(50),
      fc.nat(50_000).map((n) => n / 1000),
      fc.constant(null),
    ),
    price: fc.oneof(
      fc.integer({ min: -50_000, max: 500_000 }).map((cents) => cents / 100),
      fc.double({ min: 0, max: 999, noNaN: true }),
    ),
  }),
  { maxLength: 6 },
)

/** What the items come to, as anybody would add them up. */
const sumOf = ({ items, discount, currency }: ReturnType<typeof itemsOf>): number => {
  const sum = items.reduce((all, { qty, amount }) => all + timesQuantity(toMinor(amount, currency), qty), 0)
  return sum - (discount.type === 'fixed' ? toMinor(discount.value, currency) : 0)
}

test('whatever the lines, an invoice comes to the amount of Rankr, to the last unit', () => {
  fc.assert(
    fc.property(currencies, fc.integer({ min: 0, max: 10_000_000 }), lines, (currency, minor, lineItems) => {
      const amount = Number(toDecimal(minor, currency))
      const drawn = itemsOf(wish({ amount, currency, lineItems: lineItems as LineItem[] }))
      assert.equal(sumOf(drawn), minor)
      assert.ok(drawn.items.length > 0)
      for (const { qty, amount: each } of drawn.items) {
        assert.ok(Number.isInteger(qty) && qty >= 0 && each >= 0)
        // No more digits than the currency has: nobody else is left to round.
        assert.equal(each, Number(each.toFixed(minorDigits(currency))))
      }
    }),
  )
})

test('none of something below zero is no line', () => {
  const lineItems = [{ name: 'Credit', quantity: 0, price: -0.01 }]
  const { items } = itemsOf(wish({ amount: 5, lineItems }))
  assert.deepEqual(
    items.map(({ amount }) => amount),
    [5],
  )
})

test('an amount below zero is no invoice, and one that cannot be counted neither', () => {
  assert.throws(() => itemsOf(wish({ amount: -1 })), { code: 'action_input_invalid' })
  const lineItems = Array.from({ length: 100 }, () => ({ name: 'Gold', quantity: 1, price: 90_000_000_000_000 }))
  assert.throws(() => itemsOf(wish({ lineItems })), { code: 'action_input_invalid' })
})

test('an invoice is never due before it was issued', () => {
  assert.deepEqual(datesOf(wish({}), '2026-03-02'), { issueDate: '2026-03-02', dueDate: '2026-03-16' })
  const past = { issueDate: '2026-01-31', dueDate: '2026-01-31' }
  assert.deepEqual(datesOf(wish({ dueDate: '2026-01-31' }), '2026-03-02'), past)
  assert.deepEqual(datesOf(wish({ dueDate: '2026-01-31', issueDate: '2026-02-10' }), '2026-03-02'), past)
  const year = { issueDate: '2026-12-30', dueDate: '2027-01-13' }
  assert.deepEqual(datesOf(wish({ issueDate: '2026-12-30' }), '2026-03-02'), year)
})

test('a draft is addressed to its contact and carries our number as it is', () => {
  const contact = { id: 'c', name: 'Maya', email: 'maya@example.com', phoneNo: '+14155550132' }
  const names = { name: 'Factura RK-1', title: 'FACTURA' }
  const draft = draftOf(wish({ terms: 'Thanks' }), { contact, business: { name: 'Shop' }, today: '2026-03-02', names })
  assert.deepEqual(
    [draft.invoiceNumber, draft.invoiceNumberPrefix, draft.termsNotes, draft.name, draft.title],
    ['RK-1', '', 'Thanks', 'Factura RK-1', 'FACTURA'],
  )
  assert.deepEqual(draft.sentTo, { email: ['maya@example.com'], phoneNo: ['+14155550132'] })
})

const states = fc.record({
  status: fc.constantFrom('draft', 'sent', 'partially_paid', 'paid', 'void'),
  paid: fc.nat(1000),
}) as fc.Arbitrary<KnownOfInvoice>

test('what was learnt is never news again, in whatever order it is heard', () => {
  fc.assert(
    fc.property(fc.array(states, { minLength: 1 }), fc.nat(), (heard, pick) => {
      const known = heard.reduce<KnownOfInvoice | undefined>(learnt, undefined)
      assert.equal(isNews(heard[pick % heard.length]!, known), false)
    }),
  )
  assert.equal(isNews({ status: 'paid', paid: 100 }, { status: 'partially_paid', paid: 50 }), true)
  assert.equal(isNews({ status: 'sent', paid: 0 }, undefined), true)
  assert.equal(isNews({ status: 'draft', paid: 0 }, undefined), false)
})
