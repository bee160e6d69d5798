// Records of custom objects.
import { limit, locationId, objectKey, page, userId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const objectOfRecord = { ...objectKey, name: 'schemaKey', in: 'path', required: true } as const satisfies FieldEntry

const recordId = {
  key: 'recordId',
  name: 'id',
  label: 'Record',
  type: 'string',
  in: 'path',
  required: true,
} as const satisfies FieldEntry

const properties = {
  key: 'properties',
  label: 'Values',
  type: 'map',
  required: true,
  help: 'Field keys without the prefix of the object. Money is an object with currency and value, options are given by key.',
} as const satisfies FieldEntry

const people = [
  { ...userId, key: 'owner', label: 'Owner', type: 'multiselect', list: true, group: 'People' },
  { ...userId, key: 'followers', label: 'Followers', type: 'multiselect', list: true, group: 'People' },
] as const satisfies FieldEntry[]

const sampleRecord = {
  id: '66f2b7d1e4a5c60013d2e1f0',
  owner: ['uJ3sN6aPq8Zt1VxR4mLk'],
  followers: [],
  properties: { number: 'ord_5521', status: 'paid', total: { currency: 'default', value: 129.9 } },
  dateAdded: '2026-03-02T14:40:00.000Z',
  dateUpdated: '2026-03-02T14:40:00.000Z',
}

export const recordActions: ActionEntry[] = [
  {
    id: 'crm.records.create',
    label: 'Create a record',
    description: 'Adds a record to a custom object.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.write'],
    method: 'POST',
    path: '/objects/{schemaKey}/records',
    version: 'v3',
    input: [objectOfRecord, locationId, properties, ...people],
    sample: {
      input: {
        objectKey: 'custom_objects.rankr_orders',
        properties: { number: 'ord_5521', status: 'paid', total: { currency: 'default', value: 129.9 } },
      },
      output: { record: sampleRecord },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'crm.records.get',
    label: 'Get a record',
    description: 'Reads one record of a custom object.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.readonly'],
    method: 'GET',
    path: '/objects/{schemaKey}/records/{id}',
    version: 'v3',
    input: [objectOfRecord, recordId],
    sample: {
      input: { objectKey: 'custom_objects.rankr_orders', recordId: '66f2b7d1e4a5c60013d2e1f0' },
      output: { record: sampleRecord },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.records.update',
    label: 'Change a record',
    description: 'Changes values of a record; an empty value clears a field.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.write'],
    method: 'PUT',
    path: '/objects/{schemaKey}/records/{id}',
    version: 'v3',
    input: [objectOfRecord, recordId, { ...locationId, in: 'query' }, properties],
    sample: {
      input: {
        objectKey: 'custom_objects.rankr_orders',
        recordId: '66f2b7d1e4a5c60013d2e1f0',
        properties: { status: 'refunded' },
      },
      output: { record: { ...sampleRecord, properties: { ...sampleRecord.properties, status: 'refunded' } } },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.records.delete',
    label: 'Delete a record',
    description: 'Deletes a record of a custom object.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.write'],
    method: 'DELETE',
    path: '/objects/{schemaKey}/records/{id}',
    version: 'v3',
    input: [objectOfRecord, recordId],
    sample: {
      input: { objectKey: 'custom_objects.rankr_orders', recordId: '66f2b7d1e4a5c60013d2e1f0' },
      output: { id: '66f2b7d1e4a5c60013d2e1f0', success: true },
    },
    risk: 'destroy',
    idempotent: true,
  },
  {
    id: 'crm.records.search',
    label: 'Search records',
    description: 'Finds records of a custom object. New records show up some seconds after they were made.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.readonly'],
    method: 'POST',
    path: '/objects/{schemaKey}/records/search',
    version: 'v3',
    input: [
      objectOfRecord,
      locationId,
      { key: 'query', label: 'Text', type: 'string', max: 75 },
      {
        key: 'filters',
        label: 'Conditions',
        type: 'json',
        list: true,
        help: 'Each with field, operator and value; a field is named properties.<its key>.',
      },
      {
        key: 'sort',
        label: 'Sort order',
        type: 'json',
        list: true,
        group: 'Sorting',
        help: 'Each with field and direction.',
      },
      { ...page, required: true, min: 1 },
      { ...limit, key: 'pageLimit', required: true, max: 100 },
      { key: 'searchAfter', label: 'Continue after', type: 'json', list: true, group: 'Paging' },
    ],
    sample: {
      input: { objectKey: 'custom_objects.rankr_orders', query: 'ord_5521', page: 1, pageLimit: 20 },
      output: {
        records: [
          {
            id: '66f2b7d1e4a5c60013d2e1f0',
            owner: ['uJ3sN6aPq8Zt1VxR4mLk'],
            followers: [],
            properties: sampleRecord.properties,
            createdAt: '2026-03-02T14:40:00.000Z',
            updatedAt: '2026-03-02T14:40:00.000Z',
            locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
            objectId: '66f2a4b0d8e9b70012a3b4c0',
            objectKey: 'custom_objects.rankr_orders',
            createdBy: {
              channel: 'OAUTH',
              createdAt: '2026-03-02T14:40:00.000Z',
              source: 'INTEGRATION',
              sourceId: '665c6bb13d4e5364bdec0e2f',
            },
            lastUpdatedBy: {
              channel: 'OAUTH',
              createdAt: '2026-03-02T14:40:00.000Z',
              source: 'INTEGRATION',
              sourceId: '665c6bb13d4e5364bdec0e2f',
            },
            searchAfter: [1772462400000],
          },
        ],
        total: 1,
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'records',
      totalAt: 'total',
      paging: { style: 'page', in: 'body', sizeKey: 'pageLimit', maxSize: 100, pageKey: 'page', firstPage: 1 },
    },
  },
]
