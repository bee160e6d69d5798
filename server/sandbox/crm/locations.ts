// Locations, their tags, and the search over their tasks.

import { z } from 'zod'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forEither, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound, Refusal } from './refusal.ts'
import type { Grant, Location } from './rows.ts'
import type { State } from './state.ts'
import type { TagList } from './tag-list.ts'
import { count, optional, required, texts } from './validation.ts'

const view = ({ isActive: _, contactIdentifiers: __, ...location }: Location) => ({
  ...location,
  business: {
    name: location.name,
    address: location.address,
    city: location.city,
    state: location.state,
    country: location.country,
    postalCode: location.postalCode,
    website: location.website,
    timezone: location.timezone,
  },
  social: {},
})

const byLocation = { location: ({ params }: { params: Record<string, string> }) => params.locationId }

const details = (state: State): AnyOperation[] => [
  operation({
    ...forEither,
    ...byLocation,
    method: 'GET',
    path: '/locations/:locationId',
    scopes: ['locations.readonly'],
    handle: ({ params }) => ({ location: view(state.locations.get(params.locationId!)!) }),
  }),
  operation({
    ...forEither,
    method: 'GET',
    path: '/locations/search',
    scopes: ['locations.readonly'],
    query: z.strictObject({
      companyId: optional,
      skip: count.optional(),
      limit: count.optional(),
      order: z.enum(['asc', 'desc']).optional(),
      email: optional,
    }),
    handle({ query, grant }) {
      const { skip = 0, limit = 10, order = 'asc', email } = query
      const found = state.locations
        .by('company', grant.companyId)
        .filter(({ id }) => grant.kind === 'Company' || id === grant.locationId)
        .filter((location) => !email || location.email === email)
      if (order === 'desc') found.reverse()
      return { locations: found.slice(skip, skip + limit).map(view) }
    },
  }),
  operation({
    ...forLocation,
    ...byLocation,
    method: 'POST',
    path: '/locations/:locationId/tasks/search',
    scopes: ['locations/tasks.readonly'],
    body: z.strictObject({
      contactId: texts.optional(),
      completed: z.boolean().optional(),
      assignedTo: texts.optional(),
      query: optional,
      limit: z.number().int().optional(),
      skip: z.number().int().optional(),
      businessId: optional,
    }),
    handle({ params, body }) {
      const { contactId, completed, assignedTo, query, limit = 25, skip = 0 } = body
      const tasks = state.tasks
        .by('location', params.locationId!)
        .filter((task) => completed === undefined || task.completed === completed)
        .filter((task) => !contactId || contactId.includes(task.contactId))
        .filter((task) => !assignedTo || assignedTo.includes(task.assignedTo ?? ''))
        .filter((task) => !query || task.title.toLowerCase().includes(query.toLowerCase()))
      return { tasks: tasks.slice(skip, skip + limit).map(({ id, ...task }) => ({ _id: id, ...task })) }
    },
  }),
]

const TAGS = '/locations/:locationId/tags'

const tagOperations = (state: State, tags: TagList): AnyOperation[] => {
  const own = (grant: Grant, { locationId, tagId }: Record<string, string>) => {
    const tag = ownRow({ state, table: state.tags, grant, id: tagId, what: 'Tag' })
    if (tag.locationId !== locationId) throw notFound('Tag')
    return tag
  }
  /** The name as it is kept; taken names are refused. */
  const freeName = (locationId: string, written: string): string => {
    const [name] = tags.normal([written])
    if (!name || state.tags.first('name', `${locationId} ${name}`))
      throw new Refusal(400, 'The tag name is already exist.')
    return name
  }
  const shared = { ...forLocation, ...byLocation }
  const write = { ...shared, scopes: ['locations/tags.write'] }
  const read = { ...shared, scopes: ['locations/tags.readonly'] }
  const body = z.strictObject({ name: required })
  return [
    operation({
      ...read,
      method: 'GET',
      path: TAGS,
      handle: ({ params }) => ({ tags: state.tags.by('location', params.locationId!) }),
    }),
    operation({
      ...write,
      method: 'POST',
      path: TAGS,
      body,
      handle({ params, body: { name } }) {
        const locationId = params.locationId!
        state.count('tags.created')
        return { tag: state.tags.put({ id: newCrmId(), locationId, name: freeName(locationId, name) }) }
      },
    }),
    operation({
      ...shared,
      method: 'GET',
      path: `${TAGS}/:tagId`,
      handle: ({ params, grant }) => ({ tag: own(grant, params) }),
    }),
    operation({
      ...shared,
      method: 'PUT',
      path: `${TAGS}/:tagId`,
      body,
      handle({ params, grant, body: { name } }) {
        const tag = own(grant, params)
        return { tag: state.tags.put({ ...tag, name: freeName(tag.locationId, name) }) }
      },
    }),
    operation({
      ...shared,
      method: 'DELETE',
      path: `${TAGS}/:tagId`,
      handle({ params, grant }) {
        state.tags.delete(own(grant, params).id)
        return { succeded: true }
      },
    }),
  ]
}

/** The location, tag and task search endpoints. */
export const locationOperations = ({ state, tags }: { state: State; tags: TagList }): AnyOperation[] => [
  ...details(state),
  ...tagOperations(state, tags),
]
