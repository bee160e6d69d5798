// Creates or updates the CRM draft of a Rankr invoice. A sent invoice is not changed any more: its customer has seen
// it.

import { AppError } from '../../errors.ts'
import type { Links } from '../../store/links.ts'
import type { ActionCall, ActionContext, ActionResult, Keep, OwnAction } from '../action.ts'
import { type Alone, untilKept } from '../alone.ts'
import { type FindHeld, invoiceMarker } from '../backfill/survey.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import type { CustomerOfRecord } from '../customers/customer-of-record.ts'
import type { FindLink } from '../find-link.ts'
import { toMinor } from '../money.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import {
  type DraftContact,
  draftOf,
  INVOICE_TITLE,
  type InvoiceWish,
  invoiceName,
  type LineItem,
} from './invoice-draft.ts'
import { dataOf, invoiceAudit, invoiceLink, invoiceRecord } from './invoice-link.ts'
import { findAmong, findByNumber, readInvoice, readOrGone, readRecipient, recipientIn } from './invoice-reader.ts'
import { type CrmInvoice, invoiceStatus, learnt } from './invoice-state.ts'
import type { SeenInvoices } from './seen-invoices.ts'

type Deps = {
  findLink: FindLink
  links: Pick<Links, 'byCrmIds'>
  customerOfRecord: CustomerOfRecord
  alone: Alone
  once: Once
  seen: SeenInvoices
  findHeld: FindHeld
  /** The account's business, for invoices without one. */
  business(locationId: string): Promise<Record<string, unknown>>
  inWords: InWords
  now: () => Date
}

type Hold = { isNew: boolean }

const DUE_DAYS = 14
const WAIT_MINUTES = 10

const textAt = (input: Record<string, unknown>, key: string): string | undefined =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : undefined

/** Reads the invoice from an own action's input. */
export const wishOf = (input: Record<string, unknown>): InvoiceWish => ({
  number: textAt(input, 'number') ?? String(input.rankrId),
  amount: Number(input.amount),
  currency: String(input.currency),
  lineItems: (Array.isArray(input.lineItems) ? input.lineItems : []).filter(isLineItem),
  issueDate: textAt(input, 'issueDate'),
  dueDate: textAt(input, 'dueDate'),
  dueDays: typeof input.dueDays === 'number' ? input.dueDays : DUE_DAYS,
  title: textAt(input, 'title'),
  terms: textAt(input, 'terms'),
  liveMode: input.liveMode !== false,
})

const isLineItem = (item: unknown): item is LineItem =>
  item !== null && typeof item === 'object' && !Array.isArray(item)

/** Clock difference. */
const CLOCK_SLACK_MS = 5_000

const isFrom = ({ createdAt }: CrmInvoice, { receivedAt }: ActionContext): boolean =>
  typeof createdAt === 'string' && Date.parse(createdAt) >= receivedAt.getTime() - CLOCK_SLACK_MS

type Written = { invoice: CrmInvoice; outcome: 'created' | 'updated' | 'kept'; keep: Keep[] }

