// Invoices for our API: each call runs an own catalog action synchronously and stores its links and audit entries as a
// workflow would. Knows no HTTP.

import { AppError, type ErrorCode } from '../../errors.ts'
import { expectEtag } from '../../etag.ts'
import type { Links } from '../../store/links.ts'
import type { ProgressItem } from '../../store/progress.ts'
import type { RunAction } from '../actions.ts'
import { type ApiCall, createApiActions, isOneOf, NOT_THEIRS } from '../api-actions.ts'
import { createContactBehind } from '../customers/contact-behind.ts'
import { demandExact } from '../money.ts'
import { type Place, pageByOffset } from '../pages-by-offset.ts'
import { ADJUSTMENT } from './invoice-draft.ts'
import { invoiceLink } from './invoice-link.ts'
import {
  type Invoice,
  type InvoiceDefaults,
  type InvoiceWish,
  invoiceEtag,
  invoiceInput,
  invoiceOf,
} from './invoice-record.ts'
import type { CrmInvoice, InvoiceStatus } from './invoice-state.ts'

export type InvoiceSearch = {
  status?: InvoiceStatus | undefined
  customerId?: string | undefined
  issuedFrom?: string | undefined
  issuedUntil?: string | undefined
  /** Words of a name, an e-mail address, a phone number or the invoice's number. */
  text?: string | undefined
  order?: 'asc' | 'desc' | undefined
  limit: number
  /** Cursor from the previous page. */
  after?: unknown[] | undefined
}

export type InvoicePayment = {
  amount?: number | undefined
  payment_id?: string | undefined
  method?: 'cash' | 'bank_transfer' | 'other' | undefined
  note?: string | undefined
  paid_at?: string | undefined
}

/** How an invoice is delivered; `none` only marks it as sent. */
export type InvoiceChannel = 'email' | 'sms' | 'email_and_sms' | 'none'

type Deps = {
  runAction: RunAction
  links: Pick<Links, 'find' | 'byCrmIds'>
  progress: { write(item: ProgressItem): Promise<void> }
  /** The location's defaults for invoices. */
  defaults(locationId: string): Promise<InvoiceDefaults>
}

/** The invoice of an id; `isLinked`: a Rankr invoice is linked to it. */
type Known = { invoiceId: string; isLinked: boolean }

/** An invoice that never came from Rankr is addressed by its own id. */
const INVOICE_ID = /^[a-f0-9]{24}$/
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_scope_missing'])

const WAYS = { email: 'email', sms: 'sms', email_and_sms: 'sms_and_email', none: 'send_manually' } as const

const unknown = (): AppError => new AppError('not_found', { detail: 'There is no invoice with this id.' })

export type InvoiceService = ReturnType<typeof createInvoiceService>

/**
 * All methods throw what the actions throw, `not_found` for an id that does not belong to the location, and
 * `precondition_failed` when `ifMatch` is not the invoice's current ETag.
 */
