// Converts a contact to a customer of our API, and a customer's fields to the actions' input. Pure.

import { etagFor } from '../../etag.ts'

/** The customer id used by API callers. */
export type Customer = {
  /** Rankr's id, or the contact's own when it never came from Rankr. */
  id: string
  email: string | null
  phone: string | null
  name: string | null
  first_name: string | null
  last_name: string | null
  company: string | null
  tags: string[]
  created_at?: string
  updated_at?: string
  links: { contact_id: string }
}

/** What a caller may set; null empties a field. */
export type CustomerWish = {
  id?: string | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  name?: string | null | undefined
  first_name?: string | null | undefined
  last_name?: string | null | undefined
  company?: string | undefined
  tags?: string[] | undefined
}

const FIELDS = { email: ['email'], phone: ['phone'], first_name: ['firstName'], last_name: ['lastName'] }

/** The contact fields that a request empties. */
export const clearedBy = (wish: CustomerWish): string[] => {
  const named: Partial<Record<string, string[]>> = { ...FIELDS, name: ['firstName', 'lastName'] }
  return [...new Set(Object.entries(wish).flatMap(([key, value]) => (value === null ? (named[key] ?? []) : [])))]
}

export type Contact = { id: string } & Record<string, unknown>

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const momentOf = (value: unknown): string | undefined => {
  const at = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined
}

/** Answers to search, read and write spell names differently; all contain the parts. */
export const customerOf = (id: string, contact: Contact): Customer => {
  const first_name = textOf(contact.firstName)
  const last_name = textOf(contact.lastName)
  const created_at = momentOf(contact.dateAdded)
  const updated_at = momentOf(contact.dateUpdated)
  return {
    id,
    email: textOf(contact.email),
    phone: textOf(contact.phone),
    name: [first_name, last_name].filter(Boolean).join(' ') || null,
    first_name,
    last_name,
    company: textOf(contact.companyName),
    tags: Array.isArray(contact.tags) ? contact.tags.map(String) : [],
    ...(created_at ? { created_at } : {}),
    ...(updated_at ? { updated_at } : {}),
    links: { contact_id: contact.id },
  }
}

/** The ETag of a customer (RFC 9110, 8.8.3). Without times: a write is answered before its last time is set. */
export const etagOf = ({ created_at: _created, updated_at: _updated, tags, ...rest }: Customer): string => {
  return etagFor({ ...rest, tags: [...tags].sort() })
}

/** The input of `app.customers.upsert-contact`. */
export const actionInput = (rankrId: string, wish: CustomerWish): Record<string, unknown> => {
  const { email, phone, name, first_name: firstName, last_name: lastName, company: companyName, tags } = wish
  const clear = clearedBy(wish)
  const given = { email, phone, name, firstName, lastName, companyName, tags, source: 'Rankr' }
  return {
    rankrId,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null)),
    ...(clear.length > 0 ? { clear } : {}),
  }
}
