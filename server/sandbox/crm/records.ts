// Records of custom objects: create, read, change, delete, search.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Filter, filterSchema, pageOf, passes, type SearchKey, sortSchema } from './filters.ts'
import type { ObjectRecord } from './object-rows.ts'
import { schemaOf } from './objects.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { byApp, type RecordStore } from './record-store.ts'
import { notFound, unprocessable } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import type { State } from './state.ts'
import { optional, required, texts } from './validation.ts'

type Parts = { state: State; store: RecordStore; index: SearchIndex<ObjectRecord> }

const people = (most: number) => z.array(z.string()).max(most, `must contain no more than ${most} elements`)
const changeOf = z.strictObject({ add: texts.optional(), remove: texts.optional() })

const changed = (old: string[], change: z.infer<typeof changeOf> | undefined): string[] => [
  ...new Set([...old.filter((id) => !change?.remove?.includes(id)), ...(change?.add ?? [])]),
]

const searchBody = z.strictObject({
  locationId: required,
  page: z.number().int().min(1, 'must not be less than 1'),
  pageLimit: z.number().int().min(1, 'must not be less than 1').max(500, 'must not be greater than 500'),
  query: z.string().max(75, 'must be shorter than or equal to 75 characters').optional(),
  searchAfter: z.array(z.union([z.string(), z.number()])).optional(),
  filters: z.array(filterSchema).optional(),
  sort: z.array(sortSchema).optional(),
})

const recordSearch = ({ state, index }: Omit<Parts, 'store'>): AnyOperation => {
  /** `properties.<key>`, or `customFields.<id of the field>`. */
  const read = (record: ObjectRecord, field: string): unknown => {
    if (field === 'id' || field === 'createdAt' || field === 'updatedAt' || field === 'owner') return record[field]
    const [kind, ...rest] = field.split('.')
    const name = rest.join('.')
    const prefix = `${record.objectKey}.`
    const key = kind === 'customFields' ? (state.objectFields.get(name)?.fieldKey.slice(prefix.length) ?? '') : name
    const isKnown =
      (kind === 'properties' || kind === 'customFields') &&
      state.objectFields.first('key', `${record.locationId} ${prefix}${key}`)
    if (!isKnown) throw unprocessable(`Invalid field ${field}`)
    const value = record.properties[key]
    return typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  }

  const sortKey = (record: ObjectRecord, field: string): string | number => {
    if (field === 'createdAt' || field === 'updatedAt') return Date.parse(record[field])
    const value = read(record, field)
    return typeof value === 'number' ? value : String(value ?? '')
  }

  /** Searchable properties only; `name:Buddy` looks at one of them. */
  const mentions = (record: ObjectRecord, searchable: string[], query: string): boolean => {
    const [, named, rest] = /^([a-z0-9_]+):(.+)$/.exec(query) ?? []
    const prefix = `${record.objectKey}.`
    const keys = searchable.map((key) => key.slice(prefix.length)).filter((key) => named === undefined || key === named)
    const wanted = (rest ?? query).toLowerCase()
    return keys.some((key) =>
      String(record.properties[key] ?? '')
        .toLowerCase()
        .includes(wanted),
    )
  }

  const relationsOf = ({ id }: ObjectRecord) => [
    ...state.relations.by('first', id).map((relation) => ({
      associationId: relation.associationId,
      relationId: relation.id,
      objectKey: relation.secondObjectKey,
      recordId: relation.secondRecordId,
    })),
    ...state.relations.by('second', id).map((relation) => ({
      associationId: relation.associationId,
      relationId: relation.id,
      objectKey: relation.firstObjectKey,
      recordId: relation.firstRecordId,
    })),
  ]

  return operation({
    ...forLocation,
    refusesForeignWith401: true,
    scopes: ['objects/record.readonly'],
    method: 'POST',
    path: '/objects/:schemaKey/records/search',
    body: searchBody,
    location: ({ body }) => body.locationId,
    handle({ params, body }) {
      const { locationId, page, pageLimit, query, searchAfter, filters = [], sort = [] } = body
      const schema = schemaOf(state, locationId, params.schemaKey)
      const owner = `${locationId} ${schema.key}`
      const isOfObject = (record: ObjectRecord) => `${record.locationId} ${record.objectKey}` === owner
      const hits = index
        .seen(state.records.by('object', owner), isOfObject)
        .filter((record) => filters.every((filter: Filter) => passes(filter, (field) => read(record, field))))
        .filter((record) => !query || mentions(record, schema.searchableProperties, query))
      const rows = pageOf({
        rows: hits,
        keyOf: sortKey,
        sort: sort.length > 0 ? sort : [{ field: 'createdAt', direction: 'desc' }],
        limit: pageLimit,
        page,
        searchAfter: searchAfter as SearchKey | undefined,
      })
      return {
        records: rows.map(({ row, searchAfter: key }) => ({ ...row, relations: relationsOf(row), searchAfter: key })),
        total: hits.length,
      }
    },
  })
}

