// One opportunity per customer with the customer's total revenue. Opportunities have no currency: uses that of most
// payments.

import type { Revenue, RevenueRow } from '../../store/revenue.ts'
import type { ActionCall, OwnAction } from '../action.ts'
import type { Alone } from '../alone.ts'
import { audited } from '../audited.ts'
import { createFindContact, customerKeys, fingerprint } from '../customers/customer-contact.ts'
import type { FindLink } from '../find-link.ts'
import { toDecimal } from '../money.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import { createOneOpportunity } from '../orders/one-opportunity.ts'

type Deps = {
  findLink: FindLink
  revenue: Pick<Revenue, 'ofCustomer'>
  alone: Alone
  once: Once
  inWords: InWords
  now: () => Date
}

/** In currency units; undefined when nothing was paid. */
const worthOf = (rows: readonly RevenueRow[]): { value: number; currency: string } | undefined => {
  const byCurrency = [...Map.groupBy(rows, ({ currency }) => currency)]
  const [most] = byCurrency.toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  if (!most) return undefined
  const [currency, own] = most
  const sum = own.reduce((all, { amountMinor }) => all + amountMinor, 0)
  return { value: Number(toDecimal(Math.max(0, sum), currency)), currency }
}

/** `app.revenue.value-opportunity`; output `{ opportunityId, outcome: 'created' | 'updated' | 'unchanged' | 'absent' }`. */
export const createValueOpportunity = ({ findLink, revenue, alone, once, inWords, now }: Deps): OwnAction => {
  const findContact = createFindContact({ findLink })
  const oneOpportunity = createOneOpportunity({ once, inWords })

  return (asked) => {
    const { locationId, input, context } = asked
    const [rankrId, pipelineId] = [String(input.rankrId), String(input.pipelineId)]
    const work = async (call: ActionCall) => {
      const { contactId } = await findContact(call, customerKeys({ rankrId }))
      const worth = worthOf(await revenue.ofCustomer(locationId, rankrId))
      if (!contactId || !worth) return { output: { opportunityId: null, outcome: 'absent' } }
      const rankrFingerprint = fingerprint({ value: worth.value, pipelineId })
      const link = await findLink(locationId, 'revenue-opportunity', rankrId)
      if (link?.state === 'linked' && link.rankrFingerprint?.equals(rankrFingerprint)) {
        return { output: { opportunityId: link.crmId, outcome: 'unchanged' } }
      }
      const before = link?.data.pipelineId
      const moveTo = before !== undefined && before !== pipelineId ? { pipelineId } : undefined
      const name = `Revenue of customer ${rankrId}`
      const wish = { name, contactId, pipelineId, moveTo, monetaryValue: worth.value }
      const { opportunityId, outcome, effects } = await oneOpportunity(call, { link, wish })
      const entry = audited(`opportunity.${outcome}`, opportunityId, context, { rankrId, ...worth })
      return {
        output: { opportunityId, outcome },
        keep: {
          links: [
            {
              ...({ kind: 'revenue-opportunity', rankrId, crmId: opportunityId, state: 'linked' } as const),
              ...{ rankrFingerprint, writtenAt: now(), data: { contactId, pipelineId } },
            },
          ],
          effects,
          audit: [{ ...entry, subject: { type: 'opportunity', id: opportunityId } }],
        },
      }
    }
    return alone(asked, { record: `revenue:${rankrId}`, isPatient: true, work })
  }
}
