// `/v1/orders`: one order. Lists and batches have their own file.

import { z } from 'zod'
import type { OrderLater } from '../../sync/orders/order-later.ts'
import type { OrderService } from '../../sync/orders/order-service.ts'
import type { ShownOrder } from '../../sync/orders/order-shown.ts'
import { ACCEPTED, acceptedReply, BY_ACTION, callOf, createSingle, fieldsOf, ifMatchOf, wantsLater } from './calls.ts'
import type { Once } from './once.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { ORDER_FIELDS, order, orderChanges, orderId, orderInput, orderPart } from './order-schemas.ts'
import { queryOf } from './schemas.ts'

/** Dependencies of the order operations. */
export type OrderDeps = {
  orders: OrderService
  ordersLater: OrderLater
  once: Once
  publicUrl: string
}

const params = z.object({ id: orderId })

/** The query parameter `fields` of orders. */
export const orderFields = fieldsOf(ORDER_FIELDS, 'order_id,status,total')

const AS_IT_IS = { description: 'The order as it is now.', schema: order, hasEtag: true }

/** Operations on one order. They throw the errors of the service, translated for API callers (translate.ts). */
export const orderRoutes = ({ orders, ordersLater, once, publicUrl }: OrderDeps): OperationRoute[] => {
  const { found, created, part } = createSingle<ShownOrder>({
    etagOf: orders.etagOf,
    addressOf: ({ order_id }) => `${publicUrl}/v1/orders/${encodeURIComponent(order_id)}`,
  })

  /** Settings shared by the operations on one order. */
  const ofOne = {
    tag: 'Orders' as const,
    scopes: ['orders.write' as const],
    headers: ['If-Match' as const, 'Prefer' as const],
    answers: { 200: AS_IT_IS, 202: ACCEPTED },
    audit: BY_ACTION,
    once,
  }

  return [
    defineOperation({
      id: 'upsertOrder',
      tag: 'Orders',
      summary: 'Create or update an order',
      description:
        'Finds the order by id; changes it when there is one, creates it on the contact of its customer otherwise. The whole order is sent: without line_items it has none; PATCH changes single members. Where the account has no place for orders yet, it is kept as a note on the contact (state: waiting) and moved later.',
      method: 'POST',
      path: '/v1/orders',
      scopes: ['orders.write'],
      headers: ['Prefer'],
      input: { body: orderInput },
      answers: {
        200: { description: 'The order was there and has been changed.', schema: order, hasEtag: true },
        201: { description: 'The order was created.', schema: order, hasEtag: true },
        202: ACCEPTED,
      },
      errors: ['customer_missing', 'record_busy', 'crm_rejected'],
      audit: BY_ACTION,
      once,
      async handler(call) {
        if (wantsLater(call)) return acceptedReply(publicUrl, await ordersLater.upsert(callOf(call), call.body))
        const { isNew, order: written } = await orders.upsert(callOf(call), call.body)
        return isNew ? created(written) : found(written)
      },
    }),

    defineOperation({
      id: 'getOrder',
      tag: 'Orders',
      summary: 'Read an order',
      description: 'As it is in the CRM now. The ETag goes into If-Match of a change that must not overwrite another.',
      method: 'GET',
      path: '/v1/orders/:id',
      scopes: ['orders.read'],
      input: { params, query: queryOf({ fields: orderFields }) },
      answers: { 200: { description: 'The order.', schema: orderPart, hasEtag: true } },
      errors: ['not_found'],
      audit: { none: 'reads only' },
      async handler(call) {
        return part(await orders.get(callOf(call), call.params.id), call.query.fields)
      },
    }),

    defineOperation({
      ...ofOne,
      id: 'changeOrder',
      summary: 'Change an order',
      description: 'Changes the members that were sent. With If-Match only when nobody has changed it since.',
      method: 'PATCH',
      path: '/v1/orders/:id',
      input: { params, body: orderChanges },
      errors: ['not_found', 'precondition_failed', 'customer_missing', 'record_busy', 'crm_rejected'],
      async handler(call) {
        const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
        if (!wantsLater(call)) return found(await orders.change(of, id, { ...call.body, ifMatch }))
        // An asynchronous change needs a record that exists now and matches the caller's ETag.
        await orders.expect(of, id, { ...call.body, ifMatch })
        return acceptedReply(publicUrl, await ordersLater.change(of, id, call.body))
      },
    }),

    defineOperation({
      ...ofOne,
      id: 'deleteOrder',
      summary: 'Cancel an order',
      description: 'Orders are not deleted: this sets the status to cancelled. One that is cancelled is left alone.',
      method: 'DELETE',
      path: '/v1/orders/:id',
      input: { params },
      errors: ['not_found', 'precondition_failed', 'customer_missing', 'record_busy', 'crm_rejected'],
      async handler(call) {
        const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
        if (!wantsLater(call)) return found(await orders.cancel(of, id, ifMatch))
        await orders.expect(of, id, { ifMatch })
        return acceptedReply(publicUrl, await ordersLater.cancel(of, id))
      },
    }),
  ]
}
