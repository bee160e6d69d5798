// Whether two systems hold the same, record by record: a simple count, beside the app's own check.

import type { SimulatedCrm } from '../../server/sandbox/crm/simulated-crm.ts'
import type { Workspace } from '../../server/sandbox/rankr/records.ts'

type Kind = 'contacts' | 'orders' | 'invoices' | 'notes'

/** `doubled`: those beyond the one that there should be, by kind. */
export type Comparison = {
  missing: number
  doubled: Record<Kind, number>
  differing: number
  messages: number
  examples: string[]
}

type Pair<Theirs> = { kind: Kind; key: string; mine: Record<string, unknown>; theirs: Theirs[] }

/** What differs in the one record there should be; undefined when nothing does. */
type Differ<Theirs> = (mine: Record<string, unknown>, theirs: Theirs) => string | undefined

const cents = (amount: unknown): number => Math.round(Number(amount) * 100)

export const compare = (crm: SimulatedCrm, workspace: Readonly<Workspace>, locationId: string): Comparison => {
  const doubled = { contacts: 0, orders: 0, invoices: 0, notes: 0 }
  const found: Comparison = { missing: 0, doubled, differing: 0, messages: 0, examples: [] }
  const count = <Theirs>({ kind, key, mine, theirs }: Pair<Theirs>, differ: Differ<Theirs>): void => {
    const [first] = theirs
    const difference = first === undefined ? 'missing' : theirs.length > 1 ? 'doubled' : differ(mine, first)
    if (difference === undefined) return
    if (difference === 'missing') found.missing += 1
    else if (difference === 'doubled') doubled[kind] += theirs.length - 1
    else found.differing += 1
    if (found.examples.length < 10) found.examples.push(`${key}: ${difference}`)
  }

  const contacts = Object.groupBy(
    [...crm.state.contacts.all()].filter((contact) => contact.locationId === locationId),
    ({ email }) => email ?? '',
  )
  const notes = Map.groupBy([...crm.state.notes.all()], ({ contactId }) => contactId)
  for (const customer of workspace.customers) {
    count(
      { kind: 'contacts', key: customer.id, mine: customer, theirs: contacts[customer.email] ?? [] },
      (mine, contact) => {
        if (`${contact.firstName} ${contact.lastName}` !== mine.name)
          return `name ${contact.firstName} ${contact.lastName}`
        if ((contact.phone ?? undefined) !== mine.phone) return `phone ${contact.phone}`
        if (!customer.tags?.every((tag) => contact.tags.includes(tag))) return `tags ${contact.tags}`
        const noted = notes.get(contact.id)?.length ?? 0
        if (noted > 1) doubled.notes += noted - 1
        return noted === 1 ? undefined : `${noted} notes`
      },
    )
  }
  const contactOf = (customerId: unknown) =>
    contacts[workspace.customers[Number(String(customerId).slice('cus_g'.length))]!.email]?.[0]?.id

  const records = Map.groupBy(
    [...crm.state.records.all()].filter((record) => record.locationId === locationId),
    ({ properties }) => String(properties.number),
  )
  const joined = Map.groupBy([...crm.state.relations.all()], ({ secondRecordId }) => secondRecordId)
  for (const order of workspace.orders) {
    count(
      { kind: 'orders', key: order.order_id, mine: order, theirs: records.get(order.order_id) ?? [] },
      (mine, { id, properties }) => {
        if (cents(properties.total) !== cents(mine.total)) return `total ${properties.total}`
        if (properties.status !== mine.status) return `status ${properties.status}`
        const [relation, ...more] = joined.get(id) ?? []
        return relation?.firstRecordId === contactOf(mine.customer_id) && more.length === 0
          ? undefined
          : 'joined otherwise'
      },
    )
  }

  const invoices = Map.groupBy(
    [...crm.state.invoices.all()].filter((invoice) => invoice.locationId === locationId),
    ({ invoiceNumber }) => invoiceNumber,
  )
  for (const invoice of workspace.invoices) {
    count(
      { kind: 'invoices', key: invoice.invoice_id, mine: invoice, theirs: invoices.get(String(invoice.number)) ?? [] },
      (mine, theirs) => {
        if (cents(theirs.total) !== cents(mine.amount)) return `amount ${theirs.total}`
        if (theirs.status !== mine.status) return `status ${theirs.status}`
        if (cents(theirs.amountPaid) !== cents(mine.amount_paid ?? 0)) return `paid ${theirs.amountPaid}`
        return theirs.contactDetails.id === contactOf(mine.customer_id) ? undefined : 'of another contact'
      },
    )
  }
  found.messages = [...crm.state.messages.all()].filter(({ direction }) => direction === 'outbound').length
  return found
}
