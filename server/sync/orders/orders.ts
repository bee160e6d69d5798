// Our own actions on orders. All are idempotent, and at most one runs at a time per order.

import type { Links } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import type { ActionCall, ActionContext, ActionResult, Keep, OwnAction } from '../action.ts'
import { createAlone, untilKept } from '../alone.ts'
import { audited } from '../audited.ts'
import type { FindHeld } from '../backfill/survey.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import { createCustomerOfRecord } from '../customers/customer-of-record.ts'
import { createFindLink } from '../find-link.ts'
import { createNoteOnce, type InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import { createChangeOrder } from './change-order.ts'
import { createFollowOpportunity } from './follow-opportunity.ts'
import { createMatchProducts } from './match-products.ts'
import type { OrderHome } from './order-object.ts'
import { isCancelled, type Order, orderOf, orderText } from './order-record.ts'
import { createWriteOrder, isNotFound, joinOrder } from './write-order.ts'

type Deps = {
  links: Pick<Links, 'findAll'>
  once: Once
  holds: RecordHolds
  /** The account's place for orders, cached; undefined while there is none. */
  home(locationId: string): Promise<OrderHome | undefined>
  /** Drops the cached place after it proved wrong. */
  forgetHome(locationId: string): void
  findHeld: FindHeld
  inWords: InWords
  now: () => Date
}

/** The data stored with the link. */
export type OrderLinkData = {
  contactId?: string
  /** Its date (YYYY-MM-DD) and whether it was cancelled, for its customer's totals. */
  placedOn?: string
  isCancelled?: boolean
  /** While it waits for its place: its note, and the order as the action receives it. */
  noteId?: string | null
  waiting?: Record<string, unknown> | null
}

type Hold = { isNew: boolean }

const WAIT_MINUTES = 10

const textAt = (input: Record<string, unknown>, key: string): string | undefined =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : undefined

/** The stored action input of a waiting order; its contact is known already. */
export const waitingOf = ({
  rankrId: _id,
  contactId: _contact,
  waitMinutes: _wait,
  ...order
}: Record<string, unknown>) => order

const factsOf = ({ placedOn, status }: Order): OrderLinkData => ({
  ...(placedOn ? { placedOn } : {}),
  isCancelled: isCancelled(status),
})

const orderAudit = (action: string, { id, ...details }: Record<string, unknown>, context: ActionContext) => ({
  ...audited(action, String(id), context, details),
  subject: { type: 'order', id: String(id) },
})

/** Actions `app.orders.*` by catalog id. */
export const createOrderActions = (deps: Deps): Record<string, OwnAction> => {
  const { links, once, holds, home, forgetHome, findHeld, inWords, now } = deps
  const findLink = createFindLink(links)
  const customerOfRecord = createCustomerOfRecord({ findLink, now })
  const noteOnce = createNoteOnce({ once, inWords })
  const writeOrder = createWriteOrder({ once, findHeld })
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
        await call.crm('crm.notes.update', { contactId, noteId, body: await inWords(call.locationId, body, 'us') })
        return { noteId, keep: {} }
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    return await noteOnce(call, { contactId, title: `Order ${order.number}`, body, by: 'us' })
  }

  const dropNote = async ({ crm }: ActionCall, { noteId, contactId }: OrderLinkData): Promise<void> => {
    if (!noteId || !contactId) return
    try {
      await crm('crm.notes.delete', { contactId, noteId })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  const write = async (call: ActionCall, rankrId: string, { isNew: isFirst }: Hold): Promise<ActionResult> => {
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

    const wait = async (): Promise<ActionResult> => {
      const noted = await keepAsNote(call, { order, contactId, before })
      const data = { ...factsOf(order), contactId, noteId: noted.noteId, waiting: waitingOf(input) }
      return {
        output: { recordId: null, contactId, noteId: noted.noteId, outcome: 'waiting', isNew: !before.waiting },
        keep: {
          links: [...(ofContact.links ?? []), linkTo(rankrId, { state: 'pending', data })],
          effects: [...(ofContact.effects ?? []), ...(noted.keep.effects ?? [])],
          audit: [...ofContactAudit, ...(noted.keep.audit ?? [])],
        },
      }
    }

    const putIn = async (place: OrderHome): Promise<ActionResult> => {
      const { record, outcome, isNew, effects } = await writeOrder(call, { order, place, known, isNew: isFirst })
      if (outcome === 'created' || before.contactId !== contactId) {
        await joinOrder(call, { associationId: place.associationId, recordId: record.id, contactId, isNew })
      }
      await dropNote(call, before)
      const data = { ...factsOf(order), contactId, noteId: null, waiting: null }
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

    const place = await home(locationId)
    if (!place) return await wait()
    try {
      return await putIn(place)
    } catch (error) {
      if (!isNotFound(error)) throw error
      // The place was deleted since it was cached.
      forgetHome(locationId)
      const again = await home(locationId)
      return again ? await putIn(again) : await wait()
    }
  }

  /** Reads what waits at its turn: a later event of the order may have moved it already. */
  const move = async (call: ActionCall, rankrId: string, hold: Hold): Promise<ActionResult> => {
    const link = await findLink(call.locationId, 'order', rankrId)
    const { waiting, contactId } = (link?.data ?? {}) as OrderLinkData
    if (link?.state !== 'pending' || !waiting) {
      return { output: { recordId: link?.crmId ?? null, contactId: contactId ?? null, outcome: 'unchanged' } }
    }
    return await write({ ...call, input: { ...waiting, rankrId, contactId } }, rankrId, hold)
  }

  const searching = (call: ActionCall, rankrId: string) => write(call, rankrId, { isNew: false })
  const change = createChangeOrder({ findLink, home, contactOf, write: searching, linkTo, now })

  const oneAtATime =
    (work: (call: ActionCall, rankrId: string, hold: Hold) => Promise<ActionResult>): OwnAction =>
    (call) => {
      const rankrId = String(call.input.rankrId)
      return alone(call, {
        record: `order:${rankrId}`,
        work: (held, hold) => work(held, rankrId, hold),
        after: untilKept,
      })
    }

  return {
    'app.orders.upsert': oneAtATime(write),
    'app.orders.change': oneAtATime(change),
    'app.orders.move-waiting': oneAtATime(move),
    'app.orders.match-products': createMatchProducts({ findLink, once, alone }),
    'app.orders.follow-opportunity': oneAtATime(createFollowOpportunity({ findLink, once, inWords, now })),
  }
}
