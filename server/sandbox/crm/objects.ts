// Schemas of custom objects. Creating one needs the company's token; a location's token is refused.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { OBJECT_DATA_TYPES, type ObjectField, type ObjectSchema } from './object-rows.ts'
import { type AnyOperation, forLocation, MOST, operation } from './operation.ts'
import { notFound, Refusal, unprocessable } from './refusal.ts'
import type { State } from './state.ts'
import { clearable, flag, optional, required, texts } from './validation.ts'
import type { Events } from './webhooks.ts'

/** The objects that every location has. */
const STANDARD: [key: string, singular: string, plural: string, primary: string][] = [
  ['contact', 'Contact', 'Contacts', 'contact.full_name'],
  ['opportunity', 'Opportunity', 'Opportunities', 'opportunity.name'],
  ['business', 'Company', 'Companies', 'business.name'],
]

const KEY = /^custom_objects\.[a-z][a-z0-9_]*$/

const schemaView = ({ searchableProperties: _, ...schema }: ObjectSchema) => ({
  ...schema,
  type: schema.standard ? 'SYSTEM_DEFINED' : 'USER_DEFINED',
})

const event = ({ dateAdded, dateUpdated, standard: _, ...schema }: ObjectSchema) => ({
  ...schema,
  createdAt: dateAdded,
  updatedAt: dateUpdated,
  objectType: 'USER_DEFINED',
})

/** The schema of this key in this location, by key or id. Throws Refusal. */
export const schemaOf = (state: State, locationId: string, key: string | undefined): ObjectSchema => {
  const byId = state.objects.get(key ?? '')
  const schema = byId?.locationId === locationId ? byId : state.objects.first('key', `${locationId} ${key}`)
  if (!schema) throw notFound('Object')
  return schema
}

/** The standard schemas of a location, made when it is. */
export const standardSchemas = (locationId: string, at: string): ObjectSchema[] =>
  STANDARD.map(([key, singular, plural, primaryDisplayProperty]) => ({
    id: `${locationId}-${key}`,
    locationId,
    key,
    standard: true,
    labels: { singular, plural },
    primaryDisplayProperty,
    searchableProperties: [primaryDisplayProperty],
    dateAdded: at,
    dateUpdated: at,
  }))

type Parts = { state: State; events: Events; now: () => Date }

export type NewSchema = {
  labels: { singular: string; plural: string }
  /** With or without the prefix of custom objects. */
  key: string
  description?: string | undefined
  locationId: string
  primaryDisplayPropertyDetails: { key: string; name: string; dataType: 'TEXT' | 'NUMERICAL' }
}

/** A new kind of records with its first field. Throws Refusal. */
export const makeSchema = ({ state, events, now }: Parts, body: NewSchema): ObjectSchema => {
  const { locationId, labels, description, primaryDisplayPropertyDetails: primary } = body
  const key = body.key.startsWith('custom_objects.') ? body.key : `custom_objects.${body.key}`
  if (!KEY.test(key)) throw unprocessable('key must be lower case letters, digits and underscores')
  if (!primary.key.startsWith(`${key}.`)) {
    throw unprocessable(`primaryDisplayPropertyDetails.key must start with ${key}.`)
  }
  if (state.objects.first('key', `${locationId} ${key}`)) throw new Refusal(400, `Object ${key} already exists`)
  const at = now().toISOString()
  const schema = state.objects.put({
    id: newDocumentId(),
    locationId,
    key,
    standard: false,
    labels,
    description,
    primaryDisplayProperty: primary.key,
    searchableProperties: [primary.key],
    dateAdded: at,
    dateUpdated: at,
  })
  state.objectFields.put({
    id: newDocumentId(),
    locationId,
    objectKey: key,
    fieldKey: primary.key,
    name: primary.name,
    dataType: OBJECT_DATA_TYPES.find((type) => type === primary.dataType)!,
    parentId: schema.id,
    showInForms: true,
    dateAdded: at,
    dateUpdated: at,
  })
  state.count('objects.created')
  events.emit('ObjectSchemaCreate', locationId, event(schema))
  return schema
}

/** The endpoints of custom object schemas. */
export const objectOperations = ({ state, events, now }: Parts): AnyOperation[] => {
  const fieldsOf = (schema: ObjectSchema): ObjectField[] =>
    state.objectFields.by('object', `${schema.locationId} ${schema.key}`)

  return [
    operation({
      versions: MOST,
      tokens: ['Company'],
      scopes: ['objects/schema.write'],
      refusesForeignWith401: true,
      method: 'POST',
      path: '/objects',
      body: z.strictObject({
        labels: z.strictObject({ singular: required, plural: required }),
        key: required,
        description: optional,
        locationId: required,
        primaryDisplayPropertyDetails: z.strictObject({
          key: required,
          name: required,
          dataType: z.enum(['TEXT', 'NUMERICAL']),
        }),
      }),
      location: ({ body }) => body.locationId,
      status: 201,
      handle({ body }) {
        return { object: schemaView(makeSchema({ state, events, now }, body)) }
      },
    }),
    operation({
      ...forLocation,
      refusesForeignWith401: true,
      scopes: ['objects/schema.readonly'],
      method: 'GET',
      path: '/objects',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle: ({ query }) => ({ objects: state.objects.by('location', query.locationId).map(schemaView) }),
    }),
    operation({
      ...forLocation,
      refusesForeignWith401: true,
      scopes: ['objects/schema.readonly'],
      method: 'GET',
      path: '/objects/:key',
      query: z.strictObject({ locationId: required, fetchProperties: flag.optional() }),
      location: ({ query }) => query.locationId,
      handle({ params, query }) {
        const schema = schemaOf(state, query.locationId, params.key)
        return {
          object: schemaView(schema),
          cache: false,
          ...(query.fetchProperties !== false && { fields: fieldsOf(schema) }),
        }
      },
    }),
    operation({
      ...forLocation,
      refusesForeignWith401: true,
      scopes: ['objects/schema.write'],
      method: 'PUT',
      path: '/objects/:key',
      body: z.strictObject({
        labels: z.strictObject({ singular: optional, plural: optional }).optional(),
        description: clearable,
        locationId: required,
        searchableProperties: texts,
      }),
      location: ({ body }) => body.locationId,
      handle({ params, body }) {
        const old = schemaOf(state, body.locationId, params.key)
        const known = new Set(fieldsOf(old).map(({ fieldKey }) => fieldKey))
        const unknown = body.searchableProperties.find((key) => !known.has(key))
        if (unknown) throw new Refusal(400, `Property ${unknown} does not exist`)
        const schema = state.objects.put({
          ...old,
          labels: {
            singular: body.labels?.singular ?? old.labels.singular,
            plural: body.labels?.plural ?? old.labels.plural,
          },
          description: body.description === undefined ? old.description : (body.description ?? undefined),
          searchableProperties: body.searchableProperties,
          dateUpdated: now().toISOString(),
        })
        events.emit('ObjectSchemaUpdate', schema.locationId, event(schema))
        return { object: schemaView(schema) }
      },
    }),
  ]
}
