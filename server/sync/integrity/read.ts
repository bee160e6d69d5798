// Reads records of either side for a check: by page, or one again. Read-only.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { RankrClient, RankrKind } from '../../rankr/client.ts'
import type { IntegrityKind, RecordKind } from '../../store/integrity-checks.ts'
import type { CallCrm } from '../action.ts'
import type { CrmInvoice } from '../invoices/invoice-state.ts'
import { ORDER_OBJECT } from '../orders/order-object.ts'
import { businessRow, type CrmRow, contactRow, invoiceRow, opportunityRow, orderRow, productRow } from './crm-side.ts'

export type RankrRecord = Record<string, unknown>

/** Kinds stored in the CRM; tickets are at the support desk. */
export type CrmKind = Exclude<IntegrityKind, 'ticket'>

type CrmPage = { rows: CrmRow[]; next: string | null; total: number | null }
type Answer = Record<string, unknown> & { id: string; searchAfter?: unknown[] }

const CONTACTS = 200
const PAGE = 100

export const RANKR: Record<RecordKind, { list: RankrKind; id: string }> = {
  customer: { list: 'customers', id: 'id' },
  order: { list: 'orders', id: 'order_id' },
  invoice: { list: 'invoices', id: 'invoice_id' },
  ticket: { list: 'issues', id: 'issue_id' },
}

/** The id of a Rankr record of that kind. */
export const rankrIdOf = (kind: RecordKind, record: RankrRecord): string | undefined => {
  const id = record[RANKR[kind].id] ?? record.id
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

const unlessGone = async <Value>(codes: ErrorCode[], work: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError && codes.includes(error.code)) return undefined
    throw error
  }
}

/** Undefined when Rankr does not have it (any more). */
export const readRankr = (
  rankr: Pick<RankrClient, 'get'>,
  { locationId, kind, id }: { locationId: string; kind: RecordKind; id: string },
): Promise<RankrRecord | undefined> =>
  unlessGone(['rankr_not_found'], rankr.get({ locationId, kind: RANKR[kind].list, id }))

const found = (rows: CrmRow[], items: Answer[], size: number, total: unknown): CrmPage => ({
  rows,
  next: items.length === size && items.at(-1)?.searchAfter ? JSON.stringify(items.at(-1)!.searchAfter) : null,
  total: typeof total === 'number' ? total : null,
})

const after = (cursor: string | null) => (cursor === null ? {} : { searchAfter: JSON.parse(cursor) as unknown[] })

/** In order of creation, so that concurrent changes do not move records between pages. */
const readPageOf: Record<CrmKind, (crm: CallCrm, cursor: string | null) => Promise<CrmPage>> = {
  async customer(crm, cursor) {
    const sort = [{ field: 'dateAdded', direction: 'asc' }]
    const output = await crm('crm.contacts.search', { pageLimit: CONTACTS, sort, ...after(cursor) })
    const { contacts = [], total } = output as { contacts?: Answer[]; total?: number }
    return found(contacts.map(contactRow), contacts, CONTACTS, total)
  },
  async order(crm, cursor) {
    const sort = [{ field: 'createdAt', direction: 'asc' }]
    const input = { objectKey: ORDER_OBJECT, page: 1, pageLimit: PAGE, sort, ...after(cursor) }
    // An account without a place for orders has none.
    const output = (await unlessGone(['crm_not_found'], crm('crm.records.search', input))) ?? {}
    const { records = [], total } = output as { records?: Answer[]; total?: number }
    return found(records.map(orderRow), records, PAGE, total)
  },
  async invoice(crm, cursor) {
    const offset = Number(cursor ?? 0)
    const input = { limit: PAGE, offset, sortField: 'issueDate', sortOrder: 'ascend' }
    const { invoices = [], total = 0 } = (await crm('crm.invoices.list', input)) as {
      invoices?: CrmInvoice[]
      total?: number
    }
    const next = offset + invoices.length
    return { rows: invoices.map(invoiceRow), next: invoices.length > 0 && next < total ? String(next) : null, total }
  },
  async opportunity(crm, cursor) {
    // Newest first: a new record pushes others to the next page, where they are seen twice.
    const page = Number(cursor ?? 1)
    const { opportunities = [], meta } = (await crm('crm.opportunities.search', { page, limit: PAGE })) as {
      opportunities?: Answer[]
      meta?: { total?: number }
    }
    const next = opportunities.length === PAGE ? String(page + 1) : null
    return { rows: opportunities.map(opportunityRow), next, total: meta?.total ?? null }
  },
  async business(crm, cursor) {
    const skip = Number(cursor ?? 0)
    const { businesses = [] } = (await crm('crm.businesses.list', { limit: PAGE, skip })) as { businesses?: Answer[] }
    const next = businesses.length === PAGE ? String(skip + PAGE) : null
    return { rows: businesses.map(businessRow), next, total: null }
  },
  async product(crm, cursor) {
    const offset = Number(cursor ?? 0)
    const { products = [] } = (await crm('crm.products.list', { limit: PAGE, offset })) as {
      products?: (Answer & { _id: string })[]
    }
    return {
      rows: products.map(productRow),
      next: products.length === PAGE ? String(offset + PAGE) : null,
      total: null,
    }
  },
}

/** One page of the CRM's records of that kind. Throws what calls throw. */
export const readCrmPage = (kind: CrmKind, crm: CallCrm, cursor: string | null): Promise<CrmPage> =>
  readPageOf[kind](crm, cursor)

/** One record by id: always current, unlike lists. Undefined when it is gone. */
export const readCrm = async (
  crm: CallCrm,
  { kind, id, associationId }: { kind: CrmKind; id: string; associationId: string | undefined },
): Promise<CrmRow | undefined> => {
  const calls: Record<CrmKind, () => Promise<unknown>> = {
    customer: () => crm('crm.contacts.get', { contactId: id }),
    order: () => crm('crm.records.get', { objectKey: ORDER_OBJECT, recordId: id }),
    invoice: () => crm('crm.invoices.get', { invoiceId: id }),
    opportunity: () => crm('crm.opportunities.get', { opportunityId: id }),
    business: () => crm('crm.businesses.get', { businessId: id }),
    product: () => crm('crm.products.get', { productId: id }),
  }
  // The platform's answer to an id of another account, or one it has never seen.
  const answer = await unlessGone(['crm_not_found', 'crm_rejected'], calls[kind]())
  if (!answer) return undefined
  if (kind === 'customer') return contactRow((answer as { contact: Answer }).contact)
  if (kind === 'invoice') return invoiceRow(answer as CrmInvoice)
  if (kind === 'opportunity') return opportunityRow((answer as { opportunity: Answer }).opportunity)
  if (kind === 'business') return businessRow((answer as { business: Answer }).business)
  if (kind === 'product') return productRow(answer as Answer & { _id: string })
  const { record } = answer as { record: Answer }
  const listed = associationId
    ? await crm('crm.relations.list', { recordId: id, associationIds: [associationId], skip: 0, limit: PAGE })
    : {}
  const { relations = [] } = listed as { relations?: { firstRecordId: string }[] }
  return orderRow({ ...record, relations: relations.map(({ firstRecordId }) => ({ recordId: firstRecordId })) })
}
