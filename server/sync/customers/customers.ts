// Our own actions on customers. All are idempotent: contacts are matched before creation, tags are sets, and a note
// carries a reference by which it is found again.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import { createAlone } from '../alone.ts'
import { audited } from '../audited.ts'
import { createFindLink } from '../find-link.ts'
import { createNoteOnce, type InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import type { OrderHome } from '../orders/order-object.ts'
import { type CustomerKeys, createFindContact, customerKeys, linkTo } from './customer-contact.ts'
import { createJoinBusiness } from './join-business.ts'
import { createMergeCustomers } from './merge-customers.ts'
import { createPushCustomer } from './push-customer.ts'
import { asTags, tagContact } from './tag-contact.ts'
import { createTellDeleted } from './tell-deleted.ts'
import { createUpsertContact } from './upsert-contact.ts'

type Deps = {
  links: Pick<Links, 'findAll' | 'byCrmId' | 'byCrmIds' | 'ofContact'>
  once: Once
  holds: Pick<RecordHolds, 'take' | 'renew' | 'giveBack'>
  /** The account's place for orders; undefined while there is none. */
  home(locationId: string): Promise<OrderHome | undefined>
  inWords: InWords
  now: () => Date
}

/** Actions `app.customers.*` and `app.users.*` by catalog id. */
export const createCustomerActions = ({ links, once, holds, home, inWords, now }: Deps): Record<string, OwnAction> => {
  const findLink = createFindLink(links)
  const findContact = createFindContact({ findLink })
  const noteOnce = createNoteOnce({ once, inWords })

  const addTags: OwnAction = async (call) => {
    const { input, context, crm } = call
    const keys = customerKeys(input)
    const { contactId, link } = await findContact(call, keys)
    if (!contactId) return { output: { contactId: null, tags: [] } }
    const { added, tags, data } = await tagContact(crm, { contactId, tags: asTags(input.tags), link })
    if (added.length === 0) return { output: { contactId, tags } }
    return {
      output: { contactId, tags },
      keep: {
        links: [linkTo(keys, contactId, { data })],
        audit: [audited('contact.tagged', contactId, context, { rankrId: keys.rankrId, tags: added })],
      },
    }
  }

  const addNote: OwnAction = async (call) => {
    const { input } = call
    const { contactId } = await findContact(call, customerKeys(input))
    if (!contactId) return { output: { contactId: null, noteId: null } }
    const title = typeof input.title === 'string' ? { title: input.title } : {}
    const { noteId, keep } = await noteOnce(call, { contactId, body: String(input.body), ...title, by: 'workflow' })
    return { output: { contactId, noteId }, keep }
  }

  const markDeleted: OwnAction = async (call) => {
    const { input, context, crm } = call
    const keys = customerKeys(input)
    const { contactId, link } = await findContact(call, keys)
    if (!contactId) return { output: { contactId: null, outcome: 'absent' } }
    // The merged customer is gone in Rankr, but this contact now belongs to the remaining one.
    if (link?.data.mergedInto !== undefined) return { output: { contactId, outcome: 'merged' } }
    if (input.deleteContact === true) return deleteContact(call, { keys, contactId })

    const { data } = await tagContact(crm, { contactId, tags: asTags(input.tags), link })
    const noted =
      typeof input.note === 'string' ? await noteOnce(call, { contactId, body: input.note, by: 'workflow' }) : undefined
    return {
      output: { contactId, outcome: 'tagged' },
      keep: {
        links: [linkTo(keys, contactId, { data })],
        effects: noted?.keep.effects ?? [],
        audit: [
          audited('contact.marked-deleted', contactId, context, { rankrId: keys.rankrId }),
          ...(noted?.keep.audit ?? []),
        ],
      },
    }
  }

  return {
    'app.customers.upsert-contact': createUpsertContact('customer', { findLink, now }),
    'app.users.upsert-contact': createUpsertContact('user', { findLink, now }),
    'app.customers.add-tags': addTags,
    'app.customers.add-note': addNote,
    'app.customers.mark-deleted': markDeleted,
    'app.customers.push-to-rankr': createPushCustomer({ links, now }),
    'app.customers.tell-deleted': createTellDeleted({ links, once, inWords }),
    'app.customers.join-business': createJoinBusiness({ findLink, once, alone: createAlone({ holds }) }),
    'app.customers.merge': createMergeCustomers({ findLink, links, noteOnce, home, now }),
  }
}

const deleteContact = async (
  { context, crm }: ActionCall,
  { keys, contactId }: { keys: CustomerKeys; contactId: string },
): Promise<ActionResult> => {
  try {
    await crm('crm.contacts.delete', { contactId })
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'crm_not_found')) throw error
  }
  return {
    output: { contactId, outcome: 'deleted' },
    keep: {
      links: [linkTo(keys, contactId, { state: 'broken' })],
      audit: [audited('contact.deleted', contactId, context, { rankrId: keys.rankrId })],
    },
  }
}
