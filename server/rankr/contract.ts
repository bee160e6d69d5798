// Rankr's records and events. The only place that says which fields are required; all others are kept as they came.

import { z } from 'zod'

/** Ids are text here; some systems use numbers. */
const id = (what: string) =>
  z
    .union([z.string(), z.number()], { error: `${what} is missing: it must be text or a number` })
    .transform(String)
    .refine((text) => text.trim().length > 0 && text.length <= 200, `${what} must have 1 to 200 characters`)

const optionalText = (what: string) => z.string(`${what} must be text`).nullish()

/** Empty counts as absent, as in forms. A value that is present must be valid, else the event is refused. */
const email = z
  .string('email must be text')
  .refine((text) => text.trim() === '' || /^[^\s@]+@[^\s@]+$/.test(text.trim()), 'email must be an e-mail address')
  .nullish()

const amount = (what: string) =>
  z.number(`${what} must be a number, in units of the currency (12.5 is twelve and a half)`)

const currency = z
  .string('currency is missing: it must be a code of ISO 4217, such as USD')
  .regex(/^[A-Za-z]{3}$/, 'currency must be a code of ISO 4217, such as USD')

const moment = (what: string) =>
  z.iso.datetime({ offset: true, error: `${what} must be a date and time of ISO 8601, such as 2026-11-25T09:30:00Z` })

/** A date, or a date-time of which only the date counts. */
const day = (what: string) =>
  z.union([z.iso.date(), z.iso.datetime({ offset: true })], { error: `${what} must be a date of ISO 8601` })

const lineItem = z.looseObject({
  name: optionalText('name'),
  sku: optionalText('sku'),
  quantity: z.number('quantity must be a number').nullish(),
  price: amount('price').nullish(),
})

const lineItems = z.array(lineItem, 'line_items must be a list')

const customer = z.looseObject({
  id: id('id'),
  email,
  name: optionalText('name'),
  phone: optionalText('phone'),
  company: optionalText('company'),
  tags: z.array(z.string('a tag must be text'), 'tags must be a list of texts').nullish(),
  /** The customer this one was merged into and replaced by. */
  merged_into: z.union([z.literal(''), id('merged_into')], 'merged_into must be text or a number').nullish(),
})

/** What is left of a deleted customer: the id, and whatever else Rankr sends. */
const deletedCustomer = z.looseObject({ id: id('id') })

const order = z.looseObject({
  order_id: id('order_id'),
  customer_id: id('customer_id'),
  total: amount('total'),
  currency,
  status: z.string('status is missing: it must be text').min(1, 'status must not be empty'),
  line_items: lineItems.nullish(),
  /** How much of the total was refunded so far, in currency units; all of it when absent. */
  refunded_total: amount('refunded_total').nullish(),
})

const invoice = z.looseObject({
  invoice_id: id('invoice_id'),
  customer_id: id('customer_id'),
  amount: amount('amount'),
  currency,
  status: z.string('status is missing: it must be text').min(1, 'status must not be empty'),
  due_date: day('due_date').nullish(),
  line_items: lineItems.nullish(),
})

/** Rankr's own id field (`user_id`) or plain `id`: senders use both for records of free shape. */
const eitherId = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  z
    .looseObject({ [name]: id(name).optional(), id: id('id').optional(), ...shape })
    .refine((record) => record[name] !== undefined || record.id !== undefined, {
      error: `${name} is missing: it must be text or a number`,
      path: [name],
    })

const user = eitherId('user_id', { email, name: optionalText('name') })

const revenue = eitherId('revenue_id', {
  customer_id: id('customer_id').nullish(),
  amount: amount('amount'),
  currency,
  recorded_at: moment('recorded_at').nullish(),
})

const issue = eitherId('issue_id', {
  customer_id: id('customer_id').nullish(),
  title: z.string('title is missing: it must be text').min(1, 'title must not be empty'),
  severity: optionalText('severity'),
  status: optionalText('status'),
})

export type RankrCustomer = z.output<typeof customer>
export type RankrOrder = z.output<typeof order>
export type RankrInvoice = z.output<typeof invoice>
export type RankrUser = z.output<typeof user>
export type RankrRevenue = z.output<typeof revenue>
export type RankrIssue = z.output<typeof issue>

/** For each event type: its record schema and the field that names the record. */
const EVENTS = {
  'customer.created': { record: customer, key: 'id' },
  'customer.updated': { record: customer, key: 'id' },
  'customer.deleted': { record: deletedCustomer, key: 'id' },
  'order.created': { record: order, key: 'order_id' },
  'order.updated': { record: order, key: 'order_id' },
  'order.cancelled': { record: order, key: 'order_id' },
  'order.refunded': { record: order, key: 'order_id' },
  'invoice.created': { record: invoice, key: 'invoice_id' },
  'invoice.updated': { record: invoice, key: 'invoice_id' },
  'invoice.sent': { record: invoice, key: 'invoice_id' },
  'invoice.paid': { record: invoice, key: 'invoice_id' },
  'invoice.voided': { record: invoice, key: 'invoice_id' },
  'user.signed_up': { record: user, key: 'user_id' },
  'revenue.recorded': { record: revenue, key: 'revenue_id' },
  'issue.detected': { record: issue, key: 'issue_id' },
  'issue.updated': { record: issue, key: 'issue_id' },
  'issue.resolved': { record: issue, key: 'issue_id' },
} as const

export type RankrEventType = keyof typeof EVENTS

export const RANKR_EVENT_TYPES = Object.keys(EVENTS) as RankrEventType[]

/** The envelope of every event: `{ type, timestamp, data }`, other fields kept. */
const envelope = z.looseObject({
  type: z.enum(RANKR_EVENT_TYPES, { error: `type must be one of ${RANKR_EVENT_TYPES.join(', ')}` }),
  timestamp: moment('timestamp'),
  data: z.looseObject({}, 'data is missing: it must be the record as an object'),
})

/**
 * Validates a webhook's body without changing it; faults of the record are under `/data`. Values the schema converts
 * (numeric ids) stay in the payload as sent.
 */
export const rankrEvent = envelope.superRefine((event, context) => {
  const parsed = EVENTS[event.type].record.safeParse(event.data)
  for (const issue of parsed.error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: ['data', ...issue.path], message: issue.message })
  }
})

export type RankrEvent = z.output<typeof rankrEvent>

/** Record key: `customer:cus_1`, `order:ord_1`. Events of one record are processed in order. */
export const recordKeyOf = ({ type, data }: RankrEvent): string => {
  const kind = type.slice(0, type.indexOf('.'))
  return `${kind}:${String(data[EVENTS[type].key] ?? data.id)}`
}
