// The sample workspace's actions, and the event each one sends. Changes the given records; knows nothing of signatures,
// addresses or pages.

import type { Customer, Invoice, Issue, Order, Records, User, Workspace } from './records.ts'
import { ISSUE_TITLES, PRODUCTS, randomCustomer } from './samples.ts'

export const EVENT_TYPES = [
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'order.created',
  'order.updated',
  'order.cancelled',
  'order.refunded',
  'invoice.created',
  'invoice.updated',
  'invoice.sent',
  'invoice.paid',
  'invoice.voided',
  'user.signed_up',
  'revenue.recorded',
  'issue.detected',
  'issue.updated',
  'issue.resolved',
] as const

type EventType = (typeof EVENT_TYPES)[number]

/** `record` names the record for people ('cus_1001'); `data` is what the event carries. */
export type Happening = { type: EventType; record: string; data: Record<string, unknown> }

export type Moment = { now: Date; random: () => number }

type Wish = {
  type: EventType
  /** The record it happens to; without it a new or a random one, as the type asks. */
  id?: string | undefined
  /** Fields to change before the event is made (updates), or to start from (customer.created). */
  changes?: Record<string, unknown> | undefined
}

const STATUS_AFTER: Partial<Record<EventType, string>> = {
  'order.updated': 'processing',
  'order.cancelled': 'cancelled',
  'order.refunded': 'refunded',
  'invoice.sent': 'sent',
  'invoice.paid': 'paid',
  'invoice.voided': 'void',
  'issue.updated': 'in progress',
  'issue.resolved': 'resolved',
}

const KEYS = {
  customer: { list: 'customers', id: 'id' },
  order: { list: 'orders', id: 'order_id' },
  invoice: { list: 'invoices', id: 'invoice_id' },
  issue: { list: 'issues', id: 'issue_id' },
} as const

type Kind = keyof typeof KEYS

const kindOf = (type: EventType): string => type.slice(0, type.indexOf('.'))

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)]

const customerIdFor = (records: Records, { random }: Moment): string => pick(records.customers, random)?.id ?? 'cus_0'

const makers = (workspace: Workspace, moment: Moment) => {
  const number = () => workspace.nextNumber++
  const at = moment.now.toISOString()
  return {
    customer: (): Customer => randomCustomer({ number: number(), ...moment }),
    order: (): Order => {
      const product = pick(PRODUCTS, moment.random) ?? PRODUCTS[0]!
      const quantity = 1 + Math.floor(moment.random() * 3)
      return {
        order_id: `ord_${number()}`,
        customer_id: customerIdFor(workspace, moment),
        total: product.price * quantity,
        currency: 'USD',
        status: 'open',
        line_items: [{ sku: product.sku, name: product.name, quantity, price: product.price }],
        created_at: at,
      }
    },
    invoice: (): Invoice => ({
      invoice_id: `inv_${number()}`,
      customer_id: customerIdFor(workspace, moment),
      amount: 149,
      currency: 'USD',
      status: 'draft',
      due_date: new Date(moment.now.getTime() + 14 * 86_400_000).toISOString().slice(0, 10),
      line_items: [{ name: 'Monthly service', quantity: 1, price: 149 }],
      created_at: at,
    }),
    issue: (): Issue => ({
      issue_id: `iss_${number()}`,
      customer_id: customerIdFor(workspace, moment),
      title: pick(ISSUE_TITLES, moment.random) ?? ISSUE_TITLES[0],
      severity: 'medium',
      status: 'open',
      detected_at: at,
    }),
    user: (): User => {
      const next = number()
      const { name, email } = randomCustomer({ number: next, ...moment })
      return { user_id: `usr_${next}`, email, name, role: 'editor', signed_up_at: at }
    },
  }
}

/**
 * Lets something happen in `workspace` and answers the event that tells of it; undefined when there is no such record.
 * `customer.created` with an id tells of that customer again, as a first import does.
 */
export const happen = (workspace: Workspace, wish: Wish, moment: Moment): Happening | undefined => {
  const { type } = wish
  const make = makers(workspace, moment)
  if (type === 'user.signed_up') {
    const user = make.user()
    workspace.users.unshift(user)
    return { type, record: user.user_id, data: user }
  }
  if (type === 'revenue.recorded') {
    const id = `rev_${workspace.nextNumber++}`
    const customer_id = wish.id ?? customerIdFor(workspace, moment)
    const recorded_at = moment.now.toISOString()
    return { type, record: id, data: { revenue_id: id, customer_id, amount: 149, currency: 'USD', recorded_at } }
  }
  const kind = kindOf(type) as Kind
  const list = workspace[KEYS[kind].list] as Record<string, unknown>[]
  const idKey = KEYS[kind].id
  const isNew = (type.endsWith('.created') || type === 'issue.detected') && wish.id === undefined
  const record = isNew
    ? { ...make[kind](), ...wish.changes }
    : wish.id === undefined
      ? pick(list, moment.random)
      : list.find((one) => one[idKey] === wish.id)
  if (!record) return undefined
  if (isNew) list.unshift(record)
  else if (type === 'customer.deleted') list.splice(list.indexOf(record), 1)
  else if (!type.endsWith('.created') && type !== 'issue.detected') {
    Object.assign(record, wish.changes, { updated_at: moment.now.toISOString() })
    const status = STATUS_AFTER[type]
    if (status) record.status = status
  }
  return { type, record: String(record[idKey]), data: structuredClone(record) }
}
