// A contact's content as a hash, the same for the CRM's answers and its events. Pure.

import { fingerprint } from './customer-contact.ts'

const FIELDS = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'companyName',
  'address1',
  'city',
  'state',
  'postalCode',
  'country',
  'website',
  'dateOfBirth',
] as const

/** Answers lower-case some texts; events do not. */
const plain = (value: unknown): string => String(value).trim().toLowerCase()

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

const customFieldsOf = (list: unknown): [string, string][] =>
  (Array.isArray(list) ? list : [])
    .filter((field) => field !== null && typeof field === 'object' && !isNothing(field.value))
    .map(({ id, value }): [string, string] => [String(id), plain(JSON.stringify(value))])
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** Hash of a contact's own fields, without tags and ownership. */
export const contactState = (contact: Record<string, unknown>): Buffer =>
  fingerprint({
    ...Object.fromEntries(FIELDS.filter((key) => !isNothing(contact[key])).map((key) => [key, plain(contact[key])])),
    customFields: customFieldsOf(contact.customFields),
  })
