// An account's place for orders: the custom object `rankr_orders` with our fields, and its association with contacts.
// Only a company's token can create the object; fields and association are created with the account's own. PLATFORM:
// POST /objects/ needs agency access; the other properties are added through /custom-fields/.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { CallCrm } from '../action.ts'
import type { InWords } from '../note-once.ts'

export const ORDER_OBJECT = 'custom_objects.rankr_orders'
const ASSOCIATION = 'contact_rankr_orders'

/** Besides the first field, whose key an administrator may have chosen. */
const FIELDS = [
  ['number', 'Order number', 'TEXT'],
  ['order_id', 'Order in Rankr', 'TEXT'],
  ['status', 'Status', 'TEXT'],
  ['total', 'Total', 'NUMERICAL'],
  ['currency', 'Currency', 'TEXT'],
  ['placed_on', 'Placed on', 'DATE'],
  ['items', 'Items', 'LARGE_TEXT'],
  ['items_json', 'Items as data', 'LARGE_TEXT'],
  ['customer_id', 'Customer in Rankr', 'TEXT'],
  ['refunded_total', 'Paid back', 'NUMERICAL'],
] as const

export type OrderHome = {
  associationId: string
  /** Key of the first field, without the object's part. */
  primaryKey: string
  /** Types of its fields, by key without the object's part. */
  types: Readonly<Record<string, string>>
}

/** Our own fields; an account cannot map others onto them. */
export const OWN_ORDER_FIELDS: ReadonlySet<string> = new Set(FIELDS.map(([key]) => key))

const typesOf = ({ fields = [] }: Pick<Schema, 'fields'>): Record<string, string> =>
  Object.fromEntries(fields.map(({ fieldKey, dataType = '' }) => [fieldKey.slice(ORDER_OBJECT.length + 1), dataType]))

/** Current types of the object's fields. */
export const orderFieldTypes = async (crm: CallCrm): Promise<Record<string, string>> =>
  typesOf((await crm('crm.objects.get', { objectKey: ORDER_OBJECT, fetchProperties: true })) as Schema)

type Deps = {
  /** Calls a CRM action; returns its output. */
  call(locationId: string, actionId: string, input: Record<string, unknown>): Promise<unknown>
  /** Whether the company that manages the account has the app, so that its token is available. */
  hasCompany(locationId: string): Promise<boolean>
  /** Used to name what is created; it is found by its keys. */
  inWords: InWords
}

type Schema = {
  object: { id: string; primaryDisplayProperty?: string }
  fields?: { fieldKey: string; dataType?: string }[]
}

const unless = async <Value>(codes: ErrorCode[], work: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError && codes.includes(error.code)) return undefined
    throw error
  }
}

export type PrepareOrders = ReturnType<typeof createPrepareOrders>

/**
 * Finds the place for orders and creates what is missing. Undefined when the object does not exist and cannot be
 * created. Safe to run concurrently: adopts what another process has just created. Throws what calls throw.
 */
export const createPrepareOrders = ({ call, hasCompany, inWords }: Deps) => {
  const named = (locationId: string, name: string): Promise<string> => inWords(locationId, name, 'us')

  const read = async (locationId: string): Promise<Schema | undefined> => {
    const input = { objectKey: ORDER_OBJECT, fetchProperties: true }
    return (await unless(['crm_not_found'], call(locationId, 'crm.objects.get', input))) as Schema | undefined
  }

  const make = async (locationId: string): Promise<Schema | undefined> => {
    if (!(await hasCompany(locationId))) return undefined
    const [singular, plural, description, number] = await Promise.all(
      ['Order', 'Orders', 'Orders of Rankr', 'Order number'].map((name) => named(locationId, name)),
    )
    await unless(
      ['crm_rejected', 'crm_duplicate', 'crm_scope_missing', 'crm_unauthorized', 'not_installed', 'reconnect_needed'],
      call(locationId, 'crm.objects.create', {
        labels: { singular, plural },
        key: ORDER_OBJECT,
        description,
        primaryDisplayPropertyDetails: { key: `${ORDER_OBJECT}.number`, name: number, dataType: 'TEXT' },
      }),
    )
    return await read(locationId)
  }

  const addFields = async (locationId: string, { object, fields = [] }: Schema): Promise<void> => {
    const there = new Set(fields.map(({ fieldKey }) => fieldKey))
    for (const [key, english, dataType] of FIELDS) {
      const fieldKey = `${ORDER_OBJECT}.${key}`
      if (there.has(fieldKey)) continue
      const name = await named(locationId, english)
      const input = { objectKey: ORDER_OBJECT, name, fieldKey, dataType, parentId: object.id, showInForms: true }
      // Refused when another process was faster; a field that is really missing shows when a record is written.
      await unless(['crm_rejected', 'crm_duplicate'], call(locationId, 'crm.object-fields.create', input))
    }
  }

  const associationIn = async (locationId: string): Promise<string> => {
    const find = async () =>
      (await unless(['crm_not_found'], call(locationId, 'crm.associations.get-by-key', { key: ASSOCIATION }))) as
        | { id: string }
        | undefined
    const found = await find()
    if (found) return found.id
    const made = (await unless(
      ['crm_rejected', 'crm_duplicate'],
      call(locationId, 'crm.associations.create', {
        key: ASSOCIATION,
        firstObjectLabel: await named(locationId, 'Customer'),
        firstObjectKey: 'contact',
        secondObjectLabel: await named(locationId, 'Order'),
        secondObjectKey: ORDER_OBJECT,
      }),
    )) as { id: string } | undefined
    const { id } = made ?? (await find()) ?? {}
    if (!id) throw new AppError('crm_rejected', { detail: 'The orders could not be joined to contacts.' })
    return id
  }

  return async (locationId: string): Promise<OrderHome | undefined> => {
    const schema = (await read(locationId)) ?? (await make(locationId))
    if (!schema) return undefined
    await addFields(locationId, schema)
    const { primaryDisplayProperty = `${ORDER_OBJECT}.number` } = schema.object
    return {
      associationId: await associationIn(locationId),
      primaryKey: primaryDisplayProperty.slice(ORDER_OBJECT.length + 1),
      types: typesOf(schema),
    }
  }
}
