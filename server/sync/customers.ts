// Our own actions on customers. Each may be tried again at any point of its work and must then leave the same state:
// contacts are matched before they are made, tags are sets, a note carries a reference by which it is found again.

import { AppError } from '../errors.ts'
import type { Effects } from '../store/effects.ts'
import type { Link, Links } from '../store/links.ts'
import type { LinkWrite, ProgressItem } from '../store/progress.ts'
import type { ActionCall, ActionContext, ActionResult, Execute, OwnAction } from './action.ts'
import { audited } from './audited.ts'
import { type CustomerKeys, contactFields, createFindContact, customerKeys, fingerprint } from './customer-contact.ts'
import { createNoteOnce } from './note-once.ts'

type Deps = {
  links: Pick<Links, 'find'>
  effects: Pick<Effects, 'find'>
  /** Commits a marker before the call that it marks. */
  progress: { write(item: ProgressItem): Promise<void> }
  execute: Execute
  now: () => Date
}

type Contact = { id: string; dateAdded?: string }

/** Clocks differ: a contact made by a try of ours that was lost may look a little older than its event. */
const CLOCK_SLACK_MS = 5_000

const isGone = (error: unknown): boolean => error instanceof AppError && error.code === 'crm_not_found'

const list = (value: unknown): string[] => (Array.isArray(value) ? [...new Set(value.map(String))] : [])

