// `/v1/customers`: one customer. Lists and batches have their own files.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import type { CustomerBook } from '../../sync/customer-book.ts'
import type { CustomerLater } from '../../sync/customer-later.ts'
import type { Customer } from '../../sync/customer-record.ts'
import { json, type Reply } from '../reply.ts'
import type { Call } from '../route.ts'
import type { Once, OnceCall } from './once.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import {
  accepted,
  CUSTOMER_FIELDS,
  customer,
  customerChanges,
  customerId,
  customerInput,
  customerPart,
} from './schemas.ts'

export type CustomerDeps = {
  customers: CustomerBook
  later: CustomerLater
  once: Once
  publicUrl: string
}

const params = z.object({ id: customerId })

/** `id,email` as a list; what is no member of a customer is refused. */
export const fields = z
  .string()
  .regex(new RegExp(`^(?:${CUSTOMER_FIELDS.join('|')})(?:,(?:${CUSTOMER_FIELDS.join('|')}))*$`), {
    error: `Send names from this list, separated by commas: ${CUSTOMER_FIELDS.join(', ')}.`,
  })
  .optional()
  .meta({
    description: 'Names of the members to answer, separated by commas; all when absent.',
    example: 'id,email,tags',
  })

export const partOf = (whole: Customer, wanted: string | undefined): Partial<Customer> => {
  if (wanted === undefined) return whole
  const names = new Set(wanted.split(','))
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.has(name)))
}

/** @internal for the batch. */
export const callOf = ({ caller, requestId, run }: Call<'api'> & { run: OnceCall }): ApiCall => ({
  locationId: caller.locationId,
  clientId: caller.clientId,
  requestId,
  run,
})

export const wantsLater = ({ request }: Pick<Call, 'request'>): boolean =>
  (request.get('prefer') ?? '').split(',').some((preference) => preference.trim().toLowerCase() === 'respond-async')

/** 202: stored, with the address that says what became of it. */
const acceptedReply = (publicUrl: string, eventId: string): Reply => {
  const status_url = `${publicUrl}/v1/events/${eventId}`
  return json(
    { status: 'accepted', event_id: eventId, status_url },
    { status: 202, headers: { Location: status_url, 'Preference-Applied': 'respond-async' } },
  )
}

const ifMatchOf = ({ request }: Pick<Call, 'request'>): string | undefined => request.get('if-match')

const AUDIT = { none: 'recorded by the action that makes the change, in one transaction with its link' }

const ACCEPTED = {
  description: 'With `Prefer: respond-async`: stored, and carried out in the background.',
  schema: accepted,
}

export const customerRoutes = ({ customers, later, once, publicUrl }: CustomerDeps): OperationRoute[] => {
  const addressOf = (id: string): string => `${publicUrl}/v1/customers/${encodeURIComponent(id)}`

  const single = (found: Customer, { status = 200, headers = {} } = {}): Reply =>
    json(found, { status, headers: { ETag: customers.etagOf(found), ...headers } })

  return [
    defineOperation({
      id: 'upsertCustomer',
      tag: 'Customers',
      summary: 'Create or update a customer',
      description:
        'Finds the customer by id, then by e-mail, then by phone. Changes what was sent when there is one, creates it otherwise.',
      method: 'POST',
      path: '/v1/customers',
      scopes: ['customers.write'],
      headers: ['Prefer'],
      input: { body: customerInput },
      answers: {
        200: { description: 'The customer was there and has been changed.', schema: customer, hasEtag: true },
        201: { description: 'The customer was created.', schema: customer, hasEtag: true },
        202: ACCEPTED,
      },
      errors: ['customer_unmatchable', 'crm_rejected', 'crm_duplicate'],
      audit: AUDIT,
      once,
      async handler(call) {
        const { body } = call
        if (wantsLater(call)) {
          const { id } = body
          if (id === undefined) {
            const detail = 'Send an id: without one the customer cannot be told from others before the work is done.'
            throw new AppError('invalid_body', { errors: [{ pointer: '/id', detail }] })
          }
          return acceptedReply(publicUrl, await later.upsert(callOf(call), { ...body, id }))
        }
        const { outcome, customer: written } = await customers.upsert(callOf(call), body)
        if (outcome === 'updated') return single(written)
        return single(written, { status: 201, headers: { Location: addressOf(written.id) } })
      },
    }),

    defineOperation({
      id: 'getCustomer',
      tag: 'Customers',
      summary: 'Read a customer',
      description: 'As it is in the CRM now. The ETag goes into If-Match of a change that must not overwrite another.',
      method: 'GET',
      path: '/v1/customers/:id',
      scopes: ['customers.read'],
      input: { params, query: z.object({ fields }) },
      answers: { 200: { description: 'The customer.', schema: customerPart, hasEtag: true } },
      errors: ['not_found'],
      audit: { none: 'reads only' },
      async handler(call) {
        const found = await customers.get(callOf(call), call.params.id)
        return json(partOf(found, call.query.fields), { headers: { ETag: customers.etagOf(found) } })
      },
    }),

    defineOperation({
      id: 'changeCustomer',
      tag: 'Customers',
      summary: 'Change a customer',
      description: 'Changes the members that were sent. With If-Match only when nobody has changed it since.',
      method: 'PATCH',
      path: '/v1/customers/:id',
      scopes: ['customers.write'],
      headers: ['If-Match', 'Prefer'],
      input: { params, body: customerChanges },
      answers: {
        200: { description: 'The customer as it is now.', schema: customer, hasEtag: true },
        202: ACCEPTED,
      },
      errors: ['not_found', 'precondition_failed', 'crm_rejected', 'crm_duplicate'],
      audit: AUDIT,
      once,
      async handler(call) {
        const { id } = call.params
        const ifMatch = ifMatchOf(call)
        if (wantsLater(call)) {
          // What is asked for later must be there now, and be as the caller has seen it.
          await customers.expect(callOf(call), id, ifMatch)
          return acceptedReply(publicUrl, await later.upsert(callOf(call), { ...call.body, id }))
        }
        return single(await customers.change(callOf(call), id, { ...call.body, ifMatch }))
      },
    }),

    defineOperation({
      id: 'deleteCustomer',
      tag: 'Customers',
      summary: 'Delete a customer',
      description:
        'Marks the contact with a tag and a note, or deletes it, as the settings of the account say; outcome tells which.',
      method: 'DELETE',
      path: '/v1/customers/:id',
      scopes: ['customers.write'],
      headers: ['If-Match', 'Prefer'],
      input: { params },
      answers: {
        200: {
          description: 'What was done.',
          schema: z
            .object({
              id: z.string(),
              outcome: z.enum(['marked', 'deleted']),
              links: z.object({ contact_id: z.string() }),
            })
            .meta({ id: 'DeletedCustomer' }),
        },
        202: ACCEPTED,
      },
      errors: ['not_found', 'precondition_failed'],
      audit: AUDIT,
      once,
      async handler(call) {
        const { id } = call.params
        const ifMatch = ifMatchOf(call)
        if (!wantsLater(call)) return json(await customers.remove(callOf(call), id, ifMatch))
        await customers.expect(callOf(call), id, ifMatch)
        return acceptedReply(publicUrl, await later.remove(callOf(call), id))
      },
    }),
  ]
}
