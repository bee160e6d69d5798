// Associations (which kinds of records can be joined) and relations (which records are).

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import type { Association, Relation } from './object-rows.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound, Refusal, unprocessable } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { count, required, texts } from './validation.ts'
import type { Events } from './webhooks.ts'

const PAIRS = [
  'contact contact',
  'contact custom',
  'custom contact',
  'custom custom',
  'opportunity custom',
  'custom opportunity',
]

const kindOf = (objectKey: string): string => (objectKey.startsWith('custom_objects.') ? 'custom' : objectKey)

const label = z.union([z.string(), z.record(z.string(), z.unknown())])
const byQuery = { location: ({ query }: { query: { locationId: string } }) => query.locationId }
const byBody = { location: ({ body }: { body: { locationId: string } }) => body.locationId }
const inLocation = z.strictObject({ locationId: required })

type Parts = { state: State; events: Events }

/** The endpoints of associations and relations. */
export const associationOperations = ({ state, events }: Parts): AnyOperation[] => {
  const shared = { ...forLocation, refusesForeignWith401: true }
  const read = { ...shared, method: 'GET' as const, scopes: ['associations.readonly'] }
  const write = { ...shared, scopes: ['associations.write'] }
  const own = (grant: Grant, id: string | undefined): Association =>
    ownRow({ state, table: state.associations, grant, id, what: 'Association', refusesForeignWith401: true })

  const exists = (locationId: string, key: string): boolean =>
    Boolean(state.objects.first('key', `${locationId} ${key}`))

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/associations',
      body: z.strictObject({
        locationId: required,
        key: required,
        firstObjectLabel: label,
        firstObjectKey: required,
        secondObjectLabel: label,
        secondObjectKey: required,
      }),
      status: 201,
      handle({ body }) {
        const { locationId, key, firstObjectKey, secondObjectKey } = body
        for (const objectKey of [firstObjectKey, secondObjectKey]) {
          if (!exists(locationId, objectKey)) throw notFound(`Object ${objectKey}`)
        }
        if (!PAIRS.includes(`${kindOf(firstObjectKey)} ${kindOf(secondObjectKey)}`)) {
          throw unprocessable('These objects cannot be associated')
        }
        if (state.associations.first('key', `${locationId} ${key}`)) {
          throw new Refusal(400, `Association with key ${key} already exists`)
        }
        const association = state.associations.put({ ...body, id: newDocumentId(), associationType: 'USER_DEFINED' })
        state.count('associations.created')
        events.emit('AssociationCreate', locationId, association)
        return association
      },
    }),
    operation({
      ...read,
      ...byQuery,
      path: '/associations',
      query: z.strictObject({ locationId: required, skip: count, limit: count }),
      handle({ query: { locationId, skip, limit } }) {
        const all = state.associations.by('location', locationId)
        return { associations: all.slice(skip, skip + limit), total: all.length }
      },
    }),
    operation({
      ...read,
      ...byQuery,
      path: '/associations/key/:keyName',
      query: inLocation,
      handle({ params, query }) {
        const association = state.associations.first('key', `${query.locationId} ${params.keyName}`)
        if (!association) throw notFound('Association')
        return association
      },
    }),
    operation({
      ...read,
      ...byQuery,
      path: '/associations/objectKey/:objectKey',
      query: inLocation,
      handle: ({ params, query }) => ({
        associations: state.associations
          .by('location', query.locationId)
          .filter((row) => [row.firstObjectKey, row.secondObjectKey].includes(params.objectKey!)),
      }),
    }),
    operation({ ...read, path: '/associations/:id', handle: ({ params, grant }) => own(grant, params.id) }),
    operation({
      ...write,
      method: 'PUT',
      path: '/associations/:id',
      body: z.strictObject({ firstObjectLabel: label, secondObjectLabel: label }),
      handle({ params, grant, body }) {
        const association = state.associations.put({ ...own(grant, params.id), ...body })
        events.emit('AssociationUpdate', association.locationId, association)
        return association
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/associations/:id',
      handle({ params, grant }) {
        const association = own(grant, params.id)
        for (const relation of state.relations.by('association', association.id)) state.relations.delete(relation.id)
        state.associations.delete(association.id)
        events.emit('AssociationDelete', association.locationId, association)
        return { deleted: true, id: association.id, message: 'Association deleted successfully' }
      },
    }),
    ...relationOperations({ state, events }),
  ]
}

const relationOperations = ({ state, events }: Parts): AnyOperation[] => {
  const shared = { ...forLocation, refusesForeignWith401: true }
  const write = { ...shared, scopes: ['associations/relation.write'] }

  const recordExists = (locationId: string, objectKey: string, id: string): boolean => {
    const tables = { contact: state.contacts, opportunity: state.opportunities, custom: state.records }
    const row = tables[kindOf(objectKey) as keyof typeof tables]?.get(id)
    return row?.locationId === locationId && (!('objectKey' in row) || row.objectKey === objectKey)
  }

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/associations/relations',
      body: z.strictObject({
        locationId: required,
        associationId: required,
        firstRecordId: required,
        secondRecordId: required,
      }),
      status: 201,
      handle({ body, grant }) {
        const { locationId, associationId, firstRecordId, secondRecordId } = body
        const table = state.associations
        const association = ownRow({ state, table, grant, id: associationId, what: 'Association' })
        const { firstObjectKey, secondObjectKey } = association
        // The order follows the association: a contact where the record belongs is no record of that kind.
        for (const [key, id] of [
          [firstObjectKey, firstRecordId],
          [secondObjectKey, secondRecordId],
        ] as const) {
          if (!recordExists(locationId, key, id)) throw new Refusal(400, `Record ${id} of ${key} not found`)
        }
        const pair = `${associationId} ${firstRecordId} ${secondRecordId}`
        if (state.relations.first('pair', pair)) {
          throw new Refusal(400, 'duplicate relation of object Ids for given association')
        }
        const relation = state.relations.put({ ...body, id: newDocumentId(), firstObjectKey, secondObjectKey })
        state.count('relations.created')
        events.emit('RelationCreate', locationId, relation)
        return { ...association, ...relation }
      },
    }),
    operation({
      ...shared,
      ...byQuery,
      scopes: ['associations/relation.readonly'],
      method: 'GET',
      path: '/associations/relations/:recordId',
      query: z.strictObject({
        locationId: required,
        skip: count,
        limit: count,
        associationIds: z.union([z.string(), texts]).optional(),
      }),
      handle({ params, query: { locationId, skip, limit, associationIds } }) {
        const wanted = associationIds === undefined ? undefined : [associationIds].flat()
        const found: Relation[] = [
          ...state.relations.by('first', params.recordId!),
          ...state.relations.by('second', params.recordId!),
        ].filter((row) => row.locationId === locationId && (!wanted || wanted.includes(row.associationId)))
        return { relations: found.slice(skip, skip + limit), total: found.length }
      },
    }),
    operation({
      ...write,
      ...byQuery,
      method: 'DELETE',
      path: '/associations/relations/:relationId',
      query: inLocation,
      handle({ params, grant }) {
        const table = state.relations
        const relation = ownRow({ state, table, grant, id: params.relationId, what: 'Relation' })
        state.relations.delete(relation.id)
        state.count('relations.deleted')
        events.emit('RelationDelete', relation.locationId, relation)
        return { ...state.associations.get(relation.associationId), ...relation }
      },
    }),
  ]
}
