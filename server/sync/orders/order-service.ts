// Orders for our API: each call runs an own catalog action synchronously and stores its links and audit entries as a
// workflow would. Knows no HTTP.

import { AppError, type ErrorCode } from '../../errors.ts'
import { expectEtag } from '../../etag.ts'
import type { Link, Links } from '../../store/links.ts'
import type { ProgressItem } from '../../store/progress.ts'
import type { RunAction } from '../actions.ts'
import { type ApiCall, createApiActions, isOneOf, NOT_THEIRS } from '../api-actions.ts'
import { createContactBehind } from '../customers/contact-behind.ts'
import { demandExact } from '../money.ts'
import { ORDER_OBJECT } from './order-object.ts'
import {
  type OrderRecord,
  type OrderWish,
  orderEtag,
  orderInput,
  orderOfRecord,
  orderThatWaits,
  type ShownOrder,
} from './order-shown.ts'
import type { OrderLinkData } from './orders.ts'

export type OrderSearch = {
  /** Exact match. */
  number?: string | undefined
  status?: string | undefined
  customerId?: string | undefined
  /** Words of an order's number. */
  text?: string | undefined
  sort?: { field: 'created_at' | 'updated_at'; direction: 'asc' | 'desc' } | undefined
  limit: number
  /** Cursor from the previous page. */
  after?: unknown[] | undefined
}

type Deps = {
  runAction: RunAction
  links: Pick<Links, 'find' | 'byCrmIds'>
  progress: { write(item: ProgressItem): Promise<void> }
}

const RECORD_ID = /^[A-Za-z0-9]{20,24}$/
const SORTS = { created_at: 'createdAt', updated_at: 'updatedAt' } as const
const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_not_found'])
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_scope_missing', 'crm_not_found', 'crm_rejected'])
const CANCELLED = 'cancelled'

const unknown = (): AppError => new AppError('not_found', { detail: 'There is no order with this id.' })

const dataOf = (link: Link | undefined): OrderLinkData => (link?.data ?? {}) as OrderLinkData

export type OrderService = ReturnType<typeof createOrderService>

/**
 * All methods throw what the actions throw, `not_found` for an id that does not belong to the location, and
 * `precondition_failed` when `ifMatch` is not the order's current ETag.
 */
