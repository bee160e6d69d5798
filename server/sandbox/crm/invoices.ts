// /invoices. The location is named by altId and altType everywhere.

import { z } from 'zod'
import { createBody, OF_LOCATION, paymentBody, sendBody, textToPayBody, updateBody } from './invoice-body.ts'
import { type InvoiceStore, invoiceView } from './invoice-store.ts'
import { type AnyOperation, forEither, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { Invoice } from './sales-rows.ts'
import type { State } from './state.ts'
import { count, date, optional } from './validation.ts'

const ofLocation = z.strictObject(OF_LOCATION)

const listQuery = z.strictObject({
  ...OF_LOCATION,
  status: optional,
  startAt: date.optional(),
  endAt: date.optional(),
  search: optional,
  paymentMode: z.enum(['default', 'live', 'test']).optional(),
  contactId: optional,
  limit: count,
  offset: count,
  sortField: z.literal('issueDate').optional(),
  sortOrder: z.enum(['ascend', 'descend']).optional(),
})

const byBody = { location: ({ body }: { body: { altId: string } }) => body.altId }
const byQuery = { location: ({ query }: { query: { altId: string } }) => query.altId }

type ListQuery = z.infer<typeof listQuery>

const matches = (row: Invoice, query: ListQuery): boolean =>
  (!query.status || query.status.split(',').includes(row.status)) &&
  (!query.contactId || row.contactDetails.id === query.contactId) &&
  (!query.startAt || row.issueDate >= query.startAt) &&
  (!query.endAt || row.issueDate <= query.endAt) &&
  (query.paymentMode !== 'live' || row.liveMode) &&
  (query.paymentMode !== 'test' || !row.liveMode) &&
  (!query.search ||
    JSON.stringify([row.name, row.invoiceNumber, row.contactDetails])
      .toLowerCase()
      .includes(query.search.toLowerCase()))

/** The invoice endpoints. */
export const invoiceOperations = ({ state, store }: { state: State; store: InvoiceStore }): AnyOperation[] => {
  const read = { ...forEither, scopes: ['invoices.readonly'] }
  const write = { ...forEither, scopes: ['invoices.write'] }

  const own = (grant: Grant, id: string | undefined, altId: string): Invoice => {
    const invoice = ownRow({ state, table: state.invoices, grant, id, what: 'Invoice' })
    if (invoice.locationId !== altId) throw notFound('Invoice')
    return invoice
  }

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/invoices',
      body: createBody,
      handle: ({ body }) => invoiceView(store.create(body)),
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: '/invoices',
      query: listQuery,
      handle({ query }) {
        const found = state.invoices.by('location', query.altId).filter((row) => matches(row, query))
        const direction = query.sortOrder === 'ascend' ? 1 : -1
        found.sort((a, b) => direction * a.issueDate.localeCompare(b.issueDate))
        return {
          invoices: found.slice(query.offset, query.offset + query.limit).map(invoiceView),
          total: found.length,
        }
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: '/invoices/generate-invoice-number',
      query: ofLocation,
      handle: ({ query }) => ({ invoiceNumber: store.nextNumber(query.altId) }),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/invoices/text2pay',
      body: textToPayBody,
      handle({ body }) {
        const draft = store.create(body)
        const invoice = body.action === 'send' ? store.send(draft) : draft
        return { invoice: invoiceView(invoice), invoiceUrl: `https://pay.example.com/invoice/${invoice.id}` }
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: '/invoices/:invoiceId',
      query: ofLocation,
      handle: ({ params, query, grant }) => invoiceView(own(grant, params.invoiceId, query.altId)),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'PUT',
      path: '/invoices/:invoiceId',
      body: updateBody,
      handle: ({ params, body, grant }) => invoiceView(store.update(own(grant, params.invoiceId, body.altId), body)),
    }),
    operation({
      ...write,
      ...byQuery,
      method: 'DELETE',
      path: '/invoices/:invoiceId',
      query: ofLocation,
      handle({ params, query, grant }) {
        const invoice = own(grant, params.invoiceId, query.altId)
        store.remove(invoice)
        return invoiceView(invoice)
      },
    }),
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/invoices/:invoiceId/send',
      body: sendBody,
      handle({ params, body, grant }) {
        const invoice = own(grant, params.invoiceId, body.altId)
        if (!state.users.get(body.userId)) throw notFound('User')
        return { invoice: invoiceView(store.send(invoice)), smsData: {}, emailData: {} }
      },
    }),
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/invoices/:invoiceId/void',
      body: ofLocation,
      handle: ({ params, body, grant }) => invoiceView(store.void(own(grant, params.invoiceId, body.altId))),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/invoices/:invoiceId/record-payment',
      body: paymentBody,
      handle: ({ params, body, grant }) => ({
        success: true,
        invoice: invoiceView(store.recordPayment(own(grant, params.invoiceId, body.altId), body)),
      }),
    }),
  ]
}
