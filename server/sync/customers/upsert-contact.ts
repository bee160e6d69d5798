// Creates or updates the contact of a Rankr customer or user. Idempotent: the contact is found by its link, else
// matched by the CRM before one is created.

import { AppError } from '../../errors.ts'
import type { ActionCall, ActionContext, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import type { FindLink } from '../find-link.ts'
import { contactState } from './contact-state.ts'
import { agreedValues, clearedFields, contactFields, customerKeys, fingerprint, linkTo } from './customer-contact.ts'
import { asTags, tagContact } from './tag-contact.ts'

type Contact = { id: string; dateAdded?: string } & Record<string, unknown>

/** Clock difference: a contact created by a lost attempt may look slightly older than its event. */
const CLOCK_SLACK_MS = 5_000

/** Created since the event came in: by an attempt whose answer was lost. */
const isFrom = ({ dateAdded }: Contact, { receivedAt }: ActionContext): boolean =>
  dateAdded !== undefined && Date.parse(dateAdded) >= receivedAt.getTime() - CLOCK_SLACK_MS

/**
 * `data.standsIn` of a link: the contact was created, or found by address, for a record that came before its customer.
 */
export type StandsIn = 'made' | 'found'

/** The platform's API files allow null in a change without saying what it does, so the answer is checked. */
const demandCleared = (contact: Contact, clear: readonly string[]): void => {
  const kept = clear.filter((key) => contact[key] !== undefined && contact[key] !== null && contact[key] !== '')
  if (kept.length === 0) return
  const errors = kept.map((key) => ({ pointer: `/${key}`, detail: 'The CRM did not empty this field.' }))
  throw new AppError('crm_rejected', { errors })
}

/** Undefined when the contact is gone: it is then matched or created again. */
const update = async ({ crm, input }: ActionCall, contactId: string, fields: Record<string, unknown>) => {
  // The platform accepts a company name on create, not on update.
  const { companyName: _name, ...changeable } = fields
  const clear = clearedFields(input)
  try {
    const change = { contactId, ...changeable, ...(clear.length > 0 ? { clear } : {}) }
    const { contact } = (await crm('crm.contacts.update', change)) as { contact?: Contact }
    const updated = { ...contact, id: contactId }
    demandCleared(updated, clear)
    return updated
  } catch (error) {
    if (error instanceof AppError && error.code === 'crm_not_found') return undefined
    throw error
  }
}

/** `app.customers.upsert-contact`, `app.users.upsert-contact`; output `{ contactId, outcome: 'created' | 'updated' | 'unchanged' }`. */
export const createUpsertContact =
  (kind: 'customer' | 'user', { findLink, now }: { findLink: FindLink; now: () => Date }): OwnAction =>
  async (call) => {
    const { locationId, input, context, crm } = call
    const keys = customerKeys(input)
    const fields = contactFields(input)
    const tags = asTags(input.tags)
    const rankrFingerprint = fingerprint(fields)
    const link = await findLink(locationId, kind, keys.rankrId)
    const known = link?.state === 'linked' ? link.crmId : null
    // Merged into another customer, which owns the contact now.
    if (known && link?.data.mergedInto !== undefined) return { output: { contactId: known, outcome: 'unchanged' } }
    const { isDemanded } = context
    const standsIn = link?.data.standsIn as StandsIn | null | undefined
    const isUnchanged =
      !isDemanded && known !== null && !standsIn && link?.rankrFingerprint?.equals(rankrFingerprint) === true
    if (isUnchanged && tags.length === 0) return { output: { contactId: known, outcome: 'unchanged' } }

    const write = async (): Promise<{ contact: Contact; outcome: 'created' | 'updated' }> => {
      const updated = known ? await update(call, known, fields) : undefined
      // Created by a lost attempt, then found by a record of the same customer that came first.
      const isFirst = standsIn === 'made' || (standsIn === 'found' && updated !== undefined && isFrom(updated, context))
      if (updated) return { contact: updated, outcome: isFirst ? 'created' : 'updated' }
      if (!keys.email && !keys.phone) throw new AppError('customer_unmatchable')
      const source = input.source === undefined ? {} : { source: input.source }
      const answer = await crm('crm.contacts.upsert', { ...fields, ...source })
      const { contact, new: isNew } = answer as { contact: Contact; new?: boolean }
      return { contact, outcome: isNew || (!known && isFrom(contact, context)) ? 'created' : 'updated' }
    }
    const { contact, outcome } = isUnchanged ? { contact: { id: known }, outcome: 'unchanged' as const } : await write()
    const own = link?.crmId === contact.id ? link : undefined
    const { added, data } = await tagContact(crm, { contactId: contact.id, tags, link: own, isDemanded })
    const written =
      outcome === 'unchanged' ? {} : { crmFingerprint: contactState(contact), rankrFingerprint, writtenAt: now() }
    const done = outcome === 'created' && contact.id === known ? 'updated' : outcome
    const details = { rankrId: keys.rankrId, fields: Object.keys(fields), ...(added.length > 0 ? { tags: added } : {}) }
    return {
      output: { contactId: contact.id, outcome },
      ...(isUnchanged ? {} : { record: { ...contact, ...(data.tagsAfter ? { tags: data.tagsAfter } : {}) } }),
      keep: {
        // The common values: a later difference is a change.
        links: [
          linkTo(keys, contact.id, {
            kind,
            ...written,
            data: { ...data, agreed: agreedValues(input), ...(standsIn ? { standsIn: null } : {}) },
          }),
        ],
        audit:
          outcome === 'unchanged' && added.length === 0
            ? []
            : [audited(outcome === 'unchanged' ? 'contact.tagged' : `contact.${done}`, contact.id, context, details)],
      },
    }
  }
