// Mapped fields on their way back to Rankr: which value wins, field by field. Values are compared in the CRM's form, so
// that a transform is not a difference. Pure.

import { AppError } from '../../errors.ts'
import type { FieldMapping } from '../../workflows/field-mapping.ts'
import { type MappedField, mappedFields } from '../../workflows/mapping-back.ts'
import { type ConflictRule, type Decision, decide, type FieldValue } from './conflict.ts'
import { agreedKey, asFieldValue, sharedValues } from './customer-contact.ts'

type Contact = Record<string, unknown>

/** As passed by run.ts. */
export type GivenMapping = Pick<FieldMapping, 'rows'> & { account: Record<string, unknown> }

export type MappedPush = {
  /** Rankr fields covered by the mapping, which decides on them alone. */
  taken: ReadonlySet<string>
  /** What is to be written to Rankr, by its field. */
  toRankr: Record<string, unknown>
  /** What is to be written to the contact, by target. */
  toContact: Record<string, unknown>
  /** The common values afterwards. */
  agreed: Record<string, FieldValue>
  lost: Record<string, FieldValue>
}

type Sides = {
  contact: Contact
  customer: Record<string, unknown>
  agreed: Record<string, FieldValue> | undefined
  rule: ConflictRule
  changedAt: { rankr: Date | undefined; crm: Date | undefined }
}

const PREFIX = 'customFields.'
/** The Rankr field of a contact field when nothing is mapped. */
const SHARED: Record<string, string> = {
  ...{ email: 'email', phone: 'phone', companyName: 'company' },
  ...{ name: 'name', firstName: 'name', lastName: 'name' },
}

const valueIn = (contact: Contact, target: string): unknown => {
  if (target === 'name') return sharedValues(contact).name
  if (!target.startsWith(PREFIX)) return contact[target]
  const fields = Array.isArray(contact.customFields) ? (contact.customFields as Record<string, unknown>[]) : []
  const found = fields.find(({ id }) => id === target.slice(PREFIX.length))
  return found?.value ?? found?.fieldValue
}

/** A contact's values by mapping target. */
export const heldBy =
  (contact: Contact) =>
  (target: string): unknown =>
    valueIn(contact, target)

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** The CRM returns dates as date-times. */
const alike = (value: FieldValue, other: FieldValue): FieldValue => {
  if (!value || !other || !/^\d{4}-\d{2}-\d{2}$/.test(other) || value === other) return value
  const at = new Date(/^\d{11,}$/.test(value) ? Number(value) : value)
  return Number.isNaN(at.getTime()) ? value : at.toISOString().slice(0, 10)
}

/** One-way field: the CRM's value wins. */
const oneWay = ({ field, toRankr }: MappedField, { contact, customer }: Sides, target: string) => {
  const value = toRankr(valueIn(contact, target))
  const isNews = !isNothing(value) && asFieldValue(value) !== asFieldValue(customer[field])
  return isNews ? { toRankr: { [field]: value } } : {}
}

/** Rankr's values in the CRM's form; missing where a value cannot be converted. */
const asInCrm = ({ field, toCrm }: MappedField, customer: Record<string, unknown>): unknown => {
  try {
    return toCrm(customer[field])
  } catch (error) {
    if (error instanceof AppError && error.code === 'value_invalid') return undefined
    throw error
  }
}

const bothWays = (mapped: MappedField, sides: Sides) => {
  const { target, field, toRankr } = mapped
  const { contact, customer, agreed = {}, rule, changedAt } = sides
  const ofRankr = asInCrm(mapped, customer)
  const held = valueIn(contact, target)
  const rankr = asFieldValue(ofRankr)
  const crm = alike(asFieldValue(held), rankr)
  const key = agreedKey(target)
  const before = Object.hasOwn(agreed, key) ? { agreed: { [target]: alike(agreed[key], rankr) } } : {}
  const [decision] = decide({
    ...{ fields: [target], rankr: { [target]: rankr }, crm: { [target]: crm }, rule, changedAt },
    ...before,
  }) as [Decision?]
  if (!decision) return { agreed: { [key]: rankr } }
  const { winner, value, lost } = decision
  const gaveUp = lost === undefined ? {} : { lost: { [field]: lost } }
  // A field emptied by a person is not emptied on the other side.
  if (winner === 'crm') {
    return value === null ? {} : { toRankr: { [field]: toRankr(held) }, agreed: { [key]: crm }, ...gaveUp }
  }
  // Rankr's own event brings its value; a contact's company name cannot be changed.
  if (lost === undefined || value === null || target === 'companyName') return {}
  return { toContact: { [target]: ofRankr }, agreed: { [key]: rankr }, ...gaveUp }
}

const NOTHING: MappedPush = { taken: new Set(), toRankr: {}, toContact: {}, agreed: {}, lost: {} }

/** Throws `value_invalid` when a value cannot be converted. */
export const pushMapped = (mapping: GivenMapping | undefined, sides: Sides): MappedPush => {
  if (!mapping) return NOTHING
  const fields = mappedFields(mapping, { customer: sides.customer, account: mapping.account })
  const taken = new Set([
    ...mapping.rows.flatMap(({ target, direction }) => (direction === 'to-rankr' ? [] : (SHARED[target] ?? []))),
    ...fields.map(({ field }) => field),
  ])
  const parts: Partial<MappedPush>[] = fields.map((one) =>
    one.direction === 'both' ? bothWays(one, sides) : oneWay(one, sides, one.target),
  )
  const all = <Key extends 'toRankr' | 'toContact' | 'agreed' | 'lost'>(key: Key): MappedPush[Key] =>
    Object.assign({}, ...parts.map((part) => part[key])) as MappedPush[Key]
  return { taken, toRankr: all('toRankr'), toContact: all('toContact'), agreed: all('agreed'), lost: all('lost') }
}

const DETAILS = new Set(['email', 'phone', 'name', 'company'])

/** In the format of Rankr's API. */
export const asRankrInput = (values: Record<string, unknown>): Record<string, unknown> => {
  const entries = Object.entries(values)
  const custom = entries.filter(([field]) => !DETAILS.has(field))
  return {
    ...Object.fromEntries(entries.filter(([field]) => DETAILS.has(field))),
    ...(custom.length > 0 ? { custom: Object.fromEntries(custom) } : {}),
  }
}

/** In the format of the CRM's API. */
export const asContactInput = (values: Record<string, unknown>): Record<string, unknown> => {
  const entries = Object.entries(values)
  const custom = entries
    .filter(([target]) => target.startsWith(PREFIX))
    .map(([target, value]) => ({ id: target.slice(PREFIX.length), value }))
  return {
    ...Object.fromEntries(entries.filter(([target]) => !target.startsWith(PREFIX))),
    ...(custom.length > 0 ? { customFields: custom } : {}),
  }
}
