// Which contact belongs to a Rankr customer, and what we write to it. Reads links; makes no change itself.

import { createHash } from 'node:crypto'
import type { Link, Links } from '../store/links.ts'
import type { Execute } from './action.ts'

/** The members of an own action's input that identify a customer. */
export type CustomerKeys = { rankrId: string; email?: string; phone?: string; contactId?: string }

export const customerKeys = (input: Record<string, unknown>): CustomerKeys => {
  const text = (key: string) => (typeof input[key] === 'string' && input[key] !== '' ? { [key]: input[key] } : {})
  const phone = usablePhone(input.phone)
  return { rankrId: String(input.rankrId), ...text('email'), ...(phone ? { phone } : {}), ...text('contactId') }
}

/** A phone number as the CRM takes it, or undefined: one that nobody can call must not keep a customer out. */
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

const PLAIN = ['firstName', 'lastName', 'email', 'companyName', 'customFields'] as const

/** What is written to the contact, without tags: those would replace all that are there. */
export const contactFields = (input: Record<string, unknown>): Record<string, unknown> => {
  const phone = usablePhone(input.phone)
  const given: Record<string, unknown> = {
    ...Object.fromEntries(PLAIN.filter((key) => input[key] !== undefined).map((key) => [key, input[key]])),
    ...(phone ? { phone } : {}),
  }
  if (given.firstName !== undefined || given.lastName !== undefined || typeof input.name !== 'string') return given
  return { ...splitName(input.name), ...given }
}

/** The same fields always give the same bytes, in whatever order they came. */
export const fingerprint = (fields: Record<string, unknown>): Buffer => {
  const ordered = Object.keys(fields)
    .sort()
    .map((key) => [key, fields[key]])
  return createHash('sha256').update(JSON.stringify(ordered)).digest()
}

type Found = { contactId: string | undefined; link: Link | undefined }

/**
 * The contact of a customer: named by an earlier step, else by the link, else found in the CRM by e-mail, else by phone.
 * No contact: `contactId` is undefined.
 */
export const createFindContact =
  ({ links, execute }: { links: Pick<Links, 'find'>; execute: Execute }) =>
  async (locationId: string, keys: CustomerKeys): Promise<Found> => {
    const link = await links.find(locationId, 'customer', keys.rankrId)
    const known = keys.contactId ?? (link?.state === 'linked' ? link.crmId : undefined)
    if (known) return { contactId: known, link }
    for (const input of [keys.email && { email: keys.email }, keys.phone && { phone: keys.phone }]) {
      if (!input) continue
      const { output } = await execute({ locationId, actionId: 'crm.contacts.find-duplicate', input, priority: 'live' })
      const { contact } = output as { contact?: { id?: string } | null }
      if (contact?.id) return { contactId: contact.id, link }
    }
    return { contactId: undefined, link }
  }

export type FindContact = ReturnType<typeof createFindContact>
