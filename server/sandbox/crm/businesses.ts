// Businesses: the companies that contacts work for. Their events are those of object records.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import type { Business, Grant } from './rows.ts'
import type { State } from './state.ts'
import { count, optional, required } from './validation.ts'
import type { Events } from './webhooks.ts'

const fields = {
  phone: optional,
  email: optional,
  website: optional,
  address: optional,
  city: optional,
  state: optional,
  postalCode: optional,
  country: optional,
  description: optional,
}

const NAMES = ['name', ...Object.keys(fields)] as (keyof Business)[]

const event = (business: Business) => ({
  id: business.id,
  locationId: business.locationId,
  objectKey: 'business',
  owners: [],
  followers: [],
  properties: NAMES.flatMap((key) => (business[key] ? [{ key, valueString: business[key] }] : [])),
})

const view = (business: Business) => ({ ...business, createdBy: {}, updatedBy: {} })

type Parts = { state: State; events: Events; now: () => Date }

/** The business endpoints. */
export const businessOperations = ({ state, events, now }: Parts): AnyOperation[] => {
  const read = { ...forLocation, scopes: ['businesses.readonly'] }
  const write = { ...forLocation, scopes: ['businesses.write'] }
  const own = (grant: Grant, id: string | undefined) =>
    ownRow({ state, table: state.businesses, grant, id, what: 'Business' })

  // "buiseness" is the platform's own spelling.
  return [
    operation({
      ...write,
      method: 'POST',
      path: '/businesses',
      body: z.strictObject({ ...fields, name: required, locationId: required }),
      location: ({ body }) => body.locationId,
      status: 201,
      handle({ body }) {
        const at = now().toISOString()
        const business = state.businesses.put({ ...body, id: newDocumentId(), createdAt: at, updatedAt: at })
        state.count('businesses.created')
        events.emit('RecordCreate', business.locationId, event(business))
        return { success: true, buiseness: view(business) }
      },
    }),
    operation({
      ...read,
      method: 'GET',
      path: '/businesses',
      query: z.strictObject({ locationId: required, limit: count.optional(), skip: count.optional() }),
      location: ({ query }) => query.locationId,
      handle: ({ query: { locationId, skip = 0, limit = 100 } }) => ({
        businesses: state.businesses
          .by('location', locationId)
          .slice(skip, skip + limit)
          .map(view),
      }),
    }),
    operation({
      ...read,
      method: 'GET',
      path: '/businesses/:businessId',
      handle: ({ params, grant }) => ({ business: view(own(grant, params.businessId)) }),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: '/businesses/:businessId',
      body: z.strictObject({ ...fields, name: optional }),
      handle({ params, grant, body }) {
        const old = own(grant, params.businessId)
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
        const business = state.businesses.put({ ...old, ...given, updatedAt: now().toISOString() })
        state.count('businesses.updated')
        events.emit('RecordUpdate', business.locationId, event(business))
        return { success: true, buiseness: view(business) }
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/businesses/:businessId',
      handle({ params, grant }) {
        const business = own(grant, params.businessId)
        state.businesses.delete(business.id)
        state.count('businesses.deleted')
        events.emit('RecordDelete', business.locationId, event(business))
        return { success: true }
      },
    }),
  ]
}
