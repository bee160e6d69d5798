// Moves a merged customer's records to the remaining contact, as far as the API allows: orders, associations, notes,
// draft invoices. Sent invoices and opportunities stay on the former contact and are recorded as such. Every part is
// idempotent.

import { AppError } from '../../errors.ts'
import type { AuditEntry } from '../../store/audit.ts'
import type { Link, Links } from '../../store/links.ts'
import type { EffectWrite, LinkWrite } from '../../store/progress.ts'
import type { ActionCall } from '../action.ts'
import { readOrGone, readRecipient } from '../invoices/invoice-reader.ts'
import type { CrmInvoice } from '../invoices/invoice-state.ts'
import type { createNoteOnce } from '../note-once.ts'
import type { OrderHome } from '../orders/order-object.ts'
import { isNotFound, joinOrder } from '../orders/write-order.ts'

type Deps = {
  links: Pick<Links, 'ofContact' | 'byCrmIds'>
  noteOnce: ReturnType<typeof createNoteOnce>
  home(locationId: string): Promise<OrderHome | undefined>
}

type Contact = { id: string } & Record<string, unknown>
type Between = { from: Contact; to: Contact }

/** Counts of moved records; ids of those that stay. */
export type Moved = {
  moved: { orders: number; joined: number; notes: number; drafts: number }
  kept: { invoices: string[]; opportunities: string[]; notes: number; joined: number }
  links: LinkWrite[]
  effects: EffectWrite[]
  audit: AuditEntry[]
}

type Relation = { id: string; associationId: string; firstRecordId: string; secondRecordId: string }

const PAGE = 100
const MOST_PAGES = 20
/** Maximum number of notes copied; older ones stay. */
const MOST_NOTES = 50
/** Our own notes are not copied. */
const OURS = /Ref [0-9a-f]{10}\s*$/
const ITEM = ['name', 'description', 'qty', 'amount', 'currency', 'productId', 'priceId', 'taxes'] as const

const pick = (record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])))

type Note = { id: string; title?: string; body?: string; dateAdded?: string }

const notesOf = async ({ crm }: ActionCall, contactId: string): Promise<Note[]> =>
  ((await crm('crm.notes.list', { contactId })) as { notes?: Note[] }).notes ?? []

const isRefused = (error: unknown): boolean => error instanceof AppError && error.code === 'crm_rejected'
const isThere = (error: unknown): boolean => error instanceof AppError && error.code === 'crm_duplicate'

