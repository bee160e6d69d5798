// The contact of a Rankr customer, and what is written to it. Reads links; changes nothing.

import { hash } from 'node:crypto'
import type { Link } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { ActionCall } from '../action.ts'
import type { FindLink } from '../find-link.ts'

/** The input fields of an own action that identify a customer. */
export type CustomerKeys = { rankrId: string; email?: string; phone?: string; contactId?: string }

/** Reads the identifying fields from an own action's input. */
export const customerKeys = (input: Record<string, unknown>): CustomerKeys => {
  const text = (key: string) => (typeof input[key] === 'string' && input[key] !== '' ? { [key]: input[key] } : {})
  const phone = usablePhone(input.phone)
  return { rankrId: String(input.rankrId), ...text('email'), ...(phone ? { phone } : {}), ...text('contactId') }
}

/** A phone number in the CRM's format, or undefined: an invalid one must not block a customer. */
const usablePhone = (phone: unknown): string | undefined => {
  const dialled = typeof phone === 'string' ? phone.replace(/[^\d+]/g, '') : ''
  return /^\+?\d{7,15}$/.test(dialled) ? dialled : undefined
}

/** `Ana María Díaz` → first name `Ana María`, last name `Díaz`; one word is a first name. */
const splitName = (name: string): { firstName: string; lastName?: string } => {
  const words = name.trim().split(/\s+/)
  const lastName = words.length > 1 ? words.pop() : undefined
  return { firstName: words.join(' '), ...(lastName ? { lastName } : {}) }
}

/** Further contact fields; written when an account has mapped them. */
const MORE = ['address1', 'city', 'state', 'postalCode', 'country', 'website', 'timezone', 'dateOfBirth'] as const
const PLAIN = ['firstName', 'lastName', 'email', 'companyName', 'customFields', ...MORE] as const

/** What is written to the contact. No tags: those would replace all existing ones. */
export const contactFields = (input: Record<string, unknown>): Record<string, unknown> => {
  const phone = usablePhone(input.phone)
  const given: Record<string, unknown> = {
    ...Object.fromEntries(PLAIN.filter((key) => input[key] !== undefined).map((key) => [key, input[key]])),
    ...(phone ? { phone } : {}),
  }
  const hasName = given.firstName !== undefined || given.lastName !== undefined
  if (hasName || typeof input.name !== 'string' || input.name.trim() === '') return given
  return { ...splitName(input.name), ...given }
}

/** Contact fields to be emptied; a field that is given a value is not among them. */
export const clearedFields = (input: Record<string, unknown>): string[] => {
  const fields = contactFields(input)
  return Array.isArray(input.clear) ? input.clear.map(String).filter((key) => fields[key] === undefined) : []
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The fields a customer and a contact share, under Rankr's names, from an own action's input. */
export const sharedValues = (input: Record<string, unknown>): Record<string, string | undefined> => {
  const parts = [input.firstName, input.lastName].filter((part) => typeof part === 'string' && part.trim() !== '')
  const name = parts.length > 0 ? parts.join(' ') : textOf(input.name)
  return { email: textOf(input.email), phone: textOf(input.phone), name, company: textOf(input.companyName) }
}

/** Normalised for comparison: empty as null, lists and records as JSON. */
export const asFieldValue = (value: unknown): string | null => {
  if (value === undefined || value === null || value === '') return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The key under which the last common value of a contact field is stored. */
export const agreedKey = (target: string): string => (target === 'companyName' ? 'company' : target)

/** The common values after a customer was written, under Rankr's names where they exist. */
export const agreedValues = (input: Record<string, unknown>): Record<string, string | null | undefined> => {
  const custom = Array.isArray(input.customFields) ? (input.customFields as { id: string; value: unknown }[]) : []
  const plain = ['firstName', 'lastName', ...MORE].filter((key) => input[key] !== undefined)
  const cleared = clearedFields(input)
  const isNameless = cleared.includes('firstName') && cleared.includes('lastName')
  return {
    ...sharedValues(input),
    ...Object.fromEntries(cleared.map((key) => [key, null])),
    ...(isNameless ? { name: null } : {}),
    ...Object.fromEntries(plain.map((key) => [key, asFieldValue(input[key])])),
    ...Object.fromEntries(custom.map(({ id, value }) => [`customFields.${id}`, asFieldValue(value)])),
  }
}

/** Canonical JSON: equal members give equal bytes in any order. */
export const fingerprint = (members: Record<string, unknown>): Buffer => {
  const ordered = Object.keys(members)
    .sort()
    .map((key) => [key, members[key]])
  // As text: Node takes twice as long to return bytes.
  return Buffer.from(hash('sha256', JSON.stringify(ordered), 'hex'), 'hex')
}

/** The link of a customer to a contact. */
export const linkTo = (keys: CustomerKeys, contactId: string, more: Partial<LinkWrite> = {}): LinkWrite => ({
  kind: 'customer',
  rankrId: keys.rankrId,
  crmId: contactId,
  state: 'linked',
  ...more,
})

type Found = { contactId: string | undefined; link: Link | undefined }

/**
 * Finds the contact of a customer: named by an earlier step, else by link, else by e-mail, else by phone. `link` is the
 * one that leads to this contact.
 */
export const createFindContact =
  ({ findLink }: { findLink: FindLink }) =>
  async ({ locationId, crm }: ActionCall, keys: CustomerKeys): Promise<Found> => {
    const link = await findLink(locationId, 'customer', keys.rankrId)
    const known = keys.contactId ?? (link?.state === 'linked' ? link.crmId : undefined)
    if (known) return { contactId: known, link: link?.crmId === known ? link : undefined }
    for (const input of [keys.email && { email: keys.email }, keys.phone && { phone: keys.phone }]) {
      if (!input) continue
      const { contact } = (await crm('crm.contacts.find-duplicate', input)) as { contact?: { id?: string } | null }
      if (contact?.id) return { contactId: contact.id, link: undefined }
    }
    return { contactId: undefined, link: undefined }
  }
