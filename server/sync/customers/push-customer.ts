// `app.customers.push-to-rankr`: writes a contact's changes to its Rankr customer. Reads the contact again, since the
// event may be outdated. Decides field by field, by the account's policy where both sides changed; losing values go to
// the audit. Equal sides cause no write, which ends the loop when a change returns as an event.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import { CONFLICT_RULES, type ConflictRule, type Decision, decide, type FieldValue } from './conflict.ts'
import { contactState } from './contact-state.ts'
import { sharedValues } from './customer-contact.ts'
import { asContactInput, asRankrInput, type GivenMapping, type MappedPush, pushMapped } from './push-mapped.ts'
import { asTags, withoutTags } from './tag-contact.ts'

type Deps = { links: Pick<Links, 'byCrmId'>; now: () => Date }

type Customer = { id: string; updated_at?: string; tags?: string[] } & Record<string, unknown>

const FIELDS = ['email', 'phone', 'name', 'company'] as const

const text = (value: unknown): FieldValue => (typeof value === 'string' ? value : undefined)

const dateOf = (value: unknown): Date | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at)
}

const valuesOf = (customer: Record<string, unknown>): Record<string, FieldValue> =>
  Object.fromEntries(FIELDS.map((field) => [field, text(customer[field])]))

type Contact = Record<string, unknown>

/** Undefined when it was deleted meanwhile. */
const contactOf = async ({ input, crm }: ActionCall): Promise<Contact | undefined> => {
  try {
    const { contact } = (await crm('crm.contacts.get', { contactId: String(input.contactId) })) as { contact?: Contact }
    return contact
  } catch (error) {
    if (error instanceof AppError && error.code === 'crm_not_found') return undefined
    throw error
  }
}

const BRINGING_MS = 120_000

/** Just created by a sync that has not stored its link yet. */
const isBeingBrought = ({ source, dateAdded }: Contact, at: Date): boolean =>
  source === 'Rankr' && at.getTime() - (dateOf(dateAdded)?.getTime() ?? 0) < BRINGING_MS

/** Undefined when Rankr no longer has it: later changes of the contact are ignored. */
const customerOf = async ({ rankr }: ActionCall, customerId: string): Promise<Customer | undefined> => {
  try {
    return (await rankr('rankr.customers.get', { customerId })) as Customer
  } catch (error) {
    if (error instanceof AppError && error.code === 'rankr_not_found') return undefined
    throw error
  }
}

/** A decision that leaves the sides different: Rankr's own event brings its value; an emptied field stays. */
const isLeft = ({ field, winner, value, lost }: Decision): boolean =>
  value === null || (winner === 'rankr' && (lost === undefined || field === 'company'))

/** The common values after the decisions are applied. */
const equalNow = (
  customer: Customer,
  decisions: Decision[],
  taken: ReadonlySet<string>,
): Record<string, FieldValue> => {
  const apart = new Set(decisions.filter(isLeft).map(({ field }) => field))
  const isEqual = (field: string) => !apart.has(field) && !taken.has(field)
  return Object.fromEntries(Object.entries(valuesOf(customer)).filter(([field]) => isEqual(field)))
}

const ruleOf = (value: unknown): ConflictRule => CONFLICT_RULES.find((rule) => rule === value) ?? 'newest'

/** Contact fields for Rankr's winning values. */
const contactFieldsOf = (won: Decision[]): Record<string, unknown> =>
  Object.fromEntries(
    won.flatMap(({ field, value }) => {
      if (value === null || field === 'company') return []
      if (field !== 'name') return [[field, value]]
      const words = value.split(/\s+/)
      const lastName = words.length > 1 ? words.pop() : undefined
      return [['firstName', words.join(' ')], ...(lastName ? [['lastName', lastName]] : [])]
    }),
  )

const given = (values: Record<string, FieldValue>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )

const keepOf = (
  { locationId: _tenant, context, input }: ActionCall,
  customer: Customer,
  details: Record<string, unknown> | undefined,
  data: Record<string, unknown>,
  more: { crmFingerprint?: Buffer; writtenAt?: Date } = {},
): ActionResult['keep'] => {
  const contactId = String(input.contactId)
  const entry = details && audited('customer.pushed', contactId, context, { rankrId: customer.id, ...details })
  return {
    links: [{ kind: 'customer', rankrId: customer.id, crmId: contactId, state: 'linked', data, ...more }],
    audit: entry ? [entry] : [],
  }
}

