// The contact an order or invoice belongs to. Records may arrive before their customer: they wait for a limited time;
// after that the contact is created from what the record says about its customer, or the missing customer is reported.

import { AppError } from '../../errors.ts'
import type { Link } from '../../store/links.ts'
import type { ActionCall, ActionResult, Keep } from '../action.ts'
import type { FindLink } from '../find-link.ts'
import { createFindContact, customerKeys, linkTo } from './customer-contact.ts'
import { createUpsertContact, type StandsIn } from './upsert-contact.ts'

/** What a record says about its customer; `rankrId` is the customer's id. */
export type CustomerHint = {
  rankrId: string
  email?: string | undefined
  phone?: string | undefined
  name?: string | undefined
  companyName?: string | undefined
  /** Found by an earlier step. */
  contactId?: string | undefined
}

/** `link`: of a customer that was synced. */
export type OfRecord = { contactId: string; keep: Keep; outcome: 'known' | 'matched' | 'created'; link?: Link }

/** Requested delay of the next attempt; the schedule may make it longer. */
const ASK_AGAIN_SECONDS = 10

/** Marks a contact created before its customer, which then counts as new if nobody had it before. */
const standing = (standsIn: StandsIn): { data: { standsIn: StandsIn } } => ({ data: { standsIn } })

type Deps = { findLink: FindLink; now: () => Date }

export type CustomerOfRecord = ReturnType<typeof createCustomerOfRecord>

/**
 * `waitSeconds` counts from the event's arrival; API callers (`isDemanded`) never wait. Throws `customer_awaited` while
 * there is time left, `customer_missing` when too little is known to create a contact, and what calls throw.
 */
export const createCustomerOfRecord = ({ findLink, now }: Deps) => {
  const findContact = createFindContact({ findLink })
  const upsertContact = createUpsertContact('customer', { findLink, now })

  return async (call: ActionCall, hint: CustomerHint, waitSeconds: number): Promise<OfRecord> => {
    const { context } = call
    const given = Object.fromEntries(Object.entries(hint).filter(([, value]) => value !== undefined && value !== ''))
    const keys = customerKeys(given)
    const { contactId, link } = await findContact(call, keys)
    if (contactId && link) return { contactId, keep: {}, outcome: 'known', link }
    if (contactId)
      return { contactId, keep: { links: [linkTo(keys, contactId, standing('found'))] }, outcome: 'matched' }

    const waitedMs = now().getTime() - context.receivedAt.getTime()
    if (!context.isDemanded && waitedMs < waitSeconds * 1000) {
      throw new AppError('customer_awaited', {
        detail: `The customer ${keys.rankrId} is not here yet.`,
        retryAfterSeconds: ASK_AGAIN_SECONDS,
      })
    }
    if (!keys.email && !keys.phone) {
      throw new AppError('customer_missing', {
        detail: `The customer ${keys.rankrId} has not come over, and the record holds no e-mail address or phone number of it.`,
        extra: { customerId: keys.rankrId },
      })
    }
    const input = { ...given, source: 'Rankr' }
    const { output, keep = {} }: ActionResult = await upsertContact({ ...call, input })
    const links = (keep.links ?? []).map((made) => ({ ...made, data: { ...made.data, ...standing('made').data } }))
    return { contactId: String(output.contactId), keep: { ...keep, links }, outcome: 'created' }
  }
}