/** The record endpoints of custom objects. */
export const recordOperations = (parts: Parts): AnyOperation[] => {
  const { state, store } = parts
  const shared = { ...forLocation, refusesForeignWith401: true }
  const write = { ...shared, scopes: ['objects/record.write'] }

  const own = (grant: Grant, { schemaKey, id }: Record<string, string>): ObjectRecord => {
    const record = ownRow({ state, table: state.records, grant, id, what: 'Record', refusesForeignWith401: true })
    if (schemaOf(state, record.locationId, schemaKey).key !== record.objectKey) throw notFound('Record')
    return record
  }

  // `relations` of a single read stays empty, as on the platform; `owner` and `follower` both are what live answers hold.
  const view = (record: ObjectRecord) => ({
    record: {
      ...record,
      follower: record.followers,
      relations: [],
      dateAdded: record.createdAt,
      dateUpdated: record.updatedAt,
    },
    traceId: randomUUID(),
  })

  return [
    operation({
      ...write,
      method: 'POST',
      path: '/objects/:schemaKey/records',
      body: z.strictObject({
        locationId: required,
        properties: z.record(z.string(), z.unknown()),
        owner: people(1).optional(),
        owners: people(1).optional(),
        followers: people(10).optional(),
      }),
      query: z.strictObject({ locationId: optional }),
      location: ({ body }) => body.locationId,
      status: 201,
      handle({ params, body, grant }) {
        const schema = schemaOf(state, body.locationId, params.schemaKey)
        const { properties, owner = body.owners ?? [], followers = [] } = body
        return view(store.create(schema, { properties, owner, followers }, byApp(grant.clientId)))
      },
    }),
    operation({
      ...shared,
      scopes: ['objects/record.readonly'],
      method: 'GET',
      path: '/objects/:schemaKey/records/:id',
      query: z.strictObject({ locationId: optional }),
      location: ({ query }) => query.locationId,
      handle: ({ params, grant }) => view(own(grant, params)),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: '/objects/:schemaKey/records/:id',
      query: z.strictObject({ locationId: required }),
      body: z.strictObject({
        locationId: optional,
        properties: z.record(z.string(), z.unknown()).optional(),
        owners: changeOf.optional(),
        followers: changeOf.optional(),
      }),
      location: ({ query }) => query.locationId,
      handle({ params, body, grant }) {
        const record = own(grant, params)
        const change = {
          properties: body.properties ?? {},
          owner: changed(record.owner, body.owners),
          followers: changed(record.followers, body.followers),
        }
        return view(store.change(record, change, byApp(grant.clientId)))
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/objects/:schemaKey/records/:id',
      query: z.strictObject({ locationId: optional }),
      location: ({ query }) => query.locationId,
      handle({ params, grant }) {
        const record = own(grant, params)
        store.remove(record)
        return { id: record.id, success: true }
      },
    }),
    recordSearch(parts),
  ]
}
