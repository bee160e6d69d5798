// `/v1/usage` and `/v1/metadata`: API usage of a client, and the account's fields, pipelines and other metadata.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ApiUsage } from '../../store/api-usage.ts'
import type { Metadata } from '../../sync/metadata.ts'
import { json } from '../reply.ts'
import { invoice, invoiceChanges, invoiceInput } from './invoice-schemas.ts'
import { defineOperation, type OperationRoute, openApiPath } from './operation.ts'
import { order, orderChanges, orderInput } from './order-schemas.ts'
import { customer, customerChanges, customerInput, moment, queryOf, sentMoment } from './schemas.ts'

/** Dependencies of the account operations. */
export type AccountDeps = {
  usage: Pick<ApiUsage, 'read'>
  /** Answers from memory for a minute. */
  metadata: (locationId: string) => Promise<Metadata>
  now: () => Date
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST_DAYS = { hour: 7, day: 92 }

const named = z.object({
  id: z.string().meta({ description: 'Its id in the CRM.', example: 'Qm8dXw2LrT5vBn9KcY1p' }),
  name: z.string().meta({ description: 'What people call it.', example: 'New lead' }),
})
const section = <Item extends z.ZodType>(item: Item, description: string) =>
  z
    .array(item)
    .nullable()
    .meta({ description: `${description} Null when it could not be read; see unavailable.` })

const metadataSchema = z
  .object({
    pipelines: section(
      named.extend({ stages: z.array(named).meta({ description: 'Its stages, in order.' }) }),
      'Pipelines with their stages, in order.',
    ),
    custom_fields: section(
      named.extend({
        key: z.string().nullable().meta({ description: 'What templates call it.', example: 'contact.plan' }),
        type: z.string().nullable().meta({ description: 'The kind of its values.', example: 'TEXT' }),
        of: z.string().nullable().meta({ description: 'Which records have it.', example: 'contact' }),
      }),
      'Custom fields and of what they are.',
    ),
    tags: section(named, 'Tags of the account.'),
    users: section(
      named.extend({
        email: z.string().nullable().meta({ description: 'E-mail address.', example: 'olivia@example.com' }),
      }),
      'People who work in the account.',
    ),
    currencies: section(
      z.string().meta({ example: 'USD' }),
      'Currencies of the last 100 invoices, the most used first.',
    ),
    unavailable: z
      .array(
        z.object({
          section: z
            .enum(['pipelines', 'custom_fields', 'tags', 'users', 'currencies'])
            .meta({ description: 'The member that is null.' }),
          code: z.string().meta({ description: 'Why, as an error code.', example: 'crm_scope_missing' }),
        }),
      )
      .meta({ description: 'What could not be read.' }),
    schemas: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .meta({ description: 'JSON Schema of the resources of this API, by name.' }),
  })
  .meta({ id: 'Metadata' })

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>

const usageSchema = z
  .object({
    from: moment('Counted from here on.'),
    until: moment('Counted up to here.'),
    step: z.enum(['hour', 'day']).meta({ description: 'What is added up.' }),
    data: z
      .array(
        z.object({
          at: moment('When the hour or the day (UTC) begins.'),
          route: z
            .string()
            .meta({ description: 'Method and path, as in this document.', example: 'PATCH /v1/customers/{id}' }),
          calls: z.int().meta({ description: 'How many calls there were.', example: 512 }),
          rejected: z.int().meta({ description: 'Answered with 4xx; part of calls.', example: 3 }),
          failed: z.int().meta({ description: 'Answered with 5xx; part of calls.', example: 0 }),
        }),
      )
      .meta({ description: 'Oldest first; what was not called is left out.' }),
  })
  .meta({ id: 'Usage' })

/** Operations on the account itself. They throw `invalid_request` for time ranges that are too long. */
export const accountRoutes = ({ usage, metadata, now }: AccountDeps): OperationRoute[] => {
  const schemas = {
    customer: schemaOf(customer, 'output'),
    customer_input: schemaOf(customerInput, 'input'),
    customer_changes: schemaOf(customerChanges, 'input'),
    order: schemaOf(order, 'output'),
    order_input: schemaOf(orderInput, 'input'),
    order_changes: schemaOf(orderChanges, 'input'),
    invoice: schemaOf(invoice, 'output'),
    invoice_input: schemaOf(invoiceInput, 'input'),
    invoice_changes: schemaOf(invoiceChanges, 'input'),
  }

  return [
    defineOperation({
      id: 'getMetadata',
      tag: 'Account',
      summary: 'Read what the account has',
      description:
        'Pipelines, custom fields, tags, users and currencies of the account, as of the last minute, and our own schemas.',
      method: 'GET',
      path: '/v1/metadata',
      scopes: ['metadata.read'],
      answers: { 200: { description: 'What the account has.', schema: metadataSchema } },
      errors: [],
      audit: { none: 'reads only' },
      handler: async ({ caller }) => json({ ...(await metadata(caller.locationId)), schemas }),
    }),

    defineOperation({
      id: 'getUsage',
      tag: 'Account',
      summary: 'Read how much was called',
      description: `Calls of this app. By day over at most ${MOST_DAYS.day} days, by hour over at most ${MOST_DAYS.hour}. The last seconds may be missing.`,
      method: 'GET',
      path: '/v1/usage',
      scopes: ['usage.read'],
      input: {
        query: queryOf({
          from: sentMoment('From this moment on; 7 days ago when absent.').optional(),
          until: sentMoment('Up to this moment; now when absent.').optional(),
          step: z.enum(['hour', 'day']).default('day').meta({ description: 'What is added up.' }),
        }),
      },
      answers: { 200: { description: 'Calls, oldest first.', schema: usageSchema } },
      errors: [],
      audit: { none: 'reads only' },
      async handler({ caller, query: { from: first, until: last, step } }) {
        const until = last === undefined ? now() : new Date(last)
        const from = first === undefined ? new Date(until.getTime() - 7 * DAY_MS) : new Date(first)
        if (from > until || until.getTime() - from.getTime() > MOST_DAYS[step] * DAY_MS) {
          const detail = `It must be before until, and by at most ${MOST_DAYS[step]} days.`
          throw new AppError('invalid_request', { errors: [{ pointer: '/from', detail }] })
        }
        // Counted by whole hours, of the account whose app it is.
        const hour = new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS)
        const { ownerLocationId, clientId } = caller
        const rows = await usage.read(ownerLocationId, { from: hour, until, step, clientId })
        return json({
          from: from.toISOString(),
          until: until.toISOString(),
          step,
          data: rows.map(({ clientId: _own, at, route, ...row }) => ({
            at: at.toISOString(),
            route: openApiPath(route),
            ...row,
          })),
        })
      },
    }),
  ]
}
