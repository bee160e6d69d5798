// A generated workspace of any size: varied records, the same at every call.

import type { Customer, Invoice, Order, Records } from './records.ts'
import { PRODUCTS } from './samples.ts'

export type WorkspaceSize = { customers: number; orders: number; invoices: number }

const FIRST = [
  'Ana',
  'Ben',
  'Chiara',
  'David',
  'Elif',
  'Fatima',
  'Grace',
  'Hugo',
  'Isla',
  'Jonas',
  'Kavya',
  'Liam',
  'Zoë',
]
const LAST = [
  'Abbott',
  'Castillo',
  'Dubois',
  'Eriksen',
  'Farah',
  'Grant',
  "O'Neil",
  'Ito',
  'Jensen',
  'Kowalski',
  'Núñez',
]
const TAGS: string[][] = [[], ['newsletter'], ['vip'], ['referral', 'newsletter']]
const ORDER_STATES = ['open', 'paid', 'shipped', 'cancelled', 'refunded']
const INVOICE_STATES = ['draft', 'sent', 'paid', 'partially_paid']
const DAY_MS = 86_400_000
const BEGAN_AT = Date.parse('2026-01-01T08:00:00.000Z')

/** A minute apart and, every third, in the same moment as the one before. */
const changedAt = (number: number): string =>
  new Date(BEGAN_AT + (number - (number % 3 === 2 ? 1 : 0)) * 60_000).toISOString()

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!

const customer = (number: number): Customer => ({
  id: `cus_g${number}`,
  email: `customer.${number}@example.com`,
  name: `${pick(FIRST, number)} ${pick(LAST, Math.floor(number / FIRST.length))}`,
  phone: `+1${4_000_000_000 + number}`,
  company: `Company ${number % 500}`,
  tags: pick(TAGS, number),
  plan: pick(['Starter', 'Growth', 'Scale'], number),
  created_at: changedAt(number),
})

const lineOf = (number: number) => {
  const { sku, name, price } = pick(PRODUCTS, number)
  return { sku, name, quantity: 1 + (number % 3), price }
}

const order = (number: number, customers: number): Order => {
  const line = lineOf(number)
  return {
    order_id: `ord_g${number}`,
    customer_id: `cus_g${number % customers}`,
    total: line.price * line.quantity,
    currency: 'USD',
    status: pick(ORDER_STATES, number),
    line_items: [line],
    created_at: changedAt(number),
  }
}

const invoice = (number: number, customers: number): Invoice => {
  const { name, quantity, price } = lineOf(number)
  const status = pick(INVOICE_STATES, number)
  const amount = price * quantity
  const paid = { paid: amount, partially_paid: Math.round(amount / 2) }[status]
  return {
    invoice_id: `inv_g${number}`,
    number: `G-${number}`,
    customer_id: `cus_g${(number * 7) % customers}`,
    amount,
    currency: 'USD',
    status,
    ...(paid === undefined ? {} : { amount_paid: paid }),
    due_date: new Date(BEGAN_AT + 400 * DAY_MS).toISOString().slice(0, 10),
    line_items: [{ name, quantity, price }],
    created_at: changedAt(number),
  }
}

const many = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => make(number))

/** Orders and invoices belong to the customers, some to several of one. */
export const generatedRecords = ({ customers, orders, invoices }: WorkspaceSize): Records => ({
  customers: many(customers, customer),
  orders: many(orders, (number) => order(number, customers)),
  invoices: many(invoices, (number) => invoice(number, customers)),
  users: [],
  issues: [],
})
