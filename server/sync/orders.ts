// Our own actions on orders. Each may be tried again at any point of its work and must then leave the same state, and
// none of them runs twice at once for one order.

import { AppError } from '../errors.ts'
import type { Links } from '../store/links.ts'
import type { LinkWrite } from '../store/progress.ts'
import type { RecordHolds } from '../store/record-holds.ts'
import type { ActionCall, ActionContext, ActionResult, Keep, OwnAction } from './action.ts'
import { createAlone } from './alone.ts'
import { audited } from './audited.ts'
import { fingerprint } from './customer-contact.ts'
import { createCustomerOfRecord } from './customer-of-record.ts'
import { createFindLink } from './find-link.ts'
import { createFollowOpportunity } from './follow-opportunity.ts'
import { createNoteOnce } from './note-once.ts'
import type { Once } from './once.ts'
import { ORDER_OBJECT, type OrderHome } from './order-object.ts'
import { type Order, orderOf, orderProperties, orderText } from './order-record.ts'

type Deps = {
  links: Pick<Links, 'findAll'>
  once: Once
  holds: RecordHolds
  /** The account's place for orders, from memory; undefined while it has none. */
  home(locationId: string): Promise<OrderHome | undefined>
  /** The place is not what it was: look again. */
  forgetHome(locationId: string): void
  now: () => Date
}

/** What is remembered with the pair. */
export type OrderLinkData = {
  contactId?: string
  /** While it waits for its place: the note that holds it, and the order as Rankr sends it. */
  noteId?: string | null
  waiting?: Record<string, unknown> | null
}

type CrmRecord = { id: string; properties?: Record<string, unknown> } & Record<string, unknown>

const WAIT_MINUTES = 10

const textAt = (input: Record<string, unknown>, key: string): string | undefined =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : undefined

const isNotFound = (error: unknown): boolean => error instanceof AppError && error.code === 'crm_not_found'

/** The order as an event of Rankr carries it, from the input of the action. */
const asRankrOrder = (input: Record<string, unknown>): Record<string, unknown> => {
  const { rankrId, customerId, customerEmail, customerPhone, customerName, lineItems, placedAt, ...rest } = input
  const { number, total, currency, status } = rest
  return Object.fromEntries(
    Object.entries({
      order_id: rankrId,
      number,
      customer_id: customerId,
      customer_email: customerEmail,
      customer_phone: customerPhone,
      customer_name: customerName,
      total,
      currency,
      status,
      line_items: lineItems,
      created_at: placedAt,
    }).filter(([, value]) => value !== undefined),
  )
}

const orderAudit = (action: string, { id, ...details }: Record<string, unknown>, context: ActionContext) => ({
  ...audited(action, String(id), context, details),
  subject: { type: 'order', id: String(id) },
})

