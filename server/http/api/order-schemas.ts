// API schemas of orders.

import { z } from 'zod'
import { currencyCode as currency, customerId, email, moment, phone, quantity, rankrId, text } from './schemas.ts'

/** Larger amounts cannot be represented exactly to the cent. */
const MOST = 999_999_999_999
const MOST_LINES = 100

/** Schema of the id of an order in Rankr. */
export const orderId = rankrId.meta({ description: 'The id of the order in Rankr.', example: 'ord_5521' })

const total = z
  .number()
  .min(0)
  .max(MOST)
  .meta({ description: 'What it comes to, in units of the currency.', example: 129.9 })

const line = z
  .strictObject({
    name: text(200, 'What was sold.', 'Growth plan').optional(),
    sku: text(100, 'Its number.', 'GROWTH-1').optional(),
    quantity,
    price: z
      .number()
      .min(-MOST)
      .max(MOST)
      .optional()
      .meta({ description: 'What one costs; below zero for a credit.', example: 129.9 }),
  })
  .meta({ id: 'OrderLineInput' })

const hints = {
  customer_email: email.optional(),
  customer_phone: phone.optional(),
  customer_name: text(200, 'Name of the customer.', 'Maya Okafor').optional(),
}

const status = text(60, 'What became of it, in your own words.', 'paid')

const wishes = {
  number: text(75, 'What people call it; the id when it is not sent.', '2026-5521').optional(),
  placed_on: z.iso.date().optional().meta({ description: 'The day it was placed.', example: '2026-03-02' }),
  line_items: z.array(line).max(MOST_LINES).optional().meta({ description: 'What was ordered.' }),
}

/** Body of a created or updated order. Amounts are in units of the currency. */
export const orderInput = z
  .strictObject({ order_id: orderId, customer_id: customerId, ...hints, total, currency, status, ...wishes })
  .meta({
    id: 'OrderInput',
    description:
      'An order to be created or changed. A customer that is not there yet is made from customer_email and customer_phone.',
  })

/** Body of a partial update. */
export const orderChanges = z
  .strictObject({
    customer_id: customerId.optional(),
    ...hints,
    total: total.optional(),
    currency: currency.optional(),
    status: status.optional(),
    ...wishes,
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), { error: 'Send what changes.' })
  .meta({ id: 'OrderChanges', description: 'Members that are left out stay as they are.', minProperties: 1 })

/** The members that `fields` may name. */
export const ORDER_FIELDS = [
  'order_id',
  'number',
  'customer_id',
  'status',
  'currency',
  'total',
  'refunded_total',
  'placed_on',
  'line_items',
  'state',
  'created_at',
  'updated_at',
  'links',
] as const

const shape = {
  order_id: z.string().meta({
    description: 'The id in Rankr; of an order that never came from Rankr, that of its record in the CRM.',
    example: 'ord_5521',
  }),
  number: z.string().nullable().meta({ description: 'What people call it.', example: '2026-5521' }),
  customer_id: z.string().nullable().meta({ description: 'Whose order it is.', example: 'cus_10482' }),
  status: z.string().nullable().meta({ description: 'What became of it, in your words.', example: 'paid' }),
  currency: z.string().nullable().meta({ description: 'A code of ISO 4217.', example: 'USD' }),
  total: z.number().nullable().meta({ description: 'In units of the currency.', example: 129.9 }),
  refunded_total: z.number().nullable().meta({
    description: 'What was paid back of the total, as Rankr has told it; null when nothing is known of it. Read only.',
    example: null,
  }),
  placed_on: z.iso.date().nullable().meta({ description: 'The day it was placed.', example: '2026-03-02' }),
  line_items: z
    .array(
      z.object({
        name: z.string().nullable().meta({ description: 'What was sold.', example: 'Growth plan' }),
        sku: z.string().nullable().meta({ description: 'Its number.', example: 'GROWTH-1' }),
        quantity: z.number().meta({ description: 'How many.', example: 1 }),
        price: z.number().nullable().meta({ description: 'What one costs.', example: 129.9 }),
      }),
    )
    .meta({ description: 'What was ordered.' }),
  state: z.enum(['linked', 'waiting']).meta({
    description: 'waiting: kept as a note on the contact until the account has a place for orders.',
    example: 'linked',
  }),
  created_at: moment('When the record was made.').optional(),
  updated_at: moment('When the record was last changed.').optional(),
  links: z
    .object({
      record_id: z
        .string()
        .nullable()
        .meta({ description: 'The order; null while it waits for its place.', example: '66f2b7d1e4a5c60013d2e1f0' }),
      contact_id: z
        .string()
        .nullable()
        .meta({ description: 'The contact of its customer.', example: 'Qm8dXw2LrT5vBn9KcY1p' }),
    })
    .meta({ description: 'The records in the CRM.' }),
}

/** Schema of an order in responses. */
export const order = z.object(shape).meta({ id: 'Order', description: 'An order, as it is in the CRM.' })

/** Schema of an order with only the members requested by `fields=`. */
export const orderPart = z
  .object(shape)
  .partial()
  .meta({ id: 'OrderPart', description: 'An order, or the members of it that were asked for in fields.' })
