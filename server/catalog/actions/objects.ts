// Custom objects: kinds of records that an account defines.
import { locationId, objectKey } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const objectByKey = { ...objectKey, name: 'key', in: 'path', required: true } as const satisfies FieldEntry

const labels = {
  key: 'labels',
  label: 'Names',
  type: 'object',
  fields: [
    { key: 'singular', label: 'Name of one', type: 'string', required: true },
    { key: 'plural', label: 'Name of many', type: 'string', required: true },
  ],
} as const satisfies FieldEntry

const sampleObject = {
  id: '66f2a4b0d8e9b70012a3b4c0',
  standard: false,
  key: 'custom_objects.rankr_orders',
  labels: { singular: 'Order', plural: 'Orders' },
  description: 'Orders from Rankr',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  primaryDisplayProperty: 'custom_objects.rankr_orders.number',
  dateAdded: '2026-03-02T13:58:00.000Z',
  dateUpdated: '2026-03-02T13:58:00.000Z',
}

export const objectActions: ActionEntry[] = [
  {
    id: 'crm.objects.list',
    label: 'List custom objects',
    description: 'Reads the definitions of all objects, the built-in ones too.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.readonly'],
    method: 'GET',
    path: '/objects/',
    version: 'v3',
    input: [{ ...locationId, in: 'query' }],
    sample: { input: {}, output: { objects: [sampleObject] } },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'objects', paging: { style: 'none' } },
  },
  {
    id: 'crm.objects.get',
    label: 'Get a custom object',
    description: 'Reads the definition of one object with its fields.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.readonly'],
    method: 'GET',
    path: '/objects/{key}',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      objectByKey,
      { key: 'fetchProperties', label: 'With fields', type: 'toggle', in: 'query' },
    ],
    sample: {
      input: { objectKey: 'custom_objects.rankr_orders', fetchProperties: true },
      output: { object: sampleObject, cache: false, fields: [] },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.objects.create',
    label: 'Create a custom object',
    description: 'Adds a new kind of records. Only the company that manages the account may do this.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.write'],
    method: 'POST',
    path: '/objects/',
    version: 'v3',
    token: 'company',
    input: [
      locationId,
      { ...labels, required: true },
      { key: 'key', label: 'Key', type: 'string', required: true, max: 100 },
      { key: 'description', label: 'Description', type: 'textarea' },
      {
        key: 'primaryDisplayPropertyDetails',
        label: 'First field',
        type: 'object',
        required: true,
        fields: [
          { key: 'key', label: 'Key', type: 'string', required: true },
          { key: 'name', label: 'Name', type: 'string', required: true },
          {
            key: 'dataType',
            label: 'Kind',
            type: 'select',
            required: true,
            choices: [
              { value: 'TEXT', label: 'Text' },
              { value: 'NUMERICAL', label: 'Number' },
            ],
          },
        ],
      },
    ],
    sample: {
      input: {
        labels: { singular: 'Order', plural: 'Orders' },
        key: 'custom_objects.rankr_orders',
        description: 'Orders from Rankr',
        primaryDisplayPropertyDetails: {
          key: 'custom_objects.rankr_orders.number',
          name: 'Order number',
          dataType: 'TEXT',
        },
      },
      output: { object: sampleObject },
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['key'],
  },
  {
    id: 'crm.objects.update',
    label: 'Change a custom object',
    description: 'Changes the names of a custom object and which fields can be searched.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.write'],
    method: 'PUT',
    path: '/objects/{key}',
    version: 'v3',
    input: [
      locationId,
      objectByKey,
      labels,
      { key: 'description', label: 'Description', type: 'textarea' },
      { key: 'searchableProperties', label: 'Searchable fields', type: 'string', required: true, list: true },
    ],
    sample: {
      input: { objectKey: 'custom_objects.rankr_orders', searchableProperties: ['custom_objects.rankr_orders.number'] },
      output: { object: sampleObject },
    },
    risk: 'write',
    idempotent: true,
  },
]