/** `app.invoices.upsert`; output `{ invoiceId, contactId, outcome, status }`, outcome `created`, `updated`, `unchanged` or `kept`. */
export const createUpsertInvoice = (deps: Deps): OwnAction => {
  const { findLink, links, customerOfRecord, alone, once, seen, findHeld, business, inWords, now } = deps

  const namesOf = async (locationId: string, { number }: InvoiceWish) => ({
    name: await inWords(locationId, invoiceName(number), 'us'),
    title: await inWords(locationId, INVOICE_TITLE, 'us'),
  })

  const contactOf = async (call: ActionCall) => {
    const { input } = call
    const hint = {
      rankrId: String(input.customerId),
      email: textAt(input, 'customerEmail'),
      phone: textAt(input, 'customerPhone'),
      name: textAt(input, 'customerName'),
      contactId: textAt(input, 'contactId'),
    }
    const waitMinutes = typeof input.waitMinutes === 'number' ? input.waitMinutes : WAIT_MINUTES
    const found = await customerOfRecord(call, hint, waitMinutes * 60)
    const fallbacks = { name: hint.name, email: hint.email, phone: hint.phone ?? textAt(input, 'phoneWhenMissing') }
    return { ...found, fallbacks }
  }

  const create = async (call: ActionCall, wish: InvoiceWish, hold: Hold): Promise<Written> => {
    const { locationId, input, context, crm } = call
    const { contactId, keep, fallbacks, link } = await contactOf(call)
    const isFree = async (invoiceId: string): Promise<boolean> => {
      const owner = (await links.byCrmIds(locationId, 'invoice', [invoiceId])).get(invoiceId)
      return owner?.state !== 'linked' || owner.rankrId === String(input.rankrId)
    }
    const byNumber = { contactId, number: wish.number, isFree }
    const find = () => findByNumber(crm, byNumber)
    const isSurveyed = context.isBackfill === true && context.isFresh && hold.isNew
    const marker = invoiceMarker(contactId, wish.number)
    const held = isSurveyed ? await findHeld(locationId, { kind: 'invoices', marker }) : undefined
    const there = held ? await findAmong(crm, held, byNumber) : await find()
    if (there) {
      // Created by an attempt whose answer was lost, or unknown: made by hand or before a reinstall.
      if (!context.isFresh && isFrom(there, context)) return { invoice: there, outcome: 'created', keep: [keep] }
      return await change(call, { wish, current: there })
    }
    let invoice: CrmInvoice | undefined
    const { result, effects } = await once({
      locationId,
      context,
      async find() {
        const found = await find()
        return found && { invoiceId: found._id }
      },
      async make() {
        const sender = (input.businessDetails as Record<string, unknown> | undefined) ?? (await business(locationId))
        const contact = recipientIn(link, call, now()) ?? (await readRecipient(crm, contactId, fallbacks))
        const today = context.receivedAt.toISOString().slice(0, 10)
        const names = await namesOf(locationId, wish)
        const draft = draftOf(wish, { contact, business: sender, today, names })
        invoice = (await crm('crm.invoices.create', draft)) as CrmInvoice
        return { invoiceId: invoice._id }
      },
    })
    return {
      invoice: invoice ?? (await readInvoice(crm, result.invoiceId)),
      outcome: 'created',
      keep: [keep, { effects }],
    }
  }

  const change = async (
    call: ActionCall,
    { wish, current }: { wish: InvoiceWish; current: CrmInvoice },
  ): Promise<Written> => {
    const { locationId, context, crm } = call
    if (current.status !== 'draft') {
      if (context.isDemanded) {
        throw new AppError('invoice_closed', {
          detail: `The invoice is ${current.status}; only drafts can be changed.`,
        })
      }
      return { invoice: current, outcome: 'kept', keep: [] }
    }
    const { contactId, keep, fallbacks } = await contactOf(call)
    const contact =
      current.contactDetails?.id === contactId ? current.contactDetails : await readRecipient(crm, contactId, fallbacks)
    // What people added to the draft stays, and so does its issue date.
    const { name, title, termsNotes, businessDetails = {}, issueDate } = current
    const { sentTo: _sentTo, ...body } = draftOf(
      { ...wish, issueDate: wish.issueDate ?? issueDate },
      {
        contact: contact as DraftContact,
        business: businessDetails as Record<string, unknown>,
        today: context.receivedAt.toISOString().slice(0, 10),
        names: await namesOf(locationId, wish),
      },
    )
    const invoice = (await crm('crm.invoices.update', {
      ...body,
      ...(name && String(current.invoiceNumber) === wish.number ? { name } : {}),
      ...(wish.title || !title ? {} : { title }),
      ...(wish.terms || !termsNotes ? {} : { termsNotes }),
      invoiceId: current._id,
    })) as CrmInvoice
    return { invoice: { ...current, ...invoice }, outcome: 'updated', keep: [keep] }
  }

  const write = async (call: ActionCall, rankrId: string, hold: Hold): Promise<ActionResult> => {
    const { locationId, input, context, crm } = call
    const wish = wishOf(input)
    const link = await findLink(locationId, 'invoice', rankrId)
    const { currency, ...rest } = wish
    const rankrFingerprint = fingerprint({ ...rest, currency, customerId: input.customerId })
    const known = link?.state === 'linked' ? link.crmId : null
    const told = {
      status: invoiceStatus(input.status),
      paid: typeof input.amountPaid === 'number' ? toMinor(input.amountPaid, currency) : 0,
    }
    const data = { known: learnt(dataOf(link).known, told) }
    const isSame = link?.rankrFingerprint?.equals(rankrFingerprint) === true
    if (known && isSame && !context.isDemanded) {
      const keep = { links: [invoiceLink(rankrId, known, { data })] }
      return { output: { invoiceId: known, outcome: 'unchanged' }, keep }
    }
    const current = known ? await readOrGone(crm, known) : undefined
    if (current && isSame && current.status !== 'draft') {
      const output = { invoiceId: current._id, outcome: 'unchanged', status: current.status }
      return { output, record: current, keep: { links: [invoiceLink(rankrId, current._id, { data })] } }
    }
    const written = current ? await change(call, { wish, current }) : await create(call, wish, hold)
    const { invoice, outcome, keep } = written
    seen.note(context, invoice)
    const contactId = invoice.contactDetails?.id ?? null
    return {
      output: { invoiceId: invoice._id, contactId, outcome, status: invoice.status },
      record: invoice,
      keep: {
        links: [
          ...keep.flatMap(({ links = [] }) => links),
          invoiceLink(rankrId, invoice._id, { rankrFingerprint, writtenAt: now(), data }),
        ],
        effects: keep.flatMap(({ effects = [] }) => effects),
        audit: [
          ...keep.flatMap(({ audit = [] }) => audit),
          invoiceAudit(`invoice.${outcome}`, { rankrId, invoiceId: invoice._id, number: wish.number }, context),
        ],
      },
    }
  }

  return (call) => {
    const rankrId = String(call.input.rankrId)
    return alone(call, {
      record: invoiceRecord(rankrId),
      work: (held, hold) => write(held, rankrId, hold),
      after: untilKept,
    })
  }
}
