// /contacts: create, upsert, read, change, delete, look for duplicates, follow, bulk calls.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { CONTACT_BODIES, type ContactFields, type UpsertBody } from './contact-body.ts'
import { type ContactStore, normalPhone } from './contact-store.ts'
import { contactView, foundContact } from './contact-view.ts'
import { type AnyOperation, BEFORE_V3, type Call, forLocation, ONLY_V3, operation } from './operation.ts'
import { foreignLocation, notFound } from './refusal.ts'
import type { Contact, Grant } from './rows.ts'
import type { State } from './state.ts'
import { count, optional, required, texts } from './validation.ts'

type Parts = { state: State; store: ContactStore }

const READ = { scopes: ['contacts.readonly'] }
const WRITE = { scopes: ['contacts.write'] }

/** Both spellings in v3, the misspelt one before. */
export const done = (isV3: boolean): Record<string, boolean> =>
  isV3 ? { succeeded: true, succeded: true } : { succeded: true }

/** The contact of a path, if the token may see it. Throws Refusal. */
export const ownContact = (state: State, grant: Grant, id: string): Contact => {
  const contact = state.contacts.get(id)
  if (!contact) throw notFound('Contact')
  if (contact.locationId !== grant.locationId) throw foreignLocation()
  return contact
}

const fieldsOf = ({ locationId: _, createNewIfDuplicateAllowed: __, ...fields }: UpsertBody): ContactFields => fields

const writes = ({ state, store }: Parts, generation: 'dated' | 'v3'): AnyOperation[] => {
  const shared = { ...forLocation, ...WRITE, versions: generation === 'v3' ? ONLY_V3 : BEFORE_V3 }
  const bodies = CONTACT_BODIES[generation]
  return [
    operation({
      ...shared,
      method: 'POST',
      path: '/contacts',
      body: bodies.create as z.ZodType<UpsertBody>,
      location: ({ body }) => body.locationId,
      status: 201,
      handle: ({ body, isV3 }) => ({
        contact: contactView(store.create(body.locationId, fieldsOf(body)), isV3),
        traceId: randomUUID(),
      }),
    }),
    operation({
      ...shared,
      method: 'POST',
      path: '/contacts/upsert',
      body: bodies.upsert as z.ZodType<UpsertBody>,
      location: ({ body }) => body.locationId,
      handle({ body, isV3 }) {
        const isForcedNew = body.createNewIfDuplicateAllowed === true
        const { isNew, contact } = store.upsert(body.locationId, fieldsOf(body), isForcedNew)
        return { new: isNew, contact: contactView(contact, isV3), traceId: randomUUID() }
      },
    }),
    operation({
      ...shared,
      method: 'PUT',
      path: '/contacts/:contactId',
      body: bodies.update as z.ZodType<ContactFields>,
      handle: ({ params, body, grant, isV3 }) => ({
        ...done(isV3),
        contact: contactView(store.update(ownContact(state, grant, params.contactId!), body), isV3),
      }),
    }),
  ]
}