/** The own actions of the catalog's `app.orders.*`, by id. */
export const createOrderActions = (deps: Deps): Record<string, OwnAction> => {
  const { links, once, holds, home, forgetHome, now } = deps
  const findLink = createFindLink(links)
  const customerOfRecord = createCustomerOfRecord({ findLink, now })
  const noteOnce = createNoteOnce(once)
  const alone = createAlone({ holds })

  const linkTo = (rankrId: string, write: Partial<LinkWrite> & { data: OrderLinkData }): LinkWrite => ({
    kind: 'order',
    rankrId,
    crmId: null,
    state: 'linked',
    ...write,
  })

  const contactOf = (call: ActionCall) => {
    const { input } = call
    const waitMinutes = typeof input.waitMinutes === 'number' ? input.waitMinutes : WAIT_MINUTES
    const hint = {
      rankrId: String(input.customerId),
      email: textAt(input, 'customerEmail'),
      phone: textAt(input, 'customerPhone'),
      name: textAt(input, 'customerName'),
      contactId: textAt(input, 'contactId'),
    }
    return customerOfRecord(call, hint, waitMinutes * 60)
  }

  const keepAsNote = async (
    call: ActionCall,
    { order, contactId, before }: { order: Order; contactId: string; before: OrderLinkData },
  ): Promise<{ noteId: string; keep: Keep }> => {
    const body = orderText(order)
    const { noteId } = before
    if (noteId && before.contactId === contactId) {
      try {
        await call.crm('crm.notes.update', { contactId, noteId, body })
        return { noteId, keep: {} }
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    return await noteOnce(call, { contactId, title: `Order ${order.number}`, body })
  }

  /** Undefined when the record is gone. */
  const change = async ({ crm }: ActionCall, recordId: string, properties: Record<string, unknown>) => {
    try {
      const { record } = (await crm('crm.records.update', { objectKey: ORDER_OBJECT, recordId, properties })) as {
        record?: CrmRecord
      }
      return { ...record, id: recordId } as CrmRecord
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  const create = async (call: ActionCall, order: Order, properties: Record<string, unknown>) => {
    const { locationId, context, crm } = call
    let record: CrmRecord | undefined
    const find = async () => {
      const { records } = (await crm('crm.records.search', {
        objectKey: ORDER_OBJECT,
        query: order.number,
        page: 1,
        pageLimit: 50,
      })) as { records: CrmRecord[] }
      const found = records.find((one) => one.properties?.number === order.number)
      return found && { recordId: found.id }
    }
    const { result, effects } = await once({
      locationId,
      context,
      find,
      async make() {
        const made = (await crm('crm.records.create', { objectKey: ORDER_OBJECT, properties })) as { record: CrmRecord }
        record = made.record
        return { recordId: record.id }
      },
    })
    return { record: record ?? { id: result.recordId, properties }, effects }
  }

  /** Joins the record to its contact; what joined it to another one ends. */
  const join = async (
    { crm }: ActionCall,
    {
      associationId,
      recordId,
      contactId,
      isNew,
    }: Record<'associationId' | 'recordId' | 'contactId', string> & { isNew: boolean },
  ): Promise<void> => {
    if (!isNew) {
      const { relations } = (await crm('crm.relations.list', {
        recordId,
        associationIds: [associationId],
        skip: 0,
        limit: 100,
      })) as { relations: { id: string; firstRecordId: string }[] }
      for (const relation of relations.filter(({ firstRecordId }) => firstRecordId !== contactId)) {
        await crm('crm.relations.delete', { relationId: relation.id })
      }
      if (relations.some(({ firstRecordId }) => firstRecordId === contactId)) return
    }
    try {
      await crm('crm.relations.create', { associationId, firstRecordId: contactId, secondRecordId: recordId })
    } catch (error) {
      // Joined by a try whose answer was lost.
      if (!(error instanceof AppError && error.code === 'crm_duplicate')) throw error
    }
  }

  const dropNote = async ({ crm }: ActionCall, { noteId, contactId }: OrderLinkData): Promise<void> => {
    if (!noteId || !contactId) return
    try {
      await crm('crm.notes.delete', { contactId, noteId })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  const write = async (call: ActionCall, rankrId: string): Promise<ActionResult> => {
    const { locationId, input, context } = call
    const order = orderOf(input)
    const rankrFingerprint = fingerprint({ ...order })
    const link = await findLink(locationId, 'order', rankrId)
    const before = (link?.data ?? {}) as OrderLinkData
    const known = link?.state === 'linked' ? link.crmId : null
    if (known && !context.isDemanded && link?.rankrFingerprint?.equals(rankrFingerprint)) {
      return { output: { recordId: known, contactId: before.contactId ?? null, outcome: 'unchanged' } }
    }
    const { contactId, keep: ofContact } = await contactOf(call)
    const ofContactAudit = ofContact.audit ?? []
    const place = await home(locationId)
    if (!place) {
      const noted = await keepAsNote(call, { order, contactId, before })
      const data = { contactId, noteId: noted.noteId, waiting: asRankrOrder(input) }
      return {
        output: { recordId: null, contactId, noteId: noted.noteId, outcome: 'waiting' },
        keep: {
          links: [...(ofContact.links ?? []), linkTo(rankrId, { state: 'pending', data })],
          effects: [...(ofContact.effects ?? []), ...(noted.keep.effects ?? [])],
          audit: [...ofContactAudit, ...(noted.keep.audit ?? [])],
        },
      }
    }
    const properties = orderProperties(order, place.primaryKey)
    const changed = known ? await change(call, known, properties) : undefined
    const { record, effects } = changed
      ? { record: changed, effects: [] }
      : await create(call, order, properties).catch((error: unknown) => {
          // The object was deleted since it was looked at: the next try looks again.
          if (isNotFound(error)) forgetHome(locationId)
          throw error
        })
    const isNew = !changed && context.isFresh
    if (!changed || before.contactId !== contactId) {
      await join(call, { associationId: place.associationId, recordId: record.id, contactId, isNew })
    }
    await dropNote(call, before)
    const outcome = changed ? 'updated' : 'created'
    const data = { contactId, noteId: null, waiting: null }
    return {
      output: { recordId: record.id, contactId, outcome },
      record,
      keep: {
        links: [
          ...(ofContact.links ?? []),
          linkTo(rankrId, { crmId: record.id, rankrFingerprint, writtenAt: now(), data }),
        ],
        effects: [...(ofContact.effects ?? []), ...effects],
        audit: [
          ...ofContactAudit,
          orderAudit(`order.${outcome}`, { id: record.id, rankrId, status: order.status, contactId }, context),
        ],
      },
    }
  }

  const oneAtATime =
    (work: (call: ActionCall, rankrId: string) => Promise<ActionResult>): OwnAction =>
    (call) => {
      const rankrId = String(call.input.rankrId)
      const { locationId, context } = call
      return alone({
        locationId,
        record: `order:${rankrId}`,
        holder: context.runId,
        isPatient: context.isDemanded === true,
        work: () => work(call, rankrId),
      })
    }

  return {
    'app.orders.upsert': oneAtATime(write),
    'app.orders.follow-opportunity': oneAtATime(createFollowOpportunity({ findLink, once, now })),
  }
}