export const createOrderService = ({ runAction, links, progress }: Deps) => {
  const { act, change } = createApiActions({ runAction, progress })
  const contactBehind = createContactBehind({ links })

  const readRecord = async (call: ApiCall, recordId: string): Promise<OrderRecord> => {
    try {
      const { output } = await act(call, 'crm.records.get', { objectKey: ORDER_OBJECT, recordId })
      const record = output.record as OrderRecord | undefined
      if (record?.id) return record
    } catch (error) {
      if (!isOneOf(error, NOT_THEIRS)) throw error
    }
    throw unknown()
  }

  const read = async (call: ApiCall, id: string): Promise<ShownOrder> => {
    const link = await links.find(call.locationId, 'order', id)
    const { contactId = null, waiting } = dataOf(link)
    if (link?.state === 'pending' && waiting) return orderThatWaits({ orderId: id, contactId }, waiting)
    const recordId = link?.state === 'linked' ? link.crmId : !link && RECORD_ID.test(id) ? id : null
    if (!recordId) throw unknown()
    return orderOfRecord({ orderId: id, contactId }, await readRecord(call, recordId))
  }

  /** Links an order addressed only by its record's id. */
  const expected = async (call: ApiCall, id: string, ifMatch: string | undefined): Promise<ShownOrder> => {
    const current = await read(call, id)
    expectEtag(orderEtag(current), ifMatch)
    if (current.links.record_id === id && !(await links.find(call.locationId, 'order', id))) {
      await progress.write({
        locationId: call.locationId,
        links: [{ kind: 'order', rankrId: id, crmId: id, state: 'linked', data: {} }],
      })
    }
    return current
  }

  const inputOf = async ({ locationId }: ApiCall, id: string, wish: OrderWish): Promise<Record<string, unknown>> => {
    if (wish.total !== undefined && wish.currency !== undefined) demandExact(wish.total, wish.currency, '/total')
    const contactId = wish.customer_id && (await contactBehind(locationId, wish.customer_id))
    return { ...orderInput(id, wish), ...(contactId ? { contactId } : {}) }
  }

  /** Includes the unchanged fields: an amount may not fit another currency. */
  const demandExactChange = (current: ShownOrder, changes: OrderWish): void => {
    if (changes.total === undefined && changes.currency === undefined) return
    const [total, currency] = [changes.total ?? current.total, changes.currency ?? current.currency]
    const pointer = changes.total === undefined ? '/currency' : '/total'
    if (typeof total === 'number' && currency) demandExact(total, currency, pointer)
  }

  const missing = (cause: unknown, detail: string): AppError =>
    new AppError('customer_missing', { cause, detail, errors: [{ pointer: '/customer_id', detail }] })

  const write = async (
    call: ApiCall,
    id: string,
    { actionId, wish }: { actionId: 'app.orders.upsert' | 'app.orders.change'; wish: OrderWish },
  ) => {
    const input = await inputOf(call, id, wish)
    try {
      const { output, record } = await change(call, actionId, input)
      const contactId = typeof output.contactId === 'string' ? output.contactId : null
      const order = record ? orderOfRecord({ orderId: id, contactId }, record as OrderRecord) : await read(call, id)
      return { isNew: output.outcome === 'created' || output.isNew === true, order }
    } catch (error) {
      if (actionId === 'app.orders.change' && isOneOf(error, GONE)) throw unknown()
      if (error instanceof AppError && error.code === 'customer_missing') throw missing(error, error.detail)
      // A contact of another account is refused, not unknown.
      const isGuess = input.contactId !== undefined && input.contactId === wish.customer_id
      if (isGuess && isOneOf(error, REFUSED)) throw missing(error, `There is no customer ${wish.customer_id}.`)
      throw error
    }
  }

  const changeOne = async (call: ApiCall, id: string, wish: OrderWish): Promise<ShownOrder> =>
    (await write(call, id, { actionId: 'app.orders.change', wish })).order

  return {
    etagOf: orderEtag,

    /** Matched by id; created when there is none. */
    upsert: (call: ApiCall, { order_id, ...wish }: OrderWish & { order_id: string }) =>
      write(call, order_id, { actionId: 'app.orders.upsert', wish }),

    get: read,

    /** Throws unless the order exists unchanged since the caller read it and can be changed this way. */
    async expect(call: ApiCall, id: string, { ifMatch, ...changes }: OrderWish & { ifMatch?: string | undefined }) {
      demandExactChange(await expected(call, id, ifMatch), changes)
    },

    /** Omitted fields stay as they are. */
    async change(call: ApiCall, id: string, { ifMatch, ...changes }: OrderWish & { ifMatch?: string | undefined }) {
      demandExactChange(await expected(call, id, ifMatch), changes)
      return await changeOne(call, id, changes)
    },

    /** Does nothing when it is cancelled already. */
    async cancel(call: ApiCall, id: string, ifMatch?: string): Promise<ShownOrder> {
      const current = await expected(call, id, ifMatch)
      return current.status === CANCELLED ? current : await changeOne(call, id, { status: CANCELLED })
    },

    /** The actions' inputs, for calls that are carried out later. */
    inputs: {
      upsert: (call: ApiCall, { order_id, ...wish }: OrderWish & { order_id: string }) => inputOf(call, order_id, wish),
      change: inputOf,
      cancel: (call: ApiCall, id: string) => inputOf(call, id, { status: CANCELLED }),
    },

    /**
     * A page of orders that have a record; `next` is the cursor of the following one. Throws `order_place_missing`
     * while the account has no place for orders.
     */
    async search(
      call: ApiCall,
      { number, status, customerId, text, sort, limit, after }: OrderSearch,
    ): Promise<{ orders: ShownOrder[]; total: number; next: unknown[] | null }> {
      const filters = [
        number !== undefined && { field: 'properties.number', operator: 'eq', value: number },
        status !== undefined && { field: 'properties.status', operator: 'eq', value: status },
        customerId !== undefined && { field: 'properties.customer_id', operator: 'eq', value: customerId },
      ].filter(Boolean)
      const { field, direction } = sort ?? { field: 'created_at' as const, direction: 'desc' as const }
      const input = {
        objectKey: ORDER_OBJECT,
        page: 1,
        pageLimit: limit,
        sort: [{ field: SORTS[field], direction }],
        ...(filters.length > 0 ? { filters } : {}),
        ...(text ? { query: text } : {}),
        ...(after ? { searchAfter: after } : {}),
      }
      const { output } = await act(call, 'crm.records.search', input).catch((error: unknown) => {
        throw isOneOf(error, GONE) ? new AppError('order_place_missing', { cause: error }) : error
      })
      const { records = [], total = 0 } = output as {
        records?: (OrderRecord & { searchAfter?: unknown[] })[]
        total?: number
      }
      const recordIds = records.map(({ id }) => id)
      const known = await links.byCrmIds(call.locationId, 'order', recordIds)
      return {
        orders: records.map((record) => {
          const link = known.get(record.id)
          return orderOfRecord(
            { orderId: link?.rankrId ?? record.id, contactId: dataOf(link).contactId ?? null },
            record,
          )
        }),
        total,
        next: (records.length === limit && records.at(-1)?.searchAfter) || null,
      }
    },
  }
}
