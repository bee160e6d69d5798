// Assigns a contact to the business of its Rankr customer's company: found by name before it is created, one at a time,
// so that customers of one company share it. A contact moved by a person since stays there.

import { AppError } from '../../errors.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import type { Alone } from '../alone.ts'
import { audited } from '../audited.ts'
import type { FindLink } from '../find-link.ts'
import type { Once } from '../once.ts'
import { createFindContact, customerKeys, linkTo } from './customer-contact.ts'

type Deps = { findLink: FindLink; once: Once; alone: Alone }

type Business = { id: string; name?: string }

const PAGE = 100
/** How many businesses are searched for a name. */
const MOST = 10_000

/** A business's name for comparison: ignores case and spaces. */
export const businessKey = (name: string): string =>
  name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase().slice(0, 180)

const findByName = async ({ crm }: ActionCall, key: string): Promise<string | undefined> => {
  for (let skip = 0; skip < MOST; skip += PAGE) {
    const { businesses = [] } = (await crm('crm.businesses.list', { limit: PAGE, skip })) as { businesses?: Business[] }
    const found = businesses.find(({ name }) => name !== undefined && businessKey(name) === key)
    if (found) return found.id
    if (businesses.length < PAGE) return undefined
  }
  return undefined
}

/** `app.customers.join-business`; output `{ contactId, businessId, outcome: 'joined' | 'unchanged' | 'absent' }`. */
export const createJoinBusiness = ({ findLink, once, alone }: Deps): OwnAction => {
  const findContact = createFindContact({ findLink })

  /** The id: from memory, else by name, else created. */
  const businessOf = async (
    call: ActionCall,
    { name, key, isGone }: { name: string; key: string; isGone: boolean },
  ): Promise<{ businessId: string; isNew: boolean; effects: NonNullable<ActionResult['keep']>['effects'] }> => {
    const link = isGone ? undefined : await findLink(call.locationId, 'business', key)
    if (link?.state === 'linked' && link.crmId) return { businessId: link.crmId, isNew: false, effects: [] }
    const there = await findByName(call, key)
    if (there) return { businessId: there, isNew: false, effects: [] }
    const { result, isNew, effects } = await once({
      locationId: call.locationId,
      // One created for this step before may have been deleted.
      context: isGone ? { ...call.context, stepId: `${call.context.stepId}/again` } : call.context,
      find: () => findByName(call, key),
      async make() {
        const { buiseness } = (await call.crm('crm.businesses.create', { name })) as { buiseness: Business }
        return buiseness.id
      },
    })
    return { businessId: result, isNew, effects }
  }

  const join = async (
    call: ActionCall,
    { name, key, contactId }: { name: string; key: string; contactId: string },
  ): Promise<ActionResult> => {
    const { input, context, crm } = call
    const keys = customerKeys(input)
    const put = async (isGone: boolean) => {
      const found = await businessOf(call, { name, key, isGone })
      await crm('crm.businesses.assign-contacts', { contactIds: [contactId], businessId: found.businessId })
      return found
    }
    const { businessId, isNew, effects } = await put(false).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'crm_not_found') return put(true)
      throw error
    })
    const details = { rankrId: keys.rankrId, businessId, isNew }
    return {
      output: { contactId, businessId, outcome: 'joined' },
      keep: {
        links: [
          { kind: 'business', rankrId: key, crmId: businessId, state: 'linked', data: {} },
          linkTo(keys, contactId, { data: { business: key, businessId } }),
        ],
        effects: effects ?? [],
        audit: [audited('contact.joined-business', contactId, context, details)],
      },
    }
  }

  return async (call) => {
    const name = String(call.input.companyName).trim()
    const key = businessKey(name)
    const { contactId, link } = await findContact(call, customerKeys(call.input))
    if (!contactId) return { output: { contactId: null, businessId: null, outcome: 'absent' } }
    if (link?.data.business === key && typeof link.data.businessId === 'string') {
      return { output: { contactId, businessId: link.data.businessId, outcome: 'unchanged' } }
    }
    return await alone(call, {
      record: `business:${key}`,
      work: (held) => join(held, { name, key, contactId }),
    })
  }
}
