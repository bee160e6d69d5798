// `/v1/invoices`: lists and batches of invoices.

import { z } from 'zod'
import { json } from '../reply.ts'
import { BATCH_BODY_BYTES, BATCH_LIMITS, batchBody, batchResults, runBatch } from './batch.ts'
import { callOf, partOf } from './calls.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import { INVOICE_STATUSES, invoice, invoiceId, invoiceInput, invoicePart } from './invoice-schemas.ts'
import { type InvoiceDeps, invoiceFields } from './invoices.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { countedPage, cursor, customerId, limit, queryOf } from './schemas.ts'

const day = (description: string) => z.iso.date().optional().meta({ description, example: '2026-03-01' })

const listQuery = queryOf({
  status: z.enum(INVOICE_STATUSES).optional().meta({ description: 'Only in this state.' }),
  customer_id: customerId.optional().meta({ description: 'Only of this customer.' }),
  issued_from: day('Issued on this day or later.'),
  issued_until: day('Issued on this day or earlier.'),
  sort: z
    .enum(['issue_date', '-issue_date'])
    .default('-issue_date')
    .meta({ description: 'The order; a minus turns it round.' }),
  fields: invoiceFields,
  limit,
  cursor,
})

const body = batchBody({
  id: 'InvoiceBatch',
  itemId: 'InvoiceInput',
  description: 'Up to 100 invoices. A fault of one does not stop the others.',
})

/** Operations on many invoices. */
export const invoiceListRoutes = ({ invoices, invoicesLater, once, publicUrl }: InvoiceDeps): OperationRoute[] => [
  defineOperation({
    id: 'listInvoices',
    tag: 'Invoices',
    summary: 'List invoices',
    description: 'Page by page, with those that never came from Rankr.',
    method: 'GET',
    path: '/v1/invoices',
    scopes: ['invoices.read'],
    input: { query: listQuery },
    answers: {
      200: {
        description: 'A page of invoices.',
        schema: countedPage(invoicePart).meta({ id: 'InvoicePage' }),
      },
    },
    errors: ['crm_rejected'],
    audit: { none: 'reads only' },
    async handler(call) {
      const { status, customer_id, issued_from, issued_until, sort, fields, limit: size, cursor: from } = call.query
      const list = {
        ...{ status, customerId: customer_id, issuedFrom: issued_from, issuedUntil: issued_until },
        order: sort === 'issue_date' ? ('asc' as const) : ('desc' as const),
      }
      const after = decodeCursor(list, from)
      const found = await invoices.search(callOf(call), { ...list, limit: size, after })
      return json({
        data: found.invoices.map((each) => partOf(each, fields)),
        next_cursor: found.next && encodeCursor(list, found.next),
        total: found.total,
      })
    },
  }),

  defineOperation({
    id: 'upsertInvoices',
    tag: 'Invoices',
    summary: 'Create or update up to 100 invoices',
    description: `Each item is processed independently and has its own result. Items of one invoice keep their order. ${BATCH_LIMITS}`,
    method: 'POST',
    path: '/v1/invoices/batch',
    scopes: ['invoices.write'],
    headers: ['Prefer'],
    input: { body },
    bodyLimitBytes: BATCH_BODY_BYTES,
    answers: {
      200: {
        description: 'One result per item, in their order.',
        schema: batchResults('InvoiceResults', { invoice: invoice.optional() }),
      },
    },
    errors: [],
    audit: { none: 'recorded by the actions that make the changes' },
    once,
    handler: (call) =>
      runBatch(call, {
        publicUrl,
        item: invoiceInput,
        keyOf: ({ invoice_id }) => (invoiceId.safeParse(invoice_id).success ? invoice_id : undefined),
        async one(of, wish, isLater) {
          if (isLater) return { status: 202, event_id: await invoicesLater.upsert(of, wish) }
          const { outcome, invoice: written } = await invoices.upsert(of, wish)
          return { status: outcome === 'created' ? 201 : 200, invoice: written }
        },
      }),
  }),
]
