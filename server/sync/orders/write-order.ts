// Writes an order's record in the CRM and associates it with a contact. Idempotent: one record, one association. Stores
// nothing.

import { AppError } from '../../errors.ts'
import type { EffectWrite } from '../../store/progress.ts'
import type { ActionCall } from '../action.ts'
import type { FindHeld } from '../backfill/survey.ts'
import type { Once } from '../once.ts'
import { ORDER_OBJECT, type OrderHome, orderFieldTypes } from './order-object.ts'
import { extraProperties, type Order, orderProperties } from './order-record.ts'

export type CrmRecord = { id: string; properties?: Record<string, unknown> } & Record<string, unknown>

type Written = { record: CrmRecord; outcome: 'created' | 'updated'; isNew: boolean; effects: EffectWrite[] }

/** Whether the CRM answered "not found". */
export const isNotFound = (error: unknown): boolean => error instanceof AppError && error.code === 'crm_not_found'

/** Undefined when the record is gone. */
export const changeRecord = async ({ crm }: ActionCall, recordId: string, properties: Record<string, unknown>) => {
  try {
    const { record } = (await crm('crm.records.update', { objectKey: ORDER_OBJECT, recordId, properties })) as {
      record?: CrmRecord
    }
    return { ...record, id: recordId } as CrmRecord
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** The largest page; search returns at most 10,000 hits. */
const PAGE = 100
const MOST_PAGES = 100

/** The id decides: orders can share a number, and search matches substrings (10 and 100 for 1), latest first. */
const findRecord = async ({ crm }: ActionCall, { id, number }: Order): Promise<CrmRecord | undefined> => {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const input = { objectKey: ORDER_OBJECT, query: number, page, pageLimit: PAGE }
    const { records } = (await crm('crm.records.search', input)) as { records: CrmRecord[] }
    const found = records.find(({ properties }) => properties?.order_id === id)
    if (found || records.length < PAGE) return found
  }
  return undefined
}

/**
 * Updates the linked record, else one found by the order's id (from before a reinstall), else creates one. Throws
 * `crm_not_found` when the account has no place for orders, and what calls throw.
 */
export const createWriteOrder =
  ({ once, findHeld }: { once: Once; findHeld: FindHeld }) =>
  async (
    call: ActionCall,
    {
      order,
      place,
      known,
      isNew,
    }: {
      order: Order
      place: OrderHome
      known: string | null | undefined
      /** No earlier write ended unresolved. */
      isNew: boolean
    },
  ): Promise<Written> => {
    const { locationId, context, crm } = call
    // A field missing when the place was cached may have been added since.
    const isAllKnown = Object.keys(order.extra ?? {}).every((key) => Object.hasOwn(place.types, key))
    const properties = {
      ...extraProperties(order, isAllKnown ? place.types : await orderFieldTypes(crm)),
      ...orderProperties(order, place.primaryKey),
    }
    const found = async (): Promise<string | undefined> => {
      const isSurveyed = context.isBackfill === true && context.isFresh && isNew
      const held = isSurveyed ? await findHeld(locationId, { kind: 'orders', marker: order.id }) : undefined
      return held ? held[0] : (await findRecord(call, order))?.id
    }
    for (const recordId of [known, known ? undefined : await found()]) {
      const record = recordId && (await changeRecord(call, recordId, properties))
      if (record) return { record, outcome: recordId === known ? 'updated' : 'created', isNew: false, effects: [] }
    }
    let record: CrmRecord | undefined
    const { result, effects } = await once({
      locationId,
      context,
      async find() {
        const found = await findRecord(call, order)
        return found && { recordId: found.id }
      },
      async make() {
        const made = (await crm('crm.records.create', { objectKey: ORDER_OBJECT, properties })) as { record: CrmRecord }
        record = made.record
        return { recordId: record.id }
      },
    })
    return {
      record: record ?? { id: result.recordId, properties },
      outcome: 'created',
      isNew: record !== undefined,
      effects,
    }
  }

type Join = {
  associationId: string
  recordId: string
  contactId: string /** Nothing can be joined yet. */
  isNew: boolean
}

/** Associates the record with its contact and removes another contact's association. */
export const joinOrder = async (
  { crm }: ActionCall,
  { associationId, recordId, contactId, isNew }: Join,
): Promise<void> => {
  if (!isNew) {
    const { relations } = (await crm('crm.relations.list', {
      recordId,
      associationIds: [associationId],
      skip: 0,
      limit: 100,
    })) as { relations: { id: string; firstRecordId: string }[] }
    for (const relation of relations.filter(({ firstRecordId }) => firstRecordId !== contactId)) {
      await crm('crm.relations.delete', { relationId: relation.id })
    }
    if (relations.some(({ firstRecordId }) => firstRecordId === contactId)) return
  }
  try {
    await crm('crm.relations.create', { associationId, firstRecordId: contactId, secondRecordId: recordId })
  } catch (error) {
    // Associated by an attempt whose answer was lost.
    if (!(error instanceof AppError && error.code === 'crm_duplicate')) throw error
  }
}
