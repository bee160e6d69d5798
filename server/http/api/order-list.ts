// `/v1/orders`: lists and batches of orders.

import { z } from 'zod'
import { json } from '../reply.ts'
import { BATCH_BODY_BYTES, BATCH_LIMITS, batchBody, batchResults, runBatch } from './batch.ts'
import { callOf, partOf } from './calls.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { order, orderId, orderInput, orderPart } from './order-schemas.ts'
import { type OrderDeps, orderFields } from './orders.ts'
import { countedPage, cursor, customerId, limit, queryOf } from './schemas.ts'

const listQuery = queryOf({
  number: z
    .string()
    .trim()
    .min(1)
    .max(75)
    .optional()
    .meta({ description: 'Only with this number, exactly.', example: '2026-5521' }),
  status: z.string().trim().min(1).max(60).optional().meta({ description: 'Only with this status.', example: 'paid' }),
  customer_id: customerId.optional().meta({ description: 'Only of this customer.' }),
  sort: z
    .enum(['created_at', '-created_at', 'updated_at', '-updated_at'])
    .default('-created_at')
    .meta({ description: 'The order; a minus turns it round.' }),
  fields: orderFields,
  limit,
  cursor,
})

const body = batchBody({
  id: 'OrderBatch',
  itemId: 'OrderInput',
  description: 'Up to 100 orders. A fault of one does not stop the others.',
})

/** Operations on many orders. */
export const orderListRoutes = ({ orders, ordersLater, once, publicUrl }: OrderDeps): OperationRoute[] => [
  defineOperation({
    id: 'listOrders',
    tag: 'Orders',
    summary: 'List orders',
    description:
      'Page by page; those that wait for their place are not among them. New and changed orders show up in lists some seconds after the change.',
    method: 'GET',
    path: '/v1/orders',
    scopes: ['orders.read'],
    input: { query: listQuery },
    answers: {
      200: {
        description: 'A page of orders.',
        schema: countedPage(orderPart).meta({ id: 'OrderPage' }),
      },
    },
    errors: ['crm_rejected', 'order_place_missing'],
    audit: { none: 'reads only' },
    async handler(call) {
      const { number, status, customer_id: customer, sort: by, fields, limit: size, cursor: from } = call.query
      const sort = {
        field: by.endsWith('created_at') ? ('created_at' as const) : ('updated_at' as const),
        direction: by.startsWith('-') ? ('desc' as const) : ('asc' as const),
      }
      const list = { number, status, customerId: customer, sort }
      const found = await orders.search(callOf(call), { ...list, limit: size, after: decodeCursor(list, from) })
      return json({
        data: found.orders.map((each) => partOf(each, fields)),
        next_cursor: found.next && encodeCursor(list, found.next),
        total: found.total,
      })
    },
  }),

  defineOperation({
    id: 'upsertOrders',
    tag: 'Orders',
    summary: 'Create or update up to 100 orders',
    description: `Each item is processed independently and has its own result. Items of one order keep their order. ${BATCH_LIMITS}`,
    method: 'POST',
    path: '/v1/orders/batch',
    scopes: ['orders.write'],
    headers: ['Prefer'],
    input: { body },
    bodyLimitBytes: BATCH_BODY_BYTES,
    answers: {
      200: {
        description: 'One result per item, in their order.',
        schema: batchResults('OrderResults', { order: order.optional() }),
      },
    },
    errors: [],
    audit: { none: 'recorded by the actions that make the changes' },
    once,
    handler: (call) =>
      runBatch(call, {
        publicUrl,
        item: orderInput,
        keyOf: ({ order_id }) => (orderId.safeParse(order_id).success ? order_id : undefined),
        async one(of, wish, isLater) {
          if (isLater) return { status: 202, event_id: await ordersLater.upsert(of, wish) }
          const { isNew, order: written } = await orders.upsert(of, wish)
          return { status: isNew ? 201 : 200, order: written }
        },
      }),
  }),
]
