// `/v1/invoices`: read, change, send, pay and void one invoice. Lists and batches have their own file.

import { z } from 'zod'
import type { InvoiceLater } from '../../sync/invoices/invoice-later.ts'
import type { Invoice } from '../../sync/invoices/invoice-record.ts'
import type { InvoiceService } from '../../sync/invoices/invoice-service.ts'
import type { Reply } from '../reply.ts'
import { ACCEPTED, acceptedReply, BY_ACTION, callOf, createSingle, fieldsOf, ifMatchOf, wantsLater } from './calls.ts'
import {
  INVOICE_FIELDS,
  invoice,
  invoiceChanges,
  invoiceId,
  invoiceInput,
  invoicePart,
  paymentInput,
  sendInput,
} from './invoice-schemas.ts'
import type { Once } from './once.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { queryOf } from './schemas.ts'

/** Dependencies of the invoice operations. */
export type InvoiceDeps = {
  invoices: InvoiceService
  invoicesLater: InvoiceLater
  once: Once
  publicUrl: string
}

const params = z.object({ id: invoiceId })

/** The query parameter `fields` of invoices. */
export const invoiceFields = fieldsOf(INVOICE_FIELDS, 'invoice_id,status,amount_due')

const AS_IT_IS = { description: 'The invoice as it is now.', schema: invoice, hasEtag: true }

