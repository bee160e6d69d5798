// `/v1/customers`: one customer. Lists and batches have their own files.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { CustomerLater } from '../../sync/customers/customer-later.ts'
import type { Customer } from '../../sync/customers/customer-record.ts'
import type { CustomerService } from '../../sync/customers/customer-service.ts'
import { json } from '../reply.ts'
import { ACCEPTED, acceptedReply, BY_ACTION, callOf, createSingle, fieldsOf, ifMatchOf, wantsLater } from './calls.ts'
import type { Once } from './once.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import {
  CUSTOMER_FIELDS,
  customer,
  customerChanges,
  customerId,
  customerInput,
  customerPart,
  queryOf,
} from './schemas.ts'

/** Dependencies of the customer operations. */
export type CustomerDeps = {
  customers: CustomerService
  customersLater: CustomerLater
  once: Once
  publicUrl: string
}

const params = z.object({ id: customerId })

/** The query parameter `fields` of customers. */
export const customerFields = fieldsOf(CUSTOMER_FIELDS, 'id,email,tags')

/** Operations on one customer. They throw the errors of the service, translated for API callers (translate.ts). */
export const customerRoutes = ({ customers, customersLater, once, publicUrl }: CustomerDeps): OperationRoute[] => {
  const { found, created, part } = createSingle<Customer>({
    etagOf: customers.etagOf,
    addressOf: ({ id }) => `${publicUrl}/v1/customers/${encodeURIComponent(id)}`,
  })

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
      audit: BY_ACTION,
      once,
      async handler(call) {
        const { body } = call
        if (wantsLater(call)) {
          const { id } = body
          if (id === undefined) {
            const detail = 'Send an id: without one the customer cannot be told from others before the work is done.'
            throw new AppError('invalid_body', { errors: [{ pointer: '/id', detail }] })
          }
          return acceptedReply(publicUrl, await customersLater.upsert(callOf(call), { ...body, id }))
        }
        const { outcome, customer: written } = await customers.upsert(callOf(call), body)
        return outcome === 'created' ? created(written) : found(written)
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
      input: { params, query: queryOf({ fields: customerFields }) },
      answers: { 200: { description: 'The customer.', schema: customerPart, hasEtag: true } },
      errors: ['not_found'],
      audit: { none: 'reads only' },
      async handler(call) {
        return part(await customers.get(callOf(call), call.params.id), call.query.fields)
      },
    }),

    defineOperation({
      id: 'changeCustomer',
      tag: 'Customers',
      summary: 'Change a customer',
      description:
        'Changes the members that were sent, and empties those sent as null. With If-Match only when nobody has changed it since.',
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
      audit: BY_ACTION,
      once,
      async handler(call) {
        const { id } = call.params
        const ifMatch = ifMatchOf(call)
        if (wantsLater(call)) {
          // An asynchronous change needs a record that exists now and matches the caller's ETag.
          await customers.expect(callOf(call), id, ifMatch)
          return acceptedReply(publicUrl, await customersLater.upsert(callOf(call), { ...call.body, id }))
        }
        return found(await customers.change(callOf(call), id, { ...call.body, ifMatch }))
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
              id: z.string().meta({ description: 'The id that was asked for.', example: 'cus_10482' }),
              outcome: z.enum(['marked', 'deleted']).meta({ description: 'marked: the contact is there, tagged.' }),
              links: customer.shape.links,
            })
            .meta({ id: 'DeletedCustomer' }),
        },
        202: ACCEPTED,
      },
      errors: ['not_found', 'precondition_failed'],
      audit: BY_ACTION,
      once,
      async handler(call) {
        const { id } = call.params
        const ifMatch = ifMatchOf(call)
        if (!wantsLater(call)) return json(await customers.remove(callOf(call), id, ifMatch))
        await customers.expect(callOf(call), id, ifMatch)
        return acceptedReply(publicUrl, await customersLater.remove(callOf(call), id))
      },
    }),
  ]
}