const reads = ({ state, store }: Parts): AnyOperation[] => [
  operation({
    ...forLocation,
    ...READ,
    method: 'GET',
    path: '/contacts/:contactId',
    handle: ({ params, grant, isV3 }) => ({
      contact: contactView(ownContact(state, grant, params.contactId!), isV3),
      traceId: randomUUID(),
    }),
  }),
  operation({
    ...forLocation,
    ...WRITE,
    method: 'DELETE',
    path: '/contacts/:contactId',
    handle({ params, grant, isV3 }) {
      store.remove(ownContact(state, grant, params.contactId!))
      return done(isV3)
    },
  }),
  operation({
    ...forLocation,
    ...READ,
    method: 'GET',
    path: '/contacts/search/duplicate',
    query: z.strictObject({ locationId: required, email: optional, number: optional }),
    location: ({ query }) => query.locationId,
    handle({ query, isV3 }) {
      const location = store.locationOf(query.locationId)
      const email = query.email?.trim().toLowerCase()
      const phone = query.number && normalPhone(query.number, location.country)
      const found = store.duplicateOf(location, { email, phone })
      return { contact: found ? contactView(found.contact, isV3) : null, traceId: randomUUID() }
    },
  }),
  operation({
    ...forLocation,
    ...READ,
    versions: BEFORE_V3,
    method: 'GET',
    path: '/contacts',
    query: z.strictObject({
      locationId: required,
      limit: count.optional(),
      query: optional,
      startAfter: optional,
      startAfterId: optional,
    }),
    location: ({ query }) => query.locationId,
    handle({ query }) {
      const all = state.contacts.by('location', query.locationId)
      const start = query.startAfterId ? all.findIndex(({ id }) => id === query.startAfterId) + 1 : 0
      const page = all.slice(start, start + Math.min(query.limit ?? 20, 100))
      return { contacts: page.map(foundContact), count: all.length, meta: { total: all.length } }
    },
  }),
  operation({
    ...forLocation,
    ...READ,
    method: 'GET',
    path: '/contacts/business/:businessId',
    query: z.strictObject({ locationId: required, limit: count.optional(), skip: count.optional(), query: optional }),
    location: ({ query }) => query.locationId,
    handle({ params, query: { locationId, skip = 0, limit = 25 } }) {
      const all = state.contacts.by('business', params.businessId!).filter((row) => row.locationId === locationId)
      return { contacts: all.slice(skip, skip + limit).map(foundContact), count: all.length }
    },
  }),
]

const followersBody = z.strictObject({ followers: texts })

const bulk = ({ state, store }: Parts): AnyOperation[] => [
  operation({
    ...forLocation,
    ...WRITE,
    method: 'POST',
    path: '/contacts/bulk/tags/update/:type',
    body: z.strictObject({
      contacts: texts,
      tags: texts,
      locationId: required,
      removeAllTags: z.boolean().optional(),
    }),
    location: ({ body }) => body.locationId,
    status: 201,
    handle({ params, body, isV3 }) {
      if (params.type !== 'add' && params.type !== 'remove') throw notFound('Update type')
      const responses = body.contacts.map((id) => {
        const contact = state.contacts.get(id)
        if (contact?.locationId !== body.locationId) {
          return { contactId: id, message: 'Contact not found', type: 'error' }
        }
        if (params.type === 'add') store.addTags(contact, body.tags)
        else if (body.removeAllTags) store.setTags(contact, [])
        else store.removeTags(contact, body.tags)
        return { contactId: id, message: 'Tags updated', type: 'success' }
      })
      const errorCount = responses.filter(({ type }) => type === 'error').length
      return { ...done(isV3), errorCount, responses }
    },
  }),
  operation({
    ...forLocation,
    ...WRITE,
    method: 'POST',
    path: '/contacts/bulk/business',
    body: z.strictObject({ locationId: required, ids: texts, businessId: z.string().nullable() }),
    location: ({ body }) => body.locationId,
    handle({ body, grant }) {
      if (body.businessId && state.businesses.get(body.businessId)?.locationId !== body.locationId) {
        throw notFound('Business')
      }
      for (const id of body.ids) store.setBusiness(ownContact(state, grant, id), body.businessId ?? undefined)
      return { success: true, ids: body.ids }
    },
  }),
  ...(['POST', 'DELETE'] as const).map((method) =>
    operation({
      ...forLocation,
      ...WRITE,
      method,
      path: '/contacts/:contactId/followers',
      body: followersBody,
      status: method === 'POST' ? 201 : 200,
      handle({ params, body, grant }: Call<Record<string, never>, z.infer<typeof followersBody>>) {
        const contact = ownContact(state, grant, params.contactId!)
        const has = (id: string) => contact.followers.includes(id)
        const touched = body.followers.filter((id) => has(id) === (method === 'DELETE'))
        const followers =
          method === 'POST'
            ? [...contact.followers, ...touched]
            : contact.followers.filter((id) => !touched.includes(id))
        store.setFollowers(contact, followers)
        return { followers, [method === 'POST' ? 'followersAdded' : 'followersRemoved']: touched }
      },
    }),
  ),
]

/** The contact endpoints. */
export const contactOperations = (parts: Parts): AnyOperation[] => [
  ...writes(parts, 'dated'),
  ...writes(parts, 'v3'),
  ...reads(parts),
  ...bulk(parts),
]
