// Custom fields of contacts and opportunities, which hang under the location. Those of objects are object-fields.ts.

import { z } from 'zod'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound, Refusal } from './refusal.ts'
import type { CustomField, Grant } from './rows.ts'
import type { State } from './state.ts'
import { optional, required, texts } from './validation.ts'

const DATA_TYPES = [
  ...['TEXT', 'LARGE_TEXT', 'NUMERICAL', 'PHONE', 'MONETORY', 'CHECKBOX', 'SINGLE_OPTIONS', 'MULTIPLE_OPTIONS'],
  ...['FLOAT', 'TIME', 'DATE', 'TEXTBOX_LIST', 'FILE_UPLOAD', 'SIGNATURE', 'RADIO', 'EMAIL'],
] as const

const settings = {
  placeholder: optional,
  acceptedFormat: texts.optional(),
  isMultipleFile: z.boolean().optional(),
  maxNumberOfFiles: z.number().optional(),
  textBoxListOptions: z.array(z.strictObject({ label: optional, prefillValue: optional })).optional(),
  position: z.number().optional(),
  model: z.enum(['contact', 'opportunity']).optional(),
}

/** "Preferred time" as preferred_time. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

const ALL = '/locations/:locationId/customFields'
const ONE = `${ALL}/:id`

/** The custom field endpoints of a location. */
export const customFieldOperations = ({ state }: { state: State }): AnyOperation[] => {
  const shared = {
    ...forLocation,
    location: ({ params }: { params: Record<string, string> }) => params.locationId,
  }
  const read = { ...shared, scopes: ['locations/customFields.readonly'] }
  const write = { ...shared, scopes: ['locations/customFields.write'] }

  const own = (grant: Grant, { locationId, id }: Record<string, string>): CustomField => {
    const field = ownRow({ state, table: state.customFields, grant, id, what: 'Custom field' })
    if (field.locationId !== locationId) throw notFound('Custom field')
    return field
  }

  return [
    operation({
      ...read,
      method: 'GET',
      path: ALL,
      query: z.strictObject({ model: z.enum(['contact', 'opportunity', 'all']).optional() }),
      handle({ params, query: { model = 'contact' } }) {
        const all = state.customFields.by('location', params.locationId!)
        return { customFields: all.filter((field) => model === 'all' || field.model === model) }
      },
    }),
    operation({
      ...write,
      method: 'POST',
      path: ALL,
      body: z.strictObject({ ...settings, name: required, dataType: z.enum(DATA_TYPES) }),
      status: 201,
      handle({ params, body }) {
        const locationId = params.locationId!
        const model = body.model ?? 'contact'
        const fieldKey = `${model}.${slug(body.name)}`
        if (state.customFields.first('key', `${locationId} ${fieldKey}`)) {
          throw new Refusal(400, `${fieldKey} already exists.`)
        }
        const { name, dataType, placeholder, position = 0, textBoxListOptions } = body
        const picklistOptions = textBoxListOptions?.flatMap(({ label }) => label ?? [])
        state.count('customFields.created')
        return {
          customField: state.customFields.put({
            ...{ id: newCrmId(), locationId, name, fieldKey, dataType, model, position, placeholder },
            ...(picklistOptions && { picklistOptions }),
          }),
        }
      },
    }),
    operation({
      ...read,
      method: 'GET',
      path: ONE,
      handle: ({ params, grant }) => ({ customField: own(grant, params) }),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: ONE,
      body: z.strictObject({ ...settings, name: required }),
      handle({ params, grant, body }) {
        const field = own(grant, params)
        const { name, placeholder = field.placeholder, position = field.position } = body
        return { customField: state.customFields.put({ ...field, name, placeholder, position }) }
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: ONE,
      handle({ params, grant }) {
        state.customFields.delete(own(grant, params).id)
        return { succeded: true }
      },
    }),
  ]
}
