// CRM records reduced to what is compared, from a list or a single answer. Pure.

import { businessKey } from '../customers/join-business.ts'
import { type CrmInvoice, invoiceStatus, paidOf, totalOf } from '../invoices/invoice-state.ts'

export type CrmRow = {
  id: string
  /** Records with the same key stand for one Rankr record. */
  marker: string | null
  record: Record<string, unknown>
}

type Answer = Record<string, unknown>

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const customFieldsOf = (list: unknown): Record<string, unknown> =>
  Object.fromEntries(
    (Array.isArray(list) ? list : [])
      .filter((one) => one !== null && typeof one === 'object' && 'id' in one)
      .map(({ id, value }) => [`customFields.${id}`, value]),
  )

/** By e-mail address, else phone number: as the CRM itself finds duplicates. */
const contactMarker = ({ email, phone }: Answer): string | null => {
  if (textOf(email)) return `email ${String(email).trim().toLowerCase()}`
  return textOf(phone) ? `phone ${String(phone).replaceAll(/\D/g, '')}` : null
}

/** Written where an account has mapped them. */
const MORE = ['city', 'state', 'postalCode', 'country', 'website', 'timezone', 'dateOfBirth'] as const

/** A contact's compared fields. */
export const contactRow = (contact: Answer & { id: string }): CrmRow => ({
  id: contact.id,
  marker: contactMarker(contact),
  record: {
    firstName: contact.firstName ?? contact.firstNameLowerCase ?? null,
    lastName: contact.lastName ?? contact.lastNameLowerCase ?? null,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    tags: contact.tags ?? [],
    businessId: contact.businessId ?? null,
    ...Object.fromEntries(MORE.map((key) => [key, contact[key] ?? null])),
    // Searches use a different name for it.
    address1: contact.address1 ?? contact.address ?? null,
    ...customFieldsOf(contact.customFields),
  },
})

/** Some field types are returned as `{ value, currency }`. */
export const plainValue = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && 'value' in value ? value.value : value

/** `contact` holds the ids of all associated records, which only searches return. */
export const orderRow = (record: Answer & { id: string }): CrmRow => {
  const properties = (record.properties ?? {}) as Answer
  const relations = (Array.isArray(record.relations) ? record.relations : []) as { recordId?: unknown }[]
  return {
    id: record.id,
    marker: textOf(properties.order_id),
    record: {
      ...Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plainValue(value)])),
      contact: relations.map(({ recordId }) => recordId).filter(Boolean),
    },
  }
}

/** An opportunity's compared fields. */
export const opportunityRow = (opportunity: Answer & { id: string }): CrmRow => {
  const { id, name, status, monetaryValue, contactId } = opportunity
  return {
    id,
    // Others were made by people.
    marker: typeof name === 'string' && /^Order \S/.test(name) ? `${contactId} ${name}` : null,
    record: {
      name: name ?? null,
      contact: contactId ?? null,
      status,
      value: monetaryValue ?? null,
    },
  }
}

/** A business's compared fields. */
export const businessRow = ({ id, name }: Answer & { id: string }): CrmRow => ({
  id,
  marker: textOf(name) ? businessKey(String(name)) : null,
  record: { name: name ?? null },
})

/** A product's compared fields. */
export const productRow = ({ _id, name }: Answer & { _id: string }): CrmRow => ({
  id: _id,
  marker: null,
  record: { name: name ?? null },
})

/** A void invoice may have been replaced: it is no duplicate. */
export const invoiceRow = (invoice: CrmInvoice): CrmRow => {
  const contact = invoice.contactDetails?.id ?? null
  const number = invoice.invoiceNumber === undefined ? null : String(invoice.invoiceNumber)
  const status = invoiceStatus(invoice.status) ?? 'sent'
  const items = invoice.invoiceItems ?? (invoice.items as Answer[] | undefined) ?? []
  return {
    id: invoice._id,
    marker: contact && number && status !== 'void' ? `${contact} ${number}` : null,
    record: {
      number,
      contact,
      status,
      currency: invoice.currency,
      total: totalOf(invoice),
      paid: paidOf(invoice),
      issueDate: textOf(invoice.issueDate),
      dueDate: textOf(invoice.dueDate),
      title: textOf(invoice.title),
      terms: textOf(invoice.termsNotes),
      liveMode: invoice.liveMode !== false,
      items: items.map(({ name, qty, amount }) => [name, Number(qty), Number(amount)]),
    },
  }
}