/** Operations on one invoice. They throw the errors of the service, translated for API callers (translate.ts). */
export const invoiceRoutes = ({ invoices, invoicesLater, once, publicUrl }: InvoiceDeps): OperationRoute[] => {
  const { found, created, part } = createSingle<Invoice>({
    etagOf: invoices.etagOf,
    addressOf: ({ invoice_id }) => `${publicUrl}/v1/invoices/${encodeURIComponent(invoice_id)}`,
  })

  /** Settings shared by the operations on one invoice. */
  const ofOne = {
    tag: 'Invoices' as const,
    scopes: ['invoices.write' as const],
    headers: ['If-Match' as const, 'Prefer' as const],
    answers: { 200: AS_IT_IS, 202: ACCEPTED },
    audit: BY_ACTION,
    once,
  }

  return [
    defineOperation({
      id: 'upsertInvoice',
      tag: 'Invoices',
      summary: 'Create or update an invoice',
      description:
        'Finds the invoice by id, then by number. Creates a draft when there is none, changes it while it is a draft.',
      method: 'POST',
      path: '/v1/invoices',
      scopes: ['invoices.write'],
      headers: ['Prefer'],
      input: { body: invoiceInput },
      answers: {
        200: { description: 'The invoice was there and has been changed.', schema: invoice, hasEtag: true },
        201: { description: 'The invoice was created.', schema: invoice, hasEtag: true },
        202: ACCEPTED,
      },
      errors: ['customer_missing', 'invoice_contact_incomplete', 'invoice_closed', 'record_busy', 'crm_rejected'],
      audit: BY_ACTION,
      once,
      async handler(call) {
        if (wantsLater(call)) {
          return acceptedReply(publicUrl, await invoicesLater.upsert(callOf(call), call.body))
        }
        const { outcome, invoice: written } = await invoices.upsert(callOf(call), call.body)
        return outcome === 'created' ? created(written) : found(written)
      },
    }),

    defineOperation({
      id: 'getInvoice',
      tag: 'Invoices',
      summary: 'Read an invoice',
      description: 'As it is in the CRM now. The ETag goes into If-Match of a change that must not overwrite another.',
      method: 'GET',
      path: '/v1/invoices/:id',
      scopes: ['invoices.read'],
      input: { params, query: queryOf({ fields: invoiceFields }) },
      answers: { 200: { description: 'The invoice.', schema: invoicePart, hasEtag: true } },
      errors: ['not_found'],
      audit: { none: 'reads only' },
      async handler(call) {
        return part(await invoices.get(callOf(call), call.params.id), call.query.fields)
      },
    }),

    defineOperation({
      ...ofOne,
      id: 'changeInvoice',
      summary: 'Change an invoice',
      description:
        'Changes the members that were sent, while it is a draft. With If-Match only when nobody has changed it since.',
      method: 'PATCH',
      path: '/v1/invoices/:id',
      input: { params, body: invoiceChanges },
      errors: [
        'not_found',
        'precondition_failed',
        'customer_missing',
        'invoice_contact_incomplete',
        'invoice_closed',
        'record_busy',
        'crm_rejected',
      ],
      async handler(call) {
        const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
        if (!wantsLater(call)) return found(await invoices.change(of, id, { ...call.body, ifMatch }))
        // An asynchronous change needs a record that exists now and matches the caller's ETag.
        await invoices.expect(of, id, ifMatch)
        return acceptedReply(publicUrl, await invoicesLater.change(of, id, call.body))
      },
    }),

    defineOperation({
      ...ofOne,
      id: 'deleteInvoice',
      summary: 'Delete an invoice',
      description: 'Invoices are not deleted: this makes it void, and it stays in the books.',
      method: 'DELETE',
      path: '/v1/invoices/:id',
      input: { params },
      errors: ['not_found', 'precondition_failed', 'record_busy', 'crm_rejected'],
      handler: (call) => voidIt(call),
    }),

    defineOperation({
      ...ofOne,
      id: 'voidInvoice',
      summary: 'Void an invoice',
      description: 'Makes the invoice invalid; it stays in the books. One that is void already is left alone.',
      method: 'POST',
      path: '/v1/invoices/:id/void',
      input: { params },
      errors: ['not_found', 'precondition_failed', 'record_busy', 'crm_rejected'],
      handler: (call) => voidIt(call),
    }),

    defineOperation({
      ...ofOne,
      id: 'sendInvoice',
      summary: 'Send an invoice',
      description: 'Sends a draft to its customer, or only marks it as sent. One that was sent before is left alone.',
      method: 'POST',
      path: '/v1/invoices/:id/send',
      input: { params, body: sendInput },
      errors: [
        'not_found',
        'precondition_failed',
        'invoice_closed',
        'invoice_sender_missing',
        'record_busy',
        'crm_rejected',
      ],
      async handler(call) {
        const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
        const { by } = call.body
        if (!wantsLater(call)) return found(await invoices.send(of, id, { by, ifMatch }))
        await invoices.expect(of, id, ifMatch)
        return acceptedReply(publicUrl, await invoicesLater.send(of, id, by))
      },
    }),

    defineOperation({
      ...ofOne,
      id: 'payInvoice',
      summary: 'Record a payment of an invoice',
      description:
        'Notes what was paid outside the CRM, in full or in part. A payment with an id is recorded once, however often it is sent; the same id with another amount is refused.',
      method: 'POST',
      path: '/v1/invoices/:id/payments',
      input: { params, body: paymentInput },
      errors: [
        'not_found',
        'precondition_failed',
        'invoice_closed',
        'payment_id_reused',
        'record_busy',
        'crm_rejected',
      ],
      async handler(call) {
        const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
        if (!wantsLater(call)) return found(await invoices.pay(of, id, { ...call.body, ifMatch }))
        await invoices.expect(of, id, ifMatch)
        return acceptedReply(publicUrl, await invoicesLater.pay(of, id, call.body))
      },
    }),
  ]

  async function voidIt(call: Parameters<typeof callOf>[0] & { params: { id: string } }): Promise<Reply> {
    const [{ id }, ifMatch, of] = [call.params, ifMatchOf(call), callOf(call)]
    if (!wantsLater(call)) return found(await invoices.void(of, id, ifMatch))
    await invoices.expect(of, id, ifMatch)
    return acceptedReply(publicUrl, await invoicesLater.void(of, id))
  }
}