export const createInvoiceService = ({ runAction, links, progress, defaults }: Deps) => {
  const { act, change } = createApiActions({ runAction, progress })
  const contactBehind = createContactBehind({ links })

  const resolve = async ({ locationId }: ApiCall, id: string): Promise<Known> => {
    const link = await links.find(locationId, 'invoice', id)
    if (link?.state === 'linked' && link.crmId) return { invoiceId: link.crmId, isLinked: true }
    if (!link && INVOICE_ID.test(id)) return { invoiceId: id, isLinked: false }
    throw unknown()
  }

  const shown = async ({ locationId }: ApiCall, found: { id: string; invoice: CrmInvoice }[]): Promise<Invoice[]> => {
    const contactIds = found.flatMap(({ invoice }) => invoice.contactDetails?.id ?? [])
    const customers = await links.byCrmIds(locationId, 'customer', contactIds)
    return found.map(({ id, invoice }) => {
      const contactId = invoice.contactDetails?.id
      const customerId = contactId === undefined ? null : (customers.get(contactId)?.rankrId ?? contactId)
      return invoiceOf({ invoiceId: id, customerId }, invoice)
    })
  }

  const showOne = async (call: ApiCall, id: string, invoice: CrmInvoice): Promise<Invoice> =>
    (await shown(call, [{ id, invoice }]))[0]!

  const read = async (call: ApiCall, id: string, { invoiceId }: Known): Promise<Invoice> => {
    try {
      const { output } = await act(call, 'crm.invoices.get', { invoiceId })
      if (output._id) return await showOne(call, id, output as CrmInvoice)
    } catch (error) {
      if (!isOneOf(error, NOT_THEIRS)) throw error
    }
    throw unknown()
  }

  /** The invoice, unchanged since the caller read it; linked by its id from now on. */
  const expected = async (call: ApiCall, id: string, ifMatch: string | undefined): Promise<Known> => {
    const known = await resolve(call, id)
    if (ifMatch === undefined && known.isLinked) return known
    expectEtag(invoiceEtag(await read(call, id, known)), ifMatch)
    if (!known.isLinked) await progress.write({ locationId: call.locationId, links: [invoiceLink(id, id)] })
    return known
  }

  /** An action's result as shown to the caller. */
  const done = async (call: ApiCall, id: string, actionId: string, input: object) => {
    const { output, record } = await change(call, actionId, { rankrId: id, ...input })
    const known = { invoiceId: String(output.invoiceId), isLinked: true }
    const invoice = record ? await showOne(call, id, record as CrmInvoice) : await read(call, id, known)
    return { outcome: String(output.outcome), invoice }
  }

  const inputOf = async ({ locationId }: ApiCall, id: string, wish: InvoiceWish) => {
    if (wish.amount !== undefined && wish.currency !== undefined) demandExact(wish.amount, wish.currency, '/amount')
    const input = invoiceInput(id, wish, await defaults(locationId))
    const contactId = wish.customer_id && (await contactBehind(locationId, wish.customer_id))
    return contactId ? { ...input, contactId } : input
  }

  const upsert = async (call: ApiCall, id: string, wish: InvoiceWish) => {
    const input = await inputOf(call, id, wish)
    try {
      return await done(call, id, 'app.invoices.upsert', input)
    } catch (error) {
      // A contact of another account is refused, not unknown.
      const isGuess = 'contactId' in input && input.contactId === wish.customer_id
      if (!isGuess || !isOneOf(error, REFUSED)) throw error
      const detail = `There is no customer ${wish.customer_id}.`
      throw new AppError('customer_missing', { cause: error, detail })
    }
  }

  /** A partial change completed to a full one: the CRM only accepts whole invoices. */
  const merged = async (call: ApiCall, id: string, changes: InvoiceWish): Promise<InvoiceWish> => {
    const current = await read(call, id, await resolve(call, id))
    if (current.customer_id === null && changes.customer_id === undefined) {
      const detail = 'The invoice has no customer in the CRM. Send the customer_id that it belongs to.'
      throw new AppError('customer_missing', { detail, errors: [{ pointer: '/customer_id', detail }] })
    }
    const lines = changes.line_items
    const added = lines?.reduce((sum, { quantity = 1, price }) => sum + quantity * price, 0)
    const kept = current.line_items
      .filter(({ name }) => name !== ADJUSTMENT)
      .map(({ name, description, quantity, price }) => ({ name, quantity, price, ...(description && { description }) }))
    return {
      number: current.number ?? undefined,
      customer_id: current.customer_id ?? undefined,
      currency: current.currency,
      issue_date: current.issue_date ?? undefined,
      due_date: current.due_date ?? undefined,
      line_items: kept,
      amount: added === undefined ? current.amount : Math.max(0, added),
      ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
    }
  }

  return {
    etagOf: invoiceEtag,

    /** Matched by id, then by number; created when there is none. */
    async upsert(call: ApiCall, { invoice_id, ...wish }: InvoiceWish & { invoice_id: string }) {
      return await upsert(call, invoice_id, wish)
    },

    async get(call: ApiCall, id: string): Promise<Invoice> {
      return await read(call, id, await resolve(call, id))
    },

    /** Throws unless the invoice exists unchanged since the caller read it. */
    async expect(call: ApiCall, id: string, ifMatch?: string): Promise<void> {
      await expected(call, id, ifMatch)
    },

    /** Only drafts can be changed: throws `invoice_closed`. */
    async change(call: ApiCall, id: string, { ifMatch, ...changes }: InvoiceWish & { ifMatch?: string | undefined }) {
      await expected(call, id, ifMatch)
      return (await upsert(call, id, await merged(call, id, changes))).invoice
    },

    /** Does nothing when it was sent before. */
    async send(
      call: ApiCall,
      id: string,
      { by, ifMatch }: { by?: InvoiceChannel | undefined; ifMatch?: string | undefined },
    ) {
      const { invoiceId } = await expected(call, id, ifMatch)
      const way = by === undefined ? (await defaults(call.locationId)).sendBy : WAYS[by]
      return (await done(call, id, 'app.invoices.send', { invoiceId, by: way })).invoice
    },

    /** Does nothing when it is void already. */
    async void(call: ApiCall, id: string, ifMatch?: string) {
      const { invoiceId } = await expected(call, id, ifMatch)
      return (await done(call, id, 'app.invoices.void', { invoiceId })).invoice
    },

    /** A payment with an id is recorded once; without an amount it is all that is due. */
    async pay(call: ApiCall, id: string, { ifMatch, ...payment }: InvoicePayment & { ifMatch?: string | undefined }) {
      const { invoiceId } = await expected(call, id, ifMatch)
      return (await done(call, id, 'app.invoices.record-payment', { invoiceId, ...paymentInput(payment) })).invoice
    },

    /** The actions' inputs, for calls that are carried out later. */
    inputs: {
      upsert: (call: ApiCall, { invoice_id, ...wish }: InvoiceWish & { invoice_id: string }) =>
        inputOf(call, invoice_id, wish),
      change: async (call: ApiCall, id: string, changes: InvoiceWish) =>
        inputOf(call, id, await merged(call, id, changes)),
      send: async ({ locationId }: ApiCall, id: string, by: InvoiceChannel | undefined) => ({
        rankrId: id,
        by: by === undefined ? (await defaults(locationId)).sendBy : WAYS[by],
      }),
      pay: (id: string, payment: InvoicePayment) => ({ rankrId: id, ...paymentInput(payment) }),
    },

    /** A page; `next` is the cursor of the following one. */
    async search(
      call: ApiCall,
      { status, customerId, issuedFrom, issuedUntil, text, order = 'desc', limit, after }: InvoiceSearch,
    ): Promise<{ invoices: Invoice[]; total: number; next: unknown[] | null }> {
      const contactId = customerId && (await contactBehind(call.locationId, customerId))
      if (customerId !== undefined && !contactId) return { invoices: [], total: 0, next: null }
      const query = {
        sortField: 'issueDate',
        sortOrder: order === 'asc' ? 'ascend' : 'descend',
        ...(status ? { status } : {}),
        ...(contactId ? { contactId } : {}),
        ...(issuedFrom ? { startAt: issuedFrom } : {}),
        ...(issuedUntil ? { endAt: issuedUntil } : {}),
        ...(text ? { search: text } : {}),
      }
      const { rows, total, next } = await pageByOffset<CrmInvoice>({
        async read(place) {
          const { output } = await act(call, 'crm.invoices.list', { ...query, ...place })
          const { invoices = [], total: all = 0 } = output as { invoices?: CrmInvoice[]; total?: number }
          return { rows: invoices, total: all }
        },
        idOf: ({ _id }) => _id,
        limit,
        after: after as Place | undefined,
      })
      const ids = await links.byCrmIds(
        call.locationId,
        'invoice',
        rows.map(({ _id }) => _id),
      )
      const found = rows.map((invoice) => ({ id: ids.get(invoice._id)?.rankrId ?? invoice._id, invoice }))
      return { invoices: await shown(call, found), total, next }
    },
  }
}

const paymentInput = ({ amount, payment_id, method, note, paid_at }: InvoicePayment) => ({
  ...(amount === undefined ? {} : { amount }),
  ...(payment_id === undefined ? {} : { paymentId: payment_id }),
  ...(method === undefined ? {} : { mode: method }),
  ...(note === undefined ? {} : { note }),
  ...(paid_at === undefined ? {} : { paidAt: new Date(paid_at).toISOString() }),
})
