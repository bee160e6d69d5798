// Customers for our API: each call runs an own catalog action synchronously and stores its links and audit entries as a
// workflow would. Knows no HTTP.

import { AppError, type ErrorCode } from '../../errors.ts'
import { expectEtag } from '../../etag.ts'
import { derivedId, newId } from '../../ids.ts'
import type { Links } from '../../store/links.ts'
import type { ProgressItem } from '../../store/progress.ts'
import type { RunAction } from '../actions.ts'
import { type ApiCall, createApiActions, isOneOf, NOT_THEIRS } from '../api-actions.ts'
import { actionInput, type Contact, type Customer, type CustomerWish, customerOf, etagOf } from './customer-record.ts'

export type CustomerSearch = {
  email?: string | undefined
  phone?: string | undefined
  tag?: string | undefined
  updatedSince?: Date | undefined
  /** Words of a name, an e-mail address or a phone number. */
  text?: string | undefined
  sort?: { field: SortField; direction: 'asc' | 'desc' } | undefined
  limit: number
  /** Cursor from the previous page. */
  after?: unknown[] | undefined
}

export type SortField = keyof typeof SORT_FIELDS

const SORT_FIELDS = {
  created_at: 'dateAdded',
  updated_at: 'dateUpdated',
  email: 'email',
  first_name: 'firstNameLowerCase',
  last_name: 'lastNameLowerCase',
} as const

type Deps = {
  runAction: RunAction
  links: Pick<Links, 'find' | 'byCrmId' | 'byCrmIds'>
  progress: { write(item: ProgressItem): Promise<void> }
  /** How the location treats deleted customers. */
  deletion(locationId: string): Promise<{ deleteContacts: boolean; note: boolean }>
  now: () => Date
}

type Written = { outcome: 'created' | 'updated'; customer: Customer }
type Deleted = { id: string; outcome: 'marked' | 'deleted'; links: { contact_id: string } }

/** The contact of an id; `isLinked`: a Rankr customer is linked to it. */
type Known = { contactId: string; isLinked: boolean }

const DELETED_TAG = 'deleted in rankr'
/** A contact that never came from Rankr is addressed by its own id. */
const CONTACT_ID = /^[A-Za-z0-9]{20,24}$/
export type CustomerService = ReturnType<typeof createCustomerService>

/**
 * All methods throw what the action throws, `not_found` for an id that does not belong to the location, and
 * `precondition_failed` when `ifMatch` is not the customer's current ETag.
 */