/** The own actions of the catalog's `app.customers.*`, by id. */
export const createCustomerActions = ({ links, effects, progress, execute, now }: Deps): Record<string, OwnAction> => {
  const findContact = createFindContact({ links, execute })
  const noteOnce = createNoteOnce({ effects, progress, execute })

  const linked = (keys: CustomerKeys, contactId: string, more: Partial<LinkWrite> = {}): LinkWrite => ({
    kind: 'customer',
    rankrId: keys.rankrId,
    crmId: contactId,
    state: 'linked',
    ...more,
  })

  const upsertContact: OwnAction = async ({ locationId, input, context }) => {
    const keys = customerKeys(input)
    const fields = contactFields(input)
    const mark = fingerprint(fields)
    const link = await links.find(locationId, 'customer', keys.rankrId)
    const known = link?.state === 'linked' ? link.crmId : null
    if (known && link?.crmFingerprint?.equals(mark)) {
      return { output: { contactId: known, outcome: 'unchanged' } }
    }

    const updated = known ? await updateIfThere({ locationId, contactId: known, fields }) : undefined
    if (!updated && !keys.email && !keys.phone) throw new AppError('customer_unmatchable')
    const source = input.source === undefined ? {} : { source: input.source }
    const made =
      updated ??
      (await execute({
        locationId,
        actionId: 'crm.contacts.upsert',
        input: { ...fields, ...source },
        priority: 'live',
      }))
    const { contact, new: isNew } = made.output as { contact: Contact; new?: boolean }
    const contactId = updated && known ? known : contact.id
    const outcome = !updated && (isNew || (!known && isFrom(contact, context))) ? 'created' : 'updated'

    const tags = list(input.tags)
    const tagged =
      tags.length > 0
        ? await addTagsTo({ locationId, contactId, tags, link: link?.crmId === contactId ? link : undefined })
        : {}
    return {
      output: { contactId, outcome },
      request: made.request,
      response: made.response,
      keep: {
        links: [
          linked(keys, contactId, {
            crmFingerprint: mark,
            writtenAt: now(),
            data: { fields: Object.keys(fields), ...tagged },
          }),
        ],
        audit: [
          audited(`contact.${outcome}`, contactId, context, { rankrId: keys.rankrId, fields: Object.keys(fields) }),
        ],
      },
    }
  }

  /** Undefined when the contact is gone: then it is matched or made anew. */
  const updateIfThere = async ({
    locationId,
    contactId,
    fields,
  }: {
    locationId: string
    contactId: string
    fields: Record<string, unknown>
  }) => {
    try {
      return await execute({
        locationId,
        actionId: 'crm.contacts.update',
        input: { contactId, ...fields },
        priority: 'live',
      })
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  /** Tags that we added before are not sent again: a person may have taken them off since. */
  const addTagsTo = async ({
    locationId,
    contactId,
    tags,
    link,
  }: {
    locationId: string
    contactId: string
    tags: string[]
    link: Link | undefined
  }) => {
    const before = list(link?.data.tags)
    const missing = tags.filter((tag) => !before.includes(tag))
    if (missing.length === 0) return { tags: before }
    const { request, response } = await execute({
      locationId,
      actionId: 'crm.contacts.add-tags',
      input: { contactId, tags: missing },
      priority: 'live',
    })
    return { tags: [...before, ...missing], added: missing, request, response }
  }

  const addTags: OwnAction = async ({ locationId, input, context }) => {
    const keys = customerKeys(input)
    const tags = list(input.tags)
    const { contactId, link } = await findContact(locationId, keys)
    if (!contactId || tags.length === 0) return { output: { contactId: contactId ?? null, tags: [] } }
    const {
      tags: all,
      added,
      request,
      response,
    } = await addTagsTo({ locationId, contactId, tags, link: link?.crmId === contactId ? link : undefined })
    if (!added) return { output: { contactId, tags: all } }
    return {
      output: { contactId, tags: all },
      request,
      response,
      keep: {
        links: [linked(keys, contactId, { data: { tags: all } })],
        audit: [audited('contact.tagged', contactId, context, { tags: added })],
      },
    }
  }

  const addNote: OwnAction = async ({ locationId, input, context }) => {
    const { contactId } = await findContact(locationId, customerKeys(input))
    if (!contactId) return { output: { contactId: null, noteId: null } }
    const title = typeof input.title === 'string' ? { title: input.title } : {}
    return noteOnce({ locationId, contactId, body: String(input.body), context, ...title })
  }

  const markDeleted: OwnAction = async (call) => {
    const { locationId, input, context } = call
    const keys = customerKeys(input)
    const { contactId, link } = await findContact(locationId, keys)
    if (!contactId) return { output: { contactId: null, outcome: 'absent' } }
    if (input.deleteContact === true) return deleteContact(call, { keys, contactId })

    const tagged = await addTagsTo({
      locationId,
      contactId,
      tags: list(input.tags),
      link: link?.crmId === contactId ? link : undefined,
    })
    const noted =
      typeof input.note === 'string' ? await noteOnce({ locationId, contactId, body: input.note, context }) : undefined
    return {
      output: { contactId, outcome: 'tagged' },
      request: noted?.request ?? tagged.request,
      response: noted?.response ?? tagged.response,
      keep: {
        links: [linked(keys, contactId, { data: { tags: tagged.tags } })],
        effects: noted?.keep?.effects ?? [],
        audit: [
          audited('contact.marked-deleted', contactId, context, { rankrId: keys.rankrId }),
          ...(noted?.keep?.audit ?? []),
        ],
      },
    }
  }

  const deleteContact = async (
    { locationId, context }: ActionCall,
    { keys, contactId }: { keys: CustomerKeys; contactId: string },
  ): Promise<ActionResult> => {
    const made = await execute({
      locationId,
      actionId: 'crm.contacts.delete',
      input: { contactId },
      priority: 'live',
    }).catch((error) => {
      if (isGone(error)) return undefined
      throw error
    })
    return {
      output: { contactId, outcome: 'deleted' },
      request: made?.request,
      response: made?.response,
      keep: {
        links: [linked(keys, contactId, { state: 'broken' })],
        audit: [audited('contact.deleted', contactId, context, { rankrId: keys.rankrId })],
      },
    }
  }

  return {
    'app.customers.upsert-contact': upsertContact,
    'app.customers.add-tags': addTags,
    'app.customers.add-note': addNote,
    'app.customers.mark-deleted': markDeleted,
  }
}

/** Made since the event came in: by a try of ours whose answer was lost. */
const isFrom = ({ dateAdded }: Contact, { receivedAt }: ActionContext): boolean =>
  dateAdded !== undefined && Date.parse(dateAdded) >= receivedAt.getTime() - CLOCK_SLACK_MS
