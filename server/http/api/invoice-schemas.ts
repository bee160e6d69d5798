// API schemas of invoices.

import { z } from 'zod'
import {
  currencyCode as currency,
  customerId,
  email,
  moment,
  phone,
  quantity,
  rankrId,
  sentMoment,
  text,
} from './schemas.ts'

/** Larger amounts cannot be represented exactly to the cent. */
const MOST = 999_999_999_999
const MOST_LINES = 100

/** Schema of the id of an invoice in Rankr. */
export const invoiceId = rankrId.meta({ description: 'The id of the invoice in Rankr.', example: 'inv_2077' })

const amount = (description: string, example: number) => z.number().min(0).max(MOST).meta({ description, example })

const day = (description: string, example: string) => z.iso.date().meta({ description, example })

const line = z
  .strictObject({
    name: text(200, 'What was sold.', 'Growth plan'),
    description: text(500, 'More about it.', 'March').optional(),
    sku: text(100, 'Its number.', 'GROWTH-1').optional(),
    quantity,
    price: z
      .number()
      .min(-MOST)
      .max(MOST)
      .meta({ description: 'What one costs; below zero for a credit.', example: 129.9 }),
  })
  .meta({ id: 'InvoiceLineInput' })

const hints = {
  customer_email: email.optional(),
  customer_phone: phone.optional(),
  customer_name: text(200, 'Name of the customer.', 'Maya Okafor').optional(),
}

const wishes = {
  number: text(60, 'What people call it; the id when it is not sent.', 'RK-2077').optional(),
  issue_date: day('The day it was issued; today when it is not sent.', '2026-03-02').optional(),
  due_date: day('The day it is due; by the settings of the account when it is not sent.', '2026-03-16').optional(),
  title: text(60, 'Title above the invoice.', 'INVOICE').optional(),
  terms: text(2000, 'Terms and notes.', 'Payable within 14 days.').optional(),
  line_items: z.array(line).max(MOST_LINES).optional().meta({
    description: 'What they lack to the amount becomes one more line, what they exceed a discount.',
  }),
}

/** Body of a created or updated invoice. Amounts are in units of the currency. */
export const invoiceInput = z
  .strictObject({
    invoice_id: invoiceId,
    customer_id: customerId,
    ...hints,
    amount: amount('What it comes to, in units of the currency.', 129.9),
    currency,
    ...wishes,
  })
  .meta({
    id: 'InvoiceInput',
    description:
      'An invoice to be created or changed. A customer that is not there yet is made from customer_email and customer_phone.',
  })

/** Body of a partial update. */
export const invoiceChanges = z
  .strictObject({
    customer_id: customerId.optional(),
    ...hints,
    amount: amount('What it comes to; of the items when only they are sent.', 149.9).optional(),
    currency: currency.optional(),
    ...wishes,
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), { error: 'Send what changes.' })
  .meta({ id: 'InvoiceChanges', description: 'Members that are left out stay as they are.', minProperties: 1 })

const CHANNELS = ['email', 'sms', 'email_and_sms', 'none'] as const

/** Body of sending an invoice. */
export const sendInput = z
  .strictObject({
    by: z.enum(CHANNELS).optional().meta({
      description:
        'How it reaches the customer; none only marks it as sent. By the settings of the account when it is not sent.',
    }),
  })
  .meta({ id: 'SendInvoice' })
  // The body may be omitted.
  .prefault({})

/** Body of a payment. The amount is in units of the currency. */
export const paymentInput = z
  .strictObject({
    amount: z
      .number()
      .gt(0)
      .max(MOST)
      .optional()
      .meta({ description: 'In units of the currency; all that is open when it is not sent.', example: 50 }),
    payment_id: text(
      200,
      'Your id of the payment, which is recorded once, however often it is sent with the same amount.',
      'pay_71',
    ).optional(),
    method: z.enum(['cash', 'bank_transfer', 'other']).optional().meta({ description: 'other when it is not sent.' }),
    note: text(500, 'A note for people.', 'Paid at the desk').optional(),
    paid_at: sentMoment('When it was paid.').optional(),
  })
  .meta({ id: 'InvoicePayment' })

/** The statuses of an invoice. */
export const INVOICE_STATUSES = ['draft', 'sent', 'partially_paid', 'paid', 'void'] as const

/** The members that `fields` may name. */
export const INVOICE_FIELDS = [
  'invoice_id',
  'number',
  'customer_id',
  'status',
  'currency',
  'amount',
  'amount_paid',
  'amount_due',
  'issue_date',
  'due_date',
  'title',
  'terms',
  'live_mode',
  'line_items',
  'created_at',
  'updated_at',
  'links',
] as const

const shape = {
  invoice_id: z.string().meta({
    description: 'The id in Rankr; of an invoice that never came from Rankr, its own in the CRM.',
    example: 'inv_2077',
  }),
  number: z.string().nullable().meta({ description: 'What people call it.', example: 'RK-2077' }),
  customer_id: z.string().nullable().meta({ description: 'Who owes it.', example: 'cus_10482' }),
  status: z.enum(INVOICE_STATUSES).meta({ description: 'How far it is.', example: 'partially_paid' }),
  currency: z.string().meta({ description: 'A code of ISO 4217.', example: 'USD' }),
  amount: z.number().meta({ description: 'In units of the currency.', example: 129.9 }),
  amount_paid: z.number().meta({ description: 'What was paid so far.', example: 50 }),
  amount_due: z.number().meta({ description: 'What is open.', example: 79.9 }),
  issue_date: z.iso.date().nullable().meta({ description: 'The day it was issued.', example: '2026-03-02' }),
  due_date: z.iso.date().nullable().meta({ description: 'The day it is due.', example: '2026-03-16' }),
  title: z.string().nullable().meta({ description: 'Title above the invoice.', example: 'INVOICE' }),
  terms: z.string().nullable().meta({ description: 'Terms and notes.', example: 'Payable within 14 days.' }),
  live_mode: z.boolean().meta({ description: 'False for an invoice of the test mode.' }),
  line_items: z
    .array(
      z.object({
        name: z.string().meta({ description: 'What was sold.', example: 'Growth plan' }),
        description: z.string().nullable().meta({ description: 'More about it.', example: 'March' }),
        quantity: z.number().meta({ description: 'How many.', example: 1 }),
        price: z.number().meta({ description: 'What one costs.', example: 129.9 }),
      }),
    )
    .meta({ description: 'What it is for.' }),
  created_at: moment('When it was made.').optional(),
  updated_at: moment('When it was last changed.').optional(),
  links: z
    .object({
      invoice_id: z.string().meta({ description: 'The invoice.', example: '66f4a1d2e4a5c60013d2e3b1' }),
      contact_id: z
        .string()
        .nullable()
        .meta({ description: 'The contact of its customer.', example: 'Qm8dXw2LrT5vBn9KcY1p' }),
    })
    .meta({ description: 'The records in the CRM.' }),
}

/** Schema of an invoice in responses. */
export const invoice = z.object(shape).meta({ id: 'Invoice', description: 'An invoice, as it is in the CRM.' })

/** Schema of an invoice with only the members requested by `fields=`. */
export const invoicePart = z
  .object(shape)
  .partial()
  .meta({ id: 'InvoicePart', description: 'An invoice, or the members of it that were asked for in fields.' })
