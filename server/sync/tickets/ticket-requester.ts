// A ticket's requester: the customer, as the issue, the contact or Rankr knows it. A ticket without one is
// better than none.

import { AppError, type ErrorCode } from '../../errors.ts'
import type { ActionCall } from '../action.ts'
import type { FindLink } from '../find-link.ts'

export type Requester = { contactId: string | null; email: string | undefined; name: string | undefined }

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** Errors after which the ticket is opened without a requester. */
const UNKNOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'crm_not_found',
  'rankr_not_found',
  'rankr_not_connected',
  'rankr_unauthorized',
  'action_unknown',
])

const orNothing = async (work: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    return (await work) as Record<string, unknown>
  } catch (error) {
    if (error instanceof AppError && UNKNOWN.has(error.code)) return {}
    throw error
  }
}

/** Throws what calls throw, except errors that only mean the customer is unknown. */
export const createRequester =
  ({ findLink }: { findLink: FindLink }) =>
  async ({ locationId, input, crm, rankr }: ActionCall): Promise<Requester> => {
    const customerId = text(input.customerId)
    const link = customerId ? await findLink(locationId, 'customer', customerId) : undefined
    const contactId = (link?.state === 'linked' ? link.crmId : undefined) ?? null
    const said = { email: text(input.customerEmail), name: text(input.customerName) }
    if (said.email) return { contactId, ...said }
    if (contactId) {
      const { contact } = await orNothing(crm('crm.contacts.get', { contactId }))
      const { email, firstName, lastName } = (contact ?? {}) as Record<string, unknown>
      const name = [text(firstName), text(lastName)].filter(Boolean).join(' ')
      if (text(email)) return { contactId, email: text(email), name: said.name ?? text(name) }
    }
    const customer = customerId ? await orNothing(rankr('rankr.customers.get', { customerId })) : {}
    return { contactId, email: text(customer.email), name: said.name ?? text(customer.name) }
  }
