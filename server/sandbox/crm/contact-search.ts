// POST /contacts/search: filters, order and paging over the (lagging) index.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ContactStore } from './contact-store.ts'
import { foundContact } from './contact-view.ts'
import { type Filter, filterSchema, pageOf, passes, type SearchKey, sortSchema } from './filters.ts'
import { forLocation, operation } from './operation.ts'
import { Refusal, unprocessable } from './refusal.ts'
import type { Contact } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import type { State } from './state.ts'
import { required } from './validation.ts'

const bodySchema = z.strictObject({
  locationId: required,
  pageLimit: z.number().int().min(1, 'must not be less than 1').max(500, 'must not be greater than 500'),
  page: z.number().int().min(1, 'must not be less than 1').optional(),
  searchAfter: z.array(z.union([z.string(), z.number()])).optional(),
  filters: z.array(filterSchema).optional(),
  sort: z.array(sortSchema).optional(),
  query: z.string().max(75, 'must be shorter than or equal to 75 characters').optional(),
})

/** Pages reach this far; beyond it only `searchAfter` goes on. */
const REACH = 10_000

const FIELDS: Record<string, (contact: Contact) => unknown> = {
  id: ({ id }) => id,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  firstNameLowerCase: ({ firstName }) => firstName?.toLowerCase(),
  lastNameLowerCase: ({ lastName }) => lastName?.toLowerCase(),
  contactName: ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' '),
  companyName: ({ companyName }) => companyName,
  businessId: ({ businessId }) => businessId,
  tags: ({ tags }) => tags,
  assignedTo: ({ assignedTo }) => assignedTo,
  followers: ({ followers }) => followers,
  source: ({ source }) => source,
  type: () => 'lead',
  dnd: ({ dnd }) => dnd,
  timezone: ({ timezone }) => timezone,
  website: ({ website }) => website,
  address: ({ address1 }) => address1,
  city: ({ city }) => city,
  state: ({ state }) => state,
  country: ({ country }) => country,
  postalCode: ({ postalCode }) => postalCode,
  dateOfBirth: ({ dateOfBirth }) => dateOfBirth,
  dateAdded: ({ dateAdded }) => dateAdded,
  dateUpdated: ({ dateUpdated }) => dateUpdated,
}

const SORTABLE = ['email', 'dnd', 'source', 'firstNameLowerCase', 'lastNameLowerCase', 'dateAdded', 'dateUpdated']

/** Custom fields are found by their id, not by their key. */
const read = (contact: Contact, field: string): unknown => {
  if (field.startsWith('customFields.')) {
    return contact.customFields.find(({ id }) => `customFields.${id}` === field)?.value
  }
  const reader = FIELDS[field]
  if (!reader) throw unprocessable(`Invalid field ${field}`)
  return reader(contact)
}

const sortKey = (contact: Contact, field: string): string | number => {
  const value = read(contact, field)
  if (field === 'dateAdded' || field === 'dateUpdated') return Date.parse(String(value))
  return typeof value === 'boolean' ? Number(value) : String(value ?? '')
}

const mentions = (contact: Contact, query: string): boolean =>
  [contact.firstName, contact.lastName, contact.email, contact.phone, contact.companyName]
    .filter(Boolean)
    .join(' ')
    .toLowerCase()
    .includes(query.toLowerCase())

type Parts = { state: State; store: ContactStore; index: SearchIndex<Contact> }

/** The contact search endpoint. */
export const contactSearch = ({ state, store, index }: Parts) => {
  /** An `email eq` or `phone eq` filter at the top needs no walk over all contacts. */
  const candidates = (locationId: string, filters: Filter[]): Contact[] => {
    for (const filter of index.isCurrent() ? filters : []) {
      if ('group' in filter || filter.operator !== 'eq' || typeof filter.value !== 'string') continue
      const { field, value } = filter
      if (field === 'email') return state.contacts.by('email', `${locationId} ${value.toLowerCase()}`)
      if (field === 'phone') return state.contacts.by('phone', `${locationId} ${value}`)
      if (field === 'id')
        return [state.contacts.get(value)].filter((row) => row?.locationId === locationId) as Contact[]
    }
    return index.seen(state.contacts.by('location', locationId), (row) => row.locationId === locationId)
  }

  return operation({
    ...forLocation,
    method: 'POST',
    path: '/contacts/search',
    scopes: ['contacts.readonly'],
    body: bodySchema,
    location: ({ body }) => body.locationId,
    handle({ body }) {
      const { locationId, pageLimit, page = 1, searchAfter, filters = [], sort = [], query } = body
      store.locationOf(locationId)
      if (page * pageLimit > REACH) throw new Refusal(400, 'Use searchAfter to read more than 10000 contacts.')
      for (const { field } of sort) {
        if (!SORTABLE.includes(field)) throw unprocessable(`Invalid sort field ${field}`)
      }
      const hits = candidates(locationId, filters).filter(
        (contact) =>
          filters.every((filter) => passes(filter, (field) => read(contact, field))) &&
          (!query || mentions(contact, query)),
      )
      const order = sort.length > 0 ? sort : [{ field: 'dateAdded', direction: 'desc' as const }]
      const rows = pageOf({
        rows: hits,
        keyOf: sortKey,
        sort: order,
        limit: pageLimit,
        page,
        searchAfter: searchAfter as SearchKey | undefined,
      })
      return {
        contacts: rows.map(({ row, searchAfter: key }) => ({ ...foundContact(row), searchAfter: key })),
        total: hits.length,
        traceId: randomUUID(),
      }
    },
  })
}
