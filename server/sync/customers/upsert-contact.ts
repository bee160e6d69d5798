// A Rankr customer or user becomes a contact, or changes the one it has become. Tried again at any point it leaves the same state:
// the contact is found by the remembered pair, and where there is none yet, matched by the CRM before one is made.

import { AppError } from '../../errors.ts'
import type { ActionCall, ActionContext, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import type { FindLink } from '../find-link.ts'
import { contactState } from './contact-state.ts'
import { agreedValues, clearedFields, contactFields, customerKeys, fingerprint, linkTo } from './customer-contact.ts'
import { asTags, tagContact } from './tag-contact.ts'

type Contact = { id: string; dateAdded?: string } & Record<string, unknown>

/** Clocks differ: a contact made by a try of ours that was lost may look a little older than its event. */
const CLOCK_SLACK_MS = 5_000

/** Made since the event came in: by a try of ours whose answer was lost. */
const isFrom = ({ dateAdded }: Contact, { receivedAt }: ActionContext): boolean =>
  dateAdded !== undefined && Date.parse(dateAdded) >= receivedAt.getTime() - CLOCK_SLACK_MS

/** `data.standsIn` of a link: a record that came before its customer has made its contact, or found it by its address. */
export type StandsIn = 'made' | 'found'

/** The platform's files let these be null in a change; what null does there they do not say, so the answer is looked at. */
const demandCleared = (contact: Contact, clear: readonly string[]): void => {
  const kept = clear.filter((key) => contact[key] !== undefined && contact[key] !== null && contact[key] !== '')
  if (kept.length === 0) return
  const errors = kept.map((key) => ({ pointer: `/${key}`, detail: 'The CRM did not empty this field.' }))
  throw new AppError('crm_rejected', { errors })
}

/** Undefined when the contact is gone: then it is matched or made anew. */
const update = async ({ crm, input }: ActionCall, contactId: string, fields: Record<string, unknown>) => {
  // The platform takes a company's name when a contact is made, not when it is changed.
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
    // Merged into another customer: the contact is that one's now.
    if (known && link?.data.mergedInto !== undefined) return { output: { contactId: known, outcome: 'unchanged' } }
    const { isDemanded } = context
    const standsIn = link?.data.standsIn as StandsIn | null | undefined
    const isUnchanged =
      !isDemanded && known !== null && !standsIn && link?.rankrFingerprint?.equals(rankrFingerprint) === true
    if (isUnchanged && tags.length === 0) return { output: { contactId: known, outcome: 'unchanged' } }

    const write = async (): Promise<{ contact: Contact; outcome: 'created' | 'updated' }> => {
      const updated = known ? await update(call, known, fields) : undefined
      // Made by a try of ours that was lost, it was found by a record of the customer that came first.
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
        // Both sides hold these now: what differs from them later was changed.
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