/** Moves one contact's records to another; throws what calls throw. */
export const createMoveRecords = ({ links, noteOnce, home }: Deps) => {
  const moveNote = (
    call: ActionCall,
    step: string,
    note: { contactId: string; title?: string; body: string; copied?: string },
  ) => {
    const { context } = call
    return noteOnce({ ...call, context: { ...context, stepId: `${context.stepId}/${step}` } }, { ...note, by: 'us' })
  }

  const moveOrders = async (call: ActionCall, { from, to }: Between, all: Link[], out: Moved): Promise<void> => {
    const place = all.length > 0 ? await home(call.locationId) : undefined
    for (const { rankrId, crmId, state, data } of all) {
      if (state === 'linked' && crmId && place) {
        await joinOrder(call, { associationId: place.associationId, recordId: crmId, contactId: to.id, isNew: false })
        out.links.push({ kind: 'order', rankrId, crmId, state: 'linked', data: { contactId: to.id } })
        out.moved.orders += 1
      }
      if (state !== 'pending' || !data.waiting || typeof data.noteId !== 'string') continue
      // It is a note until there is a place for orders.
      const body = (await notesOf(call, from.id)).find(({ id }) => id === data.noteId)?.body
      const text = body?.replace(OURS, '').trim() || `Order ${rankrId} waits for its place.`
      const note = { contactId: to.id, title: `Order ${rankrId}`, body: text }
      const { noteId, keep } = await moveNote(call, `order/${rankrId}`, note)
      await call.crm('crm.notes.delete', { contactId: from.id, noteId: data.noteId }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
      out.links.push({ kind: 'order', rankrId, crmId: null, state: 'pending', data: { contactId: to.id, noteId } })
      out.effects.push(...(keep.effects ?? []))
      out.moved.orders += 1
    }
  }

  /** Associations made by people. */
  const moveRelations = async ({ crm }: ActionCall, { from, to }: Between, out: Moved): Promise<void> => {
    const all: Relation[] = []
    for (let skip = 0; skip < PAGE * MOST_PAGES; skip += PAGE) {
      const { relations } = (await crm('crm.relations.list', { recordId: from.id, skip, limit: PAGE })) as {
        relations: Relation[]
      }
      all.push(...relations)
      if (relations.length < PAGE) break
    }
    for (const { id, associationId, firstRecordId, secondRecordId } of all) {
      const here = (recordId: string) => (recordId === from.id ? to.id : recordId)
      const joined = { associationId, firstRecordId: here(firstRecordId), secondRecordId: here(secondRecordId) }
      const isMoved = await crm('crm.relations.create', joined).then(
        () => true,
        (error: unknown) => {
          if (isThere(error)) return true
          if (isRefused(error)) return false
          throw error
        },
      )
      if (!isMoved) {
        // This kind allows one at a time, or none with itself.
        out.kept.joined += 1
        continue
      }
      await crm('crm.relations.delete', { relationId: id }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
      out.moved.joined += 1
    }
  }

  const copyNotes = async (call: ActionCall, { from, to }: Between, out: Moved): Promise<void> => {
    const theirs = (await notesOf(call, from.id)).filter(({ body }) => body && !OURS.test(body))
    const latest = theirs
      .toSorted((a, b) => String(b.dateAdded).localeCompare(String(a.dateAdded)))
      .slice(0, MOST_NOTES)
    for (const { id, title, body, dateAdded } of latest) {
      const written = dateAdded ? `, ${dateAdded.slice(0, 10)}` : ''
      const note = {
        contactId: to.id,
        ...(title ? { title } : {}),
        copied: String(body),
        body: `From the contact of customer ${call.input.rankrId}${written}.`,
      }
      const { keep } = await moveNote(call, `note/${id}`, note)
      out.effects.push(...(keep.effects ?? []))
      out.moved.notes += 1
    }
    out.kept.notes = theirs.length - latest.length
  }

  const moveDraft = async ({ crm }: ActionCall, invoice: CrmInvoice, { from, to }: Between): Promise<boolean> => {
    const name = [from.firstName, from.lastName].filter(Boolean).join(' ')
    const known = (value: unknown): string | undefined =>
      typeof value === 'string' && value !== '' ? value : undefined
    const fallbacks = { name, email: known(from.email), phone: known(from.phone) }
    try {
      const contactDetails = await readRecipient(crm, to.id, fallbacks)
      const { invoiceItems = [], issueDate, dueDate } = invoice
      await crm('crm.invoices.update', {
        invoiceId: invoice._id,
        ...pick(invoice, ['name', 'title', 'termsNotes', 'currency', 'discount', 'liveMode', 'businessDetails']),
        ...(invoice.invoiceNumber === undefined
          ? {}
          : { invoiceNumber: String(invoice.invoiceNumber), invoiceNumberPrefix: '' }),
        issueDate: String(issueDate).slice(0, 10),
        dueDate: String(dueDate).slice(0, 10),
        items: invoiceItems.map((item) => pick(item, ITEM)),
        contactDetails,
      })
      return true
    } catch (error) {
      // Nobody can be billed without an e-mail address or phone number: a person must look at it.
      if (isRefused(error) || (error instanceof AppError && error.code === 'invoice_contact_incomplete')) return false
      throw error
    }
  }

  const moveInvoices = async (call: ActionCall, between: Between, out: Moved): Promise<void> => {
    const { from } = between
    const found: string[] = []
    for (let page = 0; page < MOST_PAGES; page++) {
      const input = { contactId: from.id, limit: PAGE, offset: page * PAGE }
      const { invoices = [] } = (await call.crm('crm.invoices.list', input)) as { invoices?: CrmInvoice[] }
      found.push(...invoices.filter(({ status }) => status !== 'void').map(({ _id }) => _id))
      if (invoices.length < PAGE) break
    }
    const known = await links.byCrmIds(call.locationId, 'invoice', found)
    for (const id of found) {
      const invoice = await readOrGone(call.crm, id)
      if (!invoice || invoice.contactDetails?.id !== from.id) continue
      if (invoice.status === 'draft' && (await moveDraft(call, invoice, between))) {
        out.moved.drafts += 1
        continue
      }
      out.kept.invoices.push(id)
      const link = known.get(id)
      if (link) out.links.push(keptOn(link, between))
    }
  }

  /** For the integrity check, which reports it. */
  const keptOn = ({ kind, rankrId, crmId }: Link, { from, to }: Between): LinkWrite => ({
    ...{ kind, rankrId, crmId, state: 'linked' },
    data: { keptOn: from.id, keptFor: to.id },
  })

  /** Throws what calls throw. */
  return async (call: ActionCall, between: Between): Promise<Moved> => {
    const out: Moved = {
      moved: { orders: 0, joined: 0, notes: 0, drafts: 0 },
      kept: { invoices: [], opportunities: [], notes: 0, joined: 0 },
      ...{ links: [], effects: [], audit: [] },
    }
    const kinds = ['order', 'order-opportunity', 'revenue-opportunity'] as const
    const all = await links.ofContact(call.locationId, between.from.id, [...kinds])
    const ofKind = Map.groupBy(all, ({ kind }) => kind)
    await moveOrders(call, between, ofKind.get('order') ?? [], out)
    await moveRelations(call, between, out)
    await copyNotes(call, between, out)
    await moveInvoices(call, between, out)
    const opportunities = [...(ofKind.get('order-opportunity') ?? []), ...(ofKind.get('revenue-opportunity') ?? [])]
    for (const link of opportunities.filter(({ state, crmId }) => state === 'linked' && crmId)) {
      out.kept.opportunities.push(link.crmId!)
      out.links.push(keptOn(link, between))
    }
    return out
  }
}
