// `/v1/customers`: lists and batches of customers.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import type { CustomerSearch, SortField } from '../../sync/customers/customer-service.ts'
import { json } from '../reply.ts'
import { BATCH_BODY_BYTES, BATCH_LIMITS, batchBody, batchResults, runBatch } from './batch.ts'
import { callOf, partOf } from './calls.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import { type CustomerDeps, customerFields } from './customers.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { countedPage, cursor, customer, customerInput, customerPart, limit, queryOf, sentMoment } from './schemas.ts'

const SORTS = [
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'email',
  '-email',
  'first_name',
  '-first_name',
  'last_name',
  '-last_name',
] as const

const filters = {
  email: z
    .email({ error: 'Send an e-mail address, like maya.okafor@example.com.' })
    .max(254)
    .optional()
    .meta({ description: 'Exactly this e-mail address.' }),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, { error: 'Send the number in E.164 form, like +14155550132.' })
    .optional()
    .meta({ description: 'Exactly this phone number, in E.164 form.' }),
  tag: z.string().trim().min(1).max(60).optional().meta({ description: 'Has this tag.' }),
  updated_since: sentMoment('Changed at or after this moment.').optional(),
}

const listQuery = queryOf({
  ...filters,
  sort: z.enum(SORTS).default('-created_at').meta({ description: 'The order; a minus turns it round.' }),
  fields: customerFields,
  limit,
  cursor,
})

const body = batchBody({
  id: 'CustomerBatch',
  itemId: 'CustomerInput',
  description: 'Up to 100 customers. A fault of one does not stop the others.',
})

/** Operations on many customers. */
export const customerListRoutes = ({ customers, customersLater, once, publicUrl }: CustomerDeps): OperationRoute[] => {
  const pageOf = async (call: ApiCall, search: Omit<CustomerSearch, 'after'>, cursorText: string | undefined) => {
    const { limit: _size, ...list } = search
    const found = await customers.search(call, { ...search, after: decodeCursor(list, cursorText) })
    return { ...found, next_cursor: found.next && encodeCursor(list, found.next) }
  }

  /** The response that a call with only this item would get. */
  const one = async (call: ApiCall, wish: z.output<typeof customerInput>, isLater: boolean) => {
    if (!isLater) {
      const { outcome, customer: written } = await customers.upsert(call, wish)
      return { status: outcome === 'created' ? 201 : 200, customer: written }
    }
    if (wish.id === undefined) {
      throw new AppError('invalid_body', { errors: [{ pointer: '/id', detail: 'Send an id.' }] })
    }
    return { status: 202, event_id: await customersLater.upsert(call, { ...wish, id: wish.id }) }
  }

  return [
    defineOperation({
      id: 'listCustomers',
      tag: 'Customers',
      summary: 'List customers',
      description: 'Page by page. New and changed customers show up in lists some seconds after the change.',
      method: 'GET',
      path: '/v1/customers',
      scopes: ['customers.read'],
      input: { query: listQuery },
      answers: {
        200: {
          description: 'A page of customers.',
          schema: countedPage(customerPart).meta({ id: 'CustomerPage' }),
        },
      },
      errors: [],
      audit: { none: 'reads only' },
      async handler(call) {
        const { query } = call
        const search = {
          email: query.email?.toLowerCase(),
          phone: query.phone,
          tag: query.tag?.toLowerCase(),
          updatedSince: query.updated_since === undefined ? undefined : new Date(query.updated_since),
          sort: {
            field: query.sort.replace(/^-/, '') as SortField,
            direction: query.sort.startsWith('-') ? ('desc' as const) : ('asc' as const),
          },
          limit: query.limit,
        }
        const { customers: found, total, next_cursor } = await pageOf(callOf(call), search, query.cursor)
        return json({ data: found.map((each) => partOf(each, query.fields)), next_cursor, total })
      },
    }),

    defineOperation({
      id: 'upsertCustomers',
      tag: 'Customers',
      summary: 'Create or update up to 100 customers',
      description: `Each item is processed independently and has its own result. Items of one customer keep their order. ${BATCH_LIMITS}`,
      method: 'POST',
      path: '/v1/customers/batch',
      scopes: ['customers.write'],
      headers: ['Prefer'],
      input: { body },
      bodyLimitBytes: BATCH_BODY_BYTES,
      answers: {
        200: {
          description: 'One result per item, in their order.',
          schema: batchResults('CustomerResults', { customer: customer.optional() }),
        },
      },
      errors: [],
      audit: { none: 'recorded by the actions that make the changes' },
      once,
      handler: (call) =>
        runBatch(call, {
          publicUrl,
          item: customerInput,
          keyOf: ({ id, email, phone }) => id ?? (typeof email === 'string' ? email.toLowerCase() : email) ?? phone,
          one,
        }),
    }),
  ]
}