/** Output `{ rankrId, outcome: 'created' | 'updated' | 'unchanged' | 'skipped' }`. */
export const createPushCustomer = ({ links, now }: Deps): OwnAction => {
  const create = async (
    call: ActionCall,
    contact: Contact,
    { values, tags, mapped }: { values: Record<string, FieldValue>; tags: string[]; mapped: MappedPush },
  ): Promise<ActionResult> => {
    const { input, rankr } = call
    const isLeftOver = async () => (await links.byCrmId(call.locationId, 'merged', String(input.contactId))).length > 0
    if (input.create !== true || (!values.email && !values.phone)) {
      return { output: { rankrId: null, outcome: 'skipped' } }
    }
    // Its customer was merged into another and must not be created again.
    if (await isLeftOver()) return { output: { rankrId: null, outcome: 'skipped' } }
    if (isBeingBrought(contact, now())) throw new AppError('record_busy', { retryAfterSeconds: 2 })
    const customer = (await rankr('rankr.customers.push', {
      ...given(values),
      ...asRankrInput(mapped.toRankr),
      ...(tags.length > 0 ? { tags } : {}),
    })) as Customer
    return {
      output: { rankrId: customer.id, outcome: 'created' },
      keep:
        keepOf(
          call,
          customer,
          { fields: [...new Set([...Object.keys(given(values)), ...Object.keys(mapped.toRankr)])] },
          { agreed: { ...equalNow(customer, [], mapped.taken), ...mapped.agreed } },
        ) ?? {},
    }
  }

  return async (call) => {
    const { locationId, input, rankr, crm } = call
    const contactId = String(input.contactId)
    const contact = await contactOf(call)
    if (!contact) return { output: { rankrId: null, outcome: 'skipped' } }
    const values = sharedValues(contact)
    const tags = input.tags === true ? asTags(contact.tags) : []
    const known = (await links.byCrmId(locationId, 'customer', contactId)).find(
      ({ state, data }) => state === 'linked' && data.mergedInto === undefined,
    )
    const mapping = input.mapping as GivenMapping | undefined
    const changedInCrm = dateOf(contact.dateUpdated)
    const rule = ruleOf(input.rule)
    if (!known) {
      const changedAt = { rankr: undefined, crm: changedInCrm }
      const mapped = pushMapped(mapping, { contact, customer: {}, agreed: undefined, rule: 'crm', changedAt })
      return await create(call, contact, { values, tags, mapped })
    }

    const customer = await customerOf(call, known.rankrId)
    if (!customer) return { output: { rankrId: null, outcome: 'skipped' } }
    const agreed = known.data.agreed as Record<string, FieldValue> | undefined
    const changedAt = { rankr: dateOf(customer.updated_at), crm: changedInCrm }
    const mapped = pushMapped(mapping, { contact, customer, agreed, rule, changedAt })
    const fields = FIELDS.filter((field) => !mapped.taken.has(field))
    const decisions = decide({ fields, rankr: valuesOf(customer), crm: values, agreed, rule, changedAt })
    // A field emptied on one side is not emptied on the other: a form that left it out looks the same.
    const toRankr = decisions.filter(({ winner, value }) => winner === 'crm' && value !== null)
    const changes = { ...Object.fromEntries(toRankr.map(({ field, value }) => [field, value])), ...mapped.toRankr }
    const wish = { customerId: customer.id, ...asRankrInput(changes) }
    const after =
      Object.keys(changes).length === 0 ? customer : ((await rankr('rankr.customers.update', wish)) as Customer)

    // Tags added by a sync are not sent to Rankr: they are ours, or were removed from the customer since.
    const missing = withoutTags(tags, [...asTags(after.tags), ...asTags(known.data.tags)])
    if (missing.length > 0) await rankr('rankr.customers.add-tags', { customerId: customer.id, tags: missing })

    // Where both sides changed it and Rankr wins, the contact gets Rankr's value.
    const toContact = {
      ...contactFieldsOf(decisions.filter(({ winner, lost }) => winner === 'rankr' && lost !== undefined)),
      ...asContactInput(mapped.toContact),
    }
    const restored =
      Object.keys(toContact).length === 0
        ? undefined
        : ((await crm('crm.contacts.update', { contactId, ...toContact })) as { contact?: Record<string, unknown> })

    const lost = {
      ...Object.fromEntries(decisions.flatMap(({ field, lost }) => (lost === undefined ? [] : [[field, lost]]))),
      ...mapped.lost,
    }
    const isChanged = Object.keys(changes).length > 0 || missing.length > 0 || restored !== undefined
    const details = {
      fields: Object.keys(changes),
      ...(missing.length > 0 ? { tags: missing } : {}),
      ...(Object.keys(lost).length > 0 ? { rule, lost } : {}),
    }
    return {
      output: { rankrId: customer.id, outcome: isChanged ? 'updated' : 'unchanged' },
      keep:
        keepOf(
          call,
          customer,
          isChanged ? details : undefined,
          { agreed: { ...agreed, ...equalNow(after, decisions, mapped.taken), ...mapped.agreed } },
          restored?.contact ? { crmFingerprint: contactState(restored.contact), writtenAt: now() } : {},
        ) ?? {},
    }
  }
}
