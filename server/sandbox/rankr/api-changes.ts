// Writes through the simulated Rankr's API, and the event of each: sent to all connections, so that the writer receives
// its own change. A write without effect sends nothing.

import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Happening, Moment } from './happenings.ts'
import type { Customer, Workspace } from './records.ts'

type Row = Record<string, unknown>

export type Changed = { status: number; body: Row; happening?: Happening }

const text = (most: number) => z.string().max(most)
const tagsBody = z.object({ tags: z.array(text(60).min(1)).min(1).max(50) })
const details = {
  email: z.email().optional(),
  name: text(200).optional(),
  phone: text(40).optional(),
  company: text(200).optional(),
  custom: z.record(z.string(), z.unknown()).optional(),
}
const customerPatch = z.object({ ...details, tags: z.array(text(60)).max(50).optional() })
const customerPush = customerPatch.extend({ id: z.string().min(1).max(200).optional() })
const noteBody = z.object({ body: text(5_000).min(1) })
const orderPatch = z.object({ status: text(60).min(1) })
const invoicePatch = orderPatch.extend({ amount_paid: z.number().min(0).optional() })
const issuePatch = orderPatch.extend({ ticket_id: text(200).optional(), ticket_url: z.url().optional() })

/** The event of a status, where it has one of its own. */
const EVENT_OF: Record<string, Happening['type']> = {
  'order cancelled': 'order.cancelled',
  'order refunded': 'order.refunded',
  'invoice sent': 'invoice.sent',
  'invoice paid': 'invoice.paid',
  'invoice void': 'invoice.voided',
  'issue resolved': 'issue.resolved',
}

const invalid = (error: z.ZodError): Changed => ({
  status: 422,
  body: {
    error: 'invalid_record',
    message: 'The record cannot be taken.',
    fields: error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
  },
})

const absent: Changed = { status: 404, body: { error: 'not_found' } }

const given = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))

/** The API's writes; each returns the changed record. */
export const createApiChanges = ({ workspace, moment }: { workspace: Workspace; moment: () => Moment }) => {
  const stamp = (): string => moment().now.toISOString()

  const apply = (row: Row, changes: Row, tell: { type: Happening['type']; id: string }): Changed => {
    const isNews = Object.entries(changes).some(([key, value]) => !isDeepStrictEqual(row[key], value))
    if (!isNews) return { status: 200, body: row }
    Object.assign(row, changes, { updated_at: stamp() })
    return { status: 200, body: row, happening: { type: tell.type, record: tell.id, data: structuredClone(row) } }
  }

  const customer = (id: string): Customer | undefined => workspace.customers.find((one) => one.id === id)

  const changeCustomer = (row: Customer, { custom, ...changes }: Row): Changed =>
    apply(row, given({ ...(custom as Row | undefined), ...changes }), { type: 'customer.updated', id: row.id })

  const setTags = (row: Customer, tags: string[]): Changed =>
    apply(row, { tags }, { type: 'customer.updated', id: row.id })

  const statusOf = (
    kind: 'order' | 'invoice' | 'issue',
    { rows, key, schema }: { rows: readonly Row[]; key: string; schema: z.ZodType<Row> },
  ) => {
    return (id: string, body: unknown): Changed => {
      const row = rows.find((one) => one[key] === id)
      if (!row) return absent
      const parsed = schema.safeParse(body)
      if (!parsed.success) return invalid(parsed.error)
      const type = EVENT_OF[`${kind} ${parsed.data.status}`] ?? (`${kind}.updated` as Happening['type'])
      return apply(row, given(parsed.data), { type, id })
    }
  }

  return {
    /** By number, then by e-mail; made anew when neither is known. */
    pushCustomer(body: unknown): Changed {
      const parsed = customerPush.safeParse(body)
      if (!parsed.success) return invalid(parsed.error)
      const { id, custom, ...fields } = parsed.data
      const known =
        (id === undefined ? undefined : customer(id)) ??
        workspace.customers.find(({ email }) => email && email.toLowerCase() === fields.email?.toLowerCase())
      if (known) return changeCustomer(known, { ...fields, custom })
      if (!fields.email && !fields.phone) {
        return {
          status: 422,
          body: { error: 'invalid_record', message: 'A customer needs an e-mail or a phone number.' },
        }
      }
      const made = {
        id: id ?? `cus_${workspace.nextNumber++}`,
        ...given({ ...custom, ...fields }),
        created_at: stamp(),
      } as unknown as Customer
      workspace.customers.unshift(made)
      const data = structuredClone(made)
      return { status: 201, body: made, happening: { type: 'customer.created', record: made.id, data } }
    },

    updateCustomer(id: string, body: unknown): Changed {
      const row = customer(id)
      if (!row) return absent
      const parsed = customerPatch.safeParse(body)
      return parsed.success ? changeCustomer(row, parsed.data) : invalid(parsed.error)
    },

    addTags(id: string, body: unknown): Changed {
      const row = customer(id)
      if (!row) return absent
      const parsed = tagsBody.safeParse(body)
      return parsed.success
        ? setTags(row, [...new Set([...(row.tags ?? []), ...parsed.data.tags])])
        : invalid(parsed.error)
    },

    removeTags(id: string, body: unknown): Changed {
      const row = customer(id)
      if (!row) return absent
      const parsed = tagsBody.safeParse(body)
      if (!parsed.success) return invalid(parsed.error)
      return setTags(
        row,
        (row.tags ?? []).filter((tag) => !parsed.data.tags.includes(tag)),
      )
    },

    /** Kept apart from the customer; no event tells of it. */
    addNote(id: string, body: unknown): Changed {
      if (!customer(id)) return absent
      const parsed = noteBody.safeParse(body)
      if (!parsed.success) return invalid(parsed.error)
      const note = {
        note_id: `not_${workspace.nextNumber++}`,
        customer_id: id,
        body: parsed.data.body,
        created_at: stamp(),
      }
      workspace.notes ??= []
      workspace.notes.unshift(note)
      return { status: 201, body: note }
    },

    updateOrder: statusOf('order', { rows: workspace.orders, key: 'order_id', schema: orderPatch }),
    updateInvoice: statusOf('invoice', { rows: workspace.invoices, key: 'invoice_id', schema: invoicePatch }),
    updateIssue: statusOf('issue', { rows: workspace.issues, key: 'issue_id', schema: issuePatch }),
  }
}
