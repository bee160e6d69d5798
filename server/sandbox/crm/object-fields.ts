// /custom-fields: fields of custom objects and businesses ("V2"). Those of contacts are custom-fields.ts.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { OBJECT_DATA_TYPES, type ObjectField } from './object-rows.ts'
import { schemaOf } from './objects.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { Refusal, unprocessable } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { optional, required } from './validation.ts'

const settings = {
  locationId: required,
  name: optional,
  description: optional,
  placeholder: optional,
  showInForms: z.boolean(),
  options: z.array(z.strictObject({ key: required, label: required, url: optional })).optional(),
  acceptedFormats: z
    .enum(['.pdf', '.docx', '.doc', '.jpg', '.jpeg', '.png', '.gif', '.csv', '.xlsx', '.xls', 'all'])
    .optional(),
  maxFileLimit: z.number().optional(),
}

const byBody = { location: ({ body }: { body: { locationId: string } }) => body.locationId }

type Parts = { state: State; now: () => Date }

/** The custom field endpoints of objects. */
export const objectFieldOperations = ({ state, now }: Parts): AnyOperation[] => {
  const shared = { ...forLocation, refusesForeignWith401: true }
  const read = { ...shared, scopes: ['locations/customFields.readonly'] }
  const write = { ...shared, scopes: ['locations/customFields.write'] }
  const own = (grant: Grant, id: string | undefined): ObjectField =>
    ownRow({ state, table: state.objectFields, grant, id, what: 'Custom field', refusesForeignWith401: true })
  const ownFolder = (grant: Grant, id: string | undefined) =>
    ownRow({ state, table: state.fieldFolders, grant, id, what: 'Folder', refusesForeignWith401: true })

  /** A folder's id by the page; the id of the object itself by integrations that work. */
  const checkParent = (locationId: string, objectKey: string, parentId: string): void => {
    const folder = state.fieldFolders.get(parentId)
    if (folder?.locationId === locationId && folder.objectKey === objectKey) return
    if (schemaOf(state, locationId, objectKey).id !== parentId) throw unprocessable('parentId is invalid')
  }

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/custom-fields',
      body: z.strictObject({
        ...settings,
        dataType: z.enum(OBJECT_DATA_TYPES),
        fieldKey: required,
        objectKey: required,
        allowCustomOption: z.boolean().optional(),
        parentId: required,
      }),
      status: 201,
      handle({ body }) {
        const { locationId, objectKey, fieldKey } = body
        const schema = schemaOf(state, locationId, objectKey)
        if (schema.standard && schema.key !== 'business') throw new Refusal(400, 'Object is not supported')
        if (!fieldKey.startsWith(`${schema.key}.`)) throw unprocessable(`fieldKey must start with ${schema.key}.`)
        checkParent(locationId, objectKey, body.parentId)
        if (state.objectFields.first('key', `${locationId} ${fieldKey}`)) {
          throw new Refusal(400, `Field ${fieldKey} already exists`)
        }
        const needsOptions = ['SINGLE_OPTIONS', 'MULTIPLE_OPTIONS', 'RADIO', 'CHECKBOX', 'TEXTBOX_LIST']
        if (needsOptions.includes(body.dataType) && !body.options?.length) {
          throw unprocessable('options should not be empty')
        }
        const at = now().toISOString()
        state.count('objectFields.created')
        return { field: state.objectFields.put({ ...body, id: newDocumentId(), dateAdded: at, dateUpdated: at }) }
      },
    }),
    operation({
      ...read,
      method: 'GET',
      path: '/custom-fields/object-key/:objectKey',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle({ params, query: { locationId } }) {
        const { key } = schemaOf(state, locationId, params.objectKey)
        const owner = `${locationId} ${key}`
        return { fields: state.objectFields.by('object', owner), folders: state.fieldFolders.by('object', owner) }
      },
    }),
    operation({
      ...read,
      method: 'GET',
      path: '/custom-fields/:id',
      handle: ({ params, grant }) => ({ field: own(grant, params.id) }),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'PUT',
      path: '/custom-fields/:id',
      body: z.strictObject(settings),
      handle({ params, grant, body }) {
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
        const field = { ...own(grant, params.id), ...given, dateUpdated: now().toISOString() }
        return { field: state.objectFields.put(field) }
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/custom-fields/:id',
      handle({ params, grant }) {
        const field = own(grant, params.id)
        state.objectFields.delete(field.id)
        return { succeded: true, id: field.id, key: field.fieldKey }
      },
    }),
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/custom-fields/folder',
      body: z.strictObject({ objectKey: required, name: required, locationId: required }),
      status: 201,
      handle({ body }) {
        schemaOf(state, body.locationId, body.objectKey)
        return state.fieldFolders.put({ ...body, id: newDocumentId() })
      },
    }),
    operation({
      ...write,
      ...byBody,
      method: 'PUT',
      path: '/custom-fields/folder/:id',
      body: z.strictObject({ name: required, locationId: required }),
      handle: ({ params, grant, body }) => state.fieldFolders.put({ ...ownFolder(grant, params.id), name: body.name }),
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/custom-fields/folder/:id',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle({ params, grant }) {
        const folder = ownFolder(grant, params.id)
        state.fieldFolders.delete(folder.id)
        return { succeded: true, id: folder.id, key: folder.name }
      },
    }),
  ]
}
