// An account's custom fields of contacts and orders: listed live, created on request. An existing field of the same
// name is reused, so that asking twice creates one.

import { AppError } from '../../errors.ts'
import type { CallCrm } from '../action.ts'
import { ORDER_OBJECT, OWN_ORDER_FIELDS } from '../orders/order-object.ts'

/** `target` as in field mappings. */
export type AccountField = { target: string; label: string; type: string; options?: string[]; isCustom: true }

export type NewFieldKind = 'TEXT' | 'LARGE_TEXT' | 'NUMERICAL' | 'MONETORY' | 'PHONE' | 'DATE'

export type FieldOwner = 'contact' | 'order'

/** The CRM's types by our names; other types cannot be mapped. */
const TYPES: Record<string, string> = {
  ...{ TEXT: 'string', LARGE_TEXT: 'textarea', EMAIL: 'string', NUMERICAL: 'numerical', FLOAT: 'numerical' },
  ...{ MONETORY: 'monetary', PHONE: 'phone', DATE: 'date', CHECKBOX: 'multiselect', MULTIPLE_OPTIONS: 'multiselect' },
  ...{ SINGLE_OPTIONS: 'select', RADIO: 'select', TIME: 'string' },
}

type Row = {
  id?: string
  name?: string
  dataType?: string
  fieldKey?: string
  picklistOptions?: unknown[]
  options?: { key?: unknown }[]
}

type Schema = { object: { id: string; primaryDisplayProperty?: string }; fields?: Row[] }

const asField = (target: string, row: Row): AccountField[] => {
  const type = TYPES[row.dataType ?? '']
  if (!type) return []
  const keys = [...(row.picklistOptions ?? []), ...(row.options ?? []).map(({ key }) => key)]
  const options = keys.filter((one) => typeof one === 'string')
  return [{ target, label: row.name ?? target, type, isCustom: true, ...(options.length > 0 ? { options } : {}) }]
}

const isNamed = (name: string) => (row: Row) => row.name?.trim().toLowerCase() === name.trim().toLowerCase()

const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60)

const keyIn = (row: Row): string => (row.fieldKey ?? '').slice(ORDER_OBJECT.length + 1)

const contactFields = (crm: CallCrm) => {
  const target = ({ id }: Row) => `customFields.${id}`
  const read = async (): Promise<Row[]> => {
    const { customFields = [] } = (await crm('crm.custom-fields.list', { model: 'contact' })) as {
      customFields?: Row[]
    }
    return customFields.filter(({ id }) => typeof id === 'string')
  }
  return {
    list: async () => (await read()).flatMap((row) => asField(target(row), row)),
    async create(name: string, dataType: NewFieldKind) {
      const there = (await read()).find(isNamed(name))
      if (there) return { target: target(there), isNew: false }
      const made = (await crm('crm.custom-fields.create', { name, dataType, model: 'contact' })) as { customField: Row }
      return { target: target(made.customField), isNew: true }
    },
  }
}

const orderFields = (crm: CallCrm) => {
  const read = async (): Promise<Schema> =>
    (await crm('crm.objects.get', { objectKey: ORDER_OBJECT, fetchProperties: true })) as Schema
  const theirs = ({ object, fields = [] }: Schema): Row[] =>
    fields.filter((row) => row.fieldKey !== object.primaryDisplayProperty && !OWN_ORDER_FIELDS.has(keyIn(row)))
  return {
    list: async () => theirs(await read()).flatMap((row) => asField(`properties.${keyIn(row)}`, row)),
    async create(name: string, dataType: NewFieldKind) {
      const schema = await read()
      const there = theirs(schema).find(isNamed(name))
      if (there) return { target: `properties.${keyIn(there)}`, isNew: false }
      const key = slug(name)
      const isTaken = (schema.fields ?? []).some((row) => keyIn(row) === key)
      if (key === '' || isTaken) throw new AppError('invalid_request', { detail: 'Choose another name for the field.' })
      const fieldKey = `${ORDER_OBJECT}.${key}`
      const input = { objectKey: ORDER_OBJECT, name, fieldKey, dataType, parentId: schema.object.id, showInForms: true }
      await crm('crm.object-fields.create', input)
      return { target: `properties.${key}`, isNew: true }
    },
  }
}

/** Both throw what calls throw; `crm_not_found` while the account has no place for orders. */
export const createAccountFields = ({ crm }: { crm(locationId: string): CallCrm }) => {
  const of = (locationId: string, owner: FieldOwner) =>
    owner === 'contact' ? contactFields(crm(locationId)) : orderFields(crm(locationId))
  return {
    list: (locationId: string, owner: FieldOwner): Promise<AccountField[]> => of(locationId, owner).list(),
    /** Returns the field's mapping target, and whether it was created now. */
    create: (
      locationId: string,
      owner: FieldOwner,
      { name, kind }: { name: string; kind: NewFieldKind },
    ): Promise<{ target: string; isNew: boolean }> => of(locationId, owner).create(name, kind),
  }
}

export type AccountFields = ReturnType<typeof createAccountFields>