export const createCustomerService = ({ runAction, links, progress, deletion, now }: Deps) => {
  const { act, change } = createApiActions({ runAction, progress })

  const resolve = async ({ locationId }: ApiCall, id: string): Promise<Known> => {
    const link = await links.find(locationId, 'customer', id)
    if (link?.state === 'linked' && link.crmId) return { contactId: link.crmId, isLinked: true }
    if (!link && CONTACT_ID.test(id)) return { contactId: id, isLinked: false }
    throw new AppError('not_found', { detail: 'There is no customer with this id.' })
  }

  const read = async (call: ApiCall, id: string, { contactId }: Known): Promise<Customer> => {
    try {
      const { output } = await act(call, 'crm.contacts.get', { contactId })
      const contact = output.contact as Contact | undefined
      if (contact?.id) return customerOf(id, contact)
    } catch (error) {
      if (!isOneOf(error, NOT_THEIRS)) throw error
    }
    throw new AppError('not_found', { detail: 'There is no customer with this id.' })
  }

  const expectMatch = async (call: ApiCall, id: string, known: Known, ifMatch: string | undefined) => {
    // A contact addressed by its own id must belong to the location before anything is stored.
    if (ifMatch === undefined && known.isLinked) return
    const current = await read(call, id, known)
    expectEtag(etagOf(current), ifMatch)
  }

  const adopt = (locationId: string, id: string, contactId: string): Promise<void> =>
    progress.write({ locationId, links: [{ kind: 'customer', rankrId: id, crmId: contactId, state: 'linked' }] })

  /** A new id for a customer sent without one. */
  const identify = async (call: ApiCall, wish: CustomerWish): Promise<string> => {
    if (wish.id !== undefined) return wish.id
    for (const input of [wish.email && { email: wish.email }, wish.phone && { phone: wish.phone }]) {
      if (!input) continue
      const { output } = await act(call, 'crm.contacts.find-duplicate', input)
      const contact = output.contact as Contact | null | undefined
      if (!contact?.id) continue
      const known = (await links.byCrmIds(call.locationId, 'customer', [contact.id])).get(contact.id)
      if (known) return known.rankrId
      await adopt(call.locationId, contact.id, contact.id)
      return contact.id
    }
    return newId()
  }

  const write = async (call: ApiCall, id: string, wish: CustomerWish): Promise<Written> => {
    const result = await change(call, 'app.customers.upsert-contact', actionInput(id, wish))
    const contactId = String(result.output.contactId)
    return {
      outcome: result.output.outcome === 'created' ? 'created' : 'updated',
      customer: result.record
        ? customerOf(id, result.record as Contact)
        : await read(call, id, { contactId, isLinked: true }),
    }
  }

  return {
    etagOf,

    /** Matched by id, then e-mail, then phone; created when there is none. */
    upsert: async (call: ApiCall, wish: CustomerWish): Promise<Written> =>
      write(call, await identify(call, wish), wish),

    async get(call: ApiCall, id: string): Promise<Customer> {
      return read(call, id, await resolve(call, id))
    },

    /** Throws unless the customer exists unchanged since the caller read it. A contact gets linked by its own id. */
    async expect(call: ApiCall, id: string, ifMatch?: string): Promise<void> {
      const known = await resolve(call, id)
      await expectMatch(call, id, known, ifMatch)
      if (!known.isLinked) await adopt(call.locationId, id, known.contactId)
    },

    async change(call: ApiCall, id: string, changes: CustomerWish & { ifMatch?: string | undefined }) {
      const { ifMatch, ...wish } = changes
      const known = await resolve(call, id)
      await expectMatch(call, id, known, ifMatch)
      if (!known.isLinked) await adopt(call.locationId, id, known.contactId)
      try {
        return (await write(call, id, wish)).customer
      } catch (error) {
        // Nothing to match by: the contact is gone.
        if (isOneOf(error, new Set<ErrorCode>(['customer_unmatchable']))) {
          throw new AppError('not_found', { detail: 'The contact of this customer is gone.', cause: error })
        }
        throw error
      }
    },

    /** Tags and notes the contact, or deletes it, as the location chose. */
    async remove(call: ApiCall, id: string, ifMatch?: string): Promise<Deleted> {
      const known = await resolve(call, id)
      await expectMatch(call, id, known, ifMatch)
      const { deleteContacts, note } = await deletion(call.locationId)
      const day = now().toISOString().slice(0, 10)
      const result = await change(
        call,
        'app.customers.mark-deleted',
        {
          rankrId: id,
          contactId: known.contactId,
          tags: [DELETED_TAG],
          deleteContact: deleteContacts,
          ...(note ? { note: `Customer ${id} was deleted by an app on ${day}.` } : {}),
        },
        // One note per day, however often it is requested.
        { runId: derivedId('customer-deletion', call.locationId, id, day), receivedOn: day, isFresh: false },
      )
      const outcome = result.output.outcome === 'deleted' ? 'deleted' : 'marked'
      return { id, outcome, links: { contact_id: known.contactId } }
    },

    /** A page; `next` is the cursor of the following one. New records appear after some seconds. */
    async search(
      call: ApiCall,
      { email, phone, tag, updatedSince, text, sort, limit, after }: CustomerSearch,
    ): Promise<{ customers: Customer[]; total: number; next: unknown[] | null }> {
      const filters = [
        email !== undefined && { field: 'email', operator: 'eq', value: email },
        phone !== undefined && { field: 'phone', operator: 'eq', value: phone },
        tag !== undefined && { field: 'tags', operator: 'eq', value: tag },
        updatedSince && { field: 'dateUpdated', operator: 'range', value: { gte: updatedSince.toISOString() } },
      ].filter(Boolean)
      const { field, direction } = sort ?? { field: 'created_at' as const, direction: 'desc' as const }
      const { output } = await act(call, 'crm.contacts.search', {
        pageLimit: limit,
        sort: [{ field: SORT_FIELDS[field], direction }],
        ...(filters.length > 0 ? { filters } : {}),
        ...(text ? { query: text } : {}),
        ...(after ? { searchAfter: after } : {}),
      })
      const { contacts = [], total = 0 } = output as {
        contacts?: (Contact & { searchAfter?: unknown[] })[]
        total?: number
      }
      const ids = await links.byCrmIds(
        call.locationId,
        'customer',
        contacts.map((contact) => contact.id),
      )
      return {
        customers: contacts.map((contact) => customerOf(ids.get(contact.id)?.rankrId ?? contact.id, contact)),
        total,
        next: (contacts.length === limit && contacts.at(-1)?.searchAfter) || null,
      }
    },
  }
}
