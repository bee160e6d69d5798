// Relations: which records are joined.
import { limit, locationId, skip } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const associationId = {
  key: 'associationId',
  label: 'Association',
  type: 'select',
  required: true,
  choices: { from: 'crm.associations.list', itemsAt: 'associations', value: 'id', label: 'key' },
} as const satisfies FieldEntry

const sampleRelation = {
  id: '66f2b7e0e4a5c60013d2e1f7',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  associationId: '66f2a5e3d8e9b70012a3b4d1',
  firstObjectKey: 'contact',
  firstRecordId: 'Qm8dXw2LrT5vBn9KcY1p',
  secondObjectKey: 'custom_objects.rankr_orders',
  secondRecordId: '66f2b7d1e4a5c60013d2e1f0',
}

export const relationActions: ActionEntry[] = [
  {
    id: 'crm.relations.create',
    label: 'Join two records',
    description: 'Joins two records through an association. The first one is of the first side of the association.',
    resource: 'relations',
    system: 'crm',
    scope: ['associations/relation.write'],
    method: 'POST',
    path: '/associations/relations',
    version: 'v3',
    input: [
      locationId,
      associationId,
      { key: 'firstRecordId', label: 'First record', type: 'string', required: true },
      { key: 'secondRecordId', label: 'Second record', type: 'string', required: true },
    ],
    sample: {
      input: {
        associationId: '66f2a5e3d8e9b70012a3b4d1',
        firstRecordId: 'Qm8dXw2LrT5vBn9KcY1p',
        secondRecordId: '66f2b7d1e4a5c60013d2e1f0',
      },
      output: sampleRelation,
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['associationId', 'firstRecordId', 'secondRecordId'],
  },
  {
    id: 'crm.relations.list',
    label: 'List records joined to a record',
    description: 'Reads what one record is joined to.',
    resource: 'relations',
    system: 'crm',
    scope: ['associations/relation.readonly'],
    method: 'GET',
    path: '/associations/relations/{recordId}',
    version: 'v3',
    input: [
      { key: 'recordId', label: 'Record', type: 'string', in: 'path', required: true },
      { ...locationId, in: 'query' },
      {
        ...associationId,
        key: 'associationIds',
        label: 'Associations',
        type: 'multiselect',
        in: 'query',
        list: true,
        required: false,
      },
      { ...skip, in: 'query', required: true },
      { ...limit, in: 'query', required: true, max: 100 },
    ],
    sample: {
      input: { recordId: 'Qm8dXw2LrT5vBn9KcY1p', skip: 0, limit: 20 },
      output: { relations: [sampleRelation], total: 1 },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'relations',
      totalAt: 'total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'skip' },
    },
  },
  {
    id: 'crm.relations.delete',
    label: 'Part two records',
    description: 'Ends the joining of two records; both stay.',
    resource: 'relations',
    system: 'crm',
    scope: ['associations/relation.write'],
    method: 'DELETE',
    path: '/associations/relations/{relationId}',
    version: 'v3',
    input: [
      { key: 'relationId', label: 'Relation', type: 'string', in: 'path', required: true },
      { ...locationId, in: 'query' },
    ],
    sample: { input: { relationId: '66f2b7e0e4a5c60013d2e1f7' }, output: sampleRelation },
    risk: 'destroy',
    idempotent: true,
  },
]
