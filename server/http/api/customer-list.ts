// Several customers at once: lists, search, and batches.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError, asAppError } from '../../errors.ts'
import { derivedId } from '../../ids.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import type { CustomerSearch, SortField } from '../../sync/customer-book.ts'
import { problemOf } from '../problem.ts'
import { json } from '../reply.ts'
import { type CustomerDeps, callOf, fields, partOf, wantsLater } from './customers.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { cursor, customer, customerInput, customerPart, limit, page, problem } from './schemas.ts'
import { translated } from './translate.ts'

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
  email: z.email().max(254).optional().meta({ description: 'Exactly this e-mail address.' }),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional()
    .meta({ description: 'Exactly this phone number, in E.164 form.' }),
  tag: z.string().trim().min(1).max(60).optional().meta({ description: 'Has this tag.' }),
  updatedSince: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Changed at or after this moment.', example: '2026-03-01T00:00:00Z' }),
}

const listQuery = z.object({
  ...filters,
  sort: z.enum(SORTS).default('-created_at').meta({ description: 'The order; a minus turns it round.' }),
  fields,
  limit,
  cursor,
})

const MOST_ITEMS = 100
const AT_ONCE = 4

const batchBody = z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST_ITEMS) }).meta({
  id: 'CustomerBatch',
  description: 'Up to 100 customers. A fault of one does not stop the others.',
  override: {
    properties: {
      items: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_ITEMS,
        items: { $ref: '#/components/schemas/CustomerInput' },
      },
    },
  },
})

const result = z.object({
  index: z.int().meta({ description: 'The place in items, from 0.' }),
  status: z.int().meta({ description: 'What the call for this item alone would have answered.' }),
  customer: customer.optional(),
  event_id: z.uuid().optional(),
  error: problem.optional(),
})

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12)

const cursorSchema = z.tuple([z.string(), z.array(z.union([z.string(), z.number(), z.null()])).min(1)])

/** A cursor names the list that it is of: with other filters it would skip and repeat records. */
const encode = (list: unknown, after: unknown[]): string =>
  Buffer.from(JSON.stringify([digest(list), after])).toString('base64url')

const decode = (list: unknown, text: string | undefined): unknown[] | undefined => {
  if (text === undefined) return undefined
  try {
    const [name, after] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    if (name === digest(list)) return after
  } catch {
    // Not one of ours; refused below.
  }
  const detail = 'Send the next_cursor of the page before, with the same filters and order.'
  throw new AppError('invalid_request', { errors: [{ pointer: '/cursor', detail }] })
}

/** Runs `work` for each group, so many groups at once, each group's items one after the other. */
const inLanes = async <T>(groups: T[][], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...groups]
  const lane = async (): Promise<void> => {
    for (let group = waiting.shift(); group; group = waiting.shift()) for (const item of group) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

export const customerListRoutes = ({ customers, later, once, publicUrl }: CustomerDeps): OperationRoute[] => {
  const pageOf = async (call: ApiCall, search: Omit<CustomerSearch, 'after'>, cursorText: string | undefined) => {
    const { limit: _size, ...list } = search
    const found = await customers.search(call, { ...search, after: decode(list, cursorText) })
    return { ...found, next_cursor: found.next && encode(list, found.next) }
  }

  /** What the call for one item alone would answer. */
  const one = async (call: ApiCall, item: unknown, isLater: boolean) => {
    const parsed = customerInput.safeParse(item)
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({
        pointer: path.map((part) => `/${String(part)}`).join(''),
        detail: message,
      }))
      throw new AppError('invalid_body', { errors })
    }
    const wish = parsed.data
    if (!isLater) {
      const { outcome, customer: written } = await customers.upsert(call, wish)
      return { status: outcome === 'created' ? 201 : 200, customer: written }
    }
    if (wish.id === undefined) {
      throw new AppError('invalid_body', { errors: [{ pointer: '/id', detail: 'Send an id.' }] })
    }
    return { status: 202, event_id: await later.upsert(call, { ...wish, id: wish.id }) }
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
          schema: page(customerPart)
            .extend({ total: z.int().meta({ description: 'How many match on all pages.' }) })
            .meta({ id: 'CustomerPage' }),
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
          updatedSince: query.updatedSince === undefined ? undefined : new Date(query.updatedSince),
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
      description: 'Each item is treated as by itself and has its own result. Items of one customer keep their order.',
      method: 'POST',
      path: '/v1/customers/batch',
      scopes: ['customers.write'],
      headers: ['Prefer'],
      input: { body: batchBody },
      bodyLimitBytes: 512 * 1024,
      answers: {
        200: {
          description: 'One result per item, in their order.',
          schema: z.object({ results: z.array(result) }).meta({ id: 'BatchResults' }),
        },
      },
      errors: [],
      audit: { none: 'recorded by the actions that make the changes' },
      once,
      async handler(call) {
        const isLater = wantsLater(call)
        const items = call.body.items.map((item, index) => ({ item, index }))
        const results = new Map<number, z.input<typeof result>>()
        const keyOf = ({ item, index }: (typeof items)[number]) => {
          const { id, email, phone } = (item ?? {}) as Record<string, unknown>
          return id ?? email ?? phone ?? index
        }
        await inLanes([...Map.groupBy(items, keyOf).values()], async ({ item, index }) => {
          try {
            const whole = callOf(call)
            const run = { ...whole.run, id: derivedId('item', whole.run.id, index) }
            const done = await translated(() => one({ ...whole, run }, item, isLater))
            results.set(index, { index, ...done })
          } catch (thrown) {
            const error = asAppError(thrown)
            if (error.status >= 500) call.log.error({ err: error, index }, 'an item of a batch failed')
            const { status } = error
            results.set(index, { index, status, error: problemOf(error, { publicUrl, requestId: call.requestId }) })
          }
        })
        return json({ results: items.map(({ index }) => results.get(index)) })
      },
    }),

    defineOperation({
      id: 'search',
      tag: 'Search',
      summary: 'Search',
      description: 'Finds customers by a part of their name, company, e-mail address or phone number.',
      method: 'GET',
      path: '/v1/search',
      scopes: ['search.read'],
      input: {
        query: z.object({
          q: z.string().trim().min(1).max(75).meta({ description: 'What to look for.', example: 'okafor' }),
          limit,
          cursor,
        }),
      },
      answers: {
        200: {
          description: 'A page of what was found.',
          schema: page(z.object({ type: z.literal('customer'), customer })).meta({ id: 'SearchPage' }),
        },
      },
      errors: [],
      audit: { none: 'reads only' },
      async handler(call) {
        const { q, limit: size, cursor: from } = call.query
        const { customers: found, next_cursor } = await pageOf(callOf(call), { text: q, limit: size }, from)
        return json({ data: found.map((each) => ({ type: 'customer', customer: each })), next_cursor })
      },
    }),
  ]
}
