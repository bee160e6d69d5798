// One opportunity for an order: its value and status follow the order. The CRM refuses a second one of a contact unless
// the account allows several; then the one that is there is taken.

import { AppError } from '../../errors.ts'
import type { ActionCall, ActionResult } from '../action.ts'
import { audited } from '../audited.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import type { FindLink } from '../find-link.ts'
import { toDecimal, toMinor } from '../money.ts'
import type { Once } from '../once.ts'
import { opportunityStatus } from './order-record.ts'

type Opportunity = { id: string; name?: string; pipelineId?: string } & Record<string, unknown>

type Deps = { findLink: FindLink; once: Once; now: () => Date }

/** `app.orders.follow-opportunity`; output `{ opportunityId, outcome: 'created' | 'updated' | 'unchanged', status }`. */
export const createFollowOpportunity =
  ({ findLink, once, now }: Deps) =>
  async (call: ActionCall, rankrId: string): Promise<ActionResult> => {
    const { locationId, input, context, crm } = call
    const { contactId, pipelineId, stageId } = input
    const currency = String(input.currency)
    const status = opportunityStatus(String(input.status))
    const name = `Order ${rankrId}`
    const paidBack = typeof input.refundedTotal === 'number' ? toMinor(input.refundedTotal, currency) : 0
    const left = toMinor(Number(input.total), currency) - (status === 'lost' ? 0 : paidBack)
    const wish = { status, monetaryValue: Number(toDecimal(Math.max(0, left), currency)) }
    const rankrFingerprint = fingerprint({ ...wish, pipelineId, stageId })
    const link = await findLink(locationId, 'order-opportunity', rankrId)
    const known = link?.state === 'linked' ? link.crmId : null
    if (known && link?.rankrFingerprint?.equals(rankrFingerprint)) {
      return { output: { opportunityId: known, outcome: 'unchanged', status } }
    }

    const place = { pipelineId, ...(stageId ? { pipelineStageId: stageId } : {}) }
    const change = async (opportunityId: string): Promise<boolean> => {
      try {
        await crm('crm.opportunities.update', { opportunityId, ...wish, ...place })
        return true
      } catch (error) {
        if (error instanceof AppError && error.code === 'crm_not_found') return false
        throw error
      }
    }
    const ofContact = async (isWanted: (one: Opportunity) => boolean): Promise<Opportunity | undefined> => {
      const { opportunities } = (await crm('crm.opportunities.search', { contactId, pipelineId, limit: 100 })) as {
        opportunities: Opportunity[]
      }
      return opportunities.find(isWanted)
    }
    const make = async (): Promise<{ opportunityId: string }> => {
      try {
        const made = (await crm('crm.opportunities.create', { ...wish, ...place, contactId, name })) as {
          opportunity: Opportunity
        }
        return { opportunityId: made.opportunity.id }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'crm_duplicate')) throw error
        // The refusal names it; a search may not see it yet.
        const { existingId } = error.extra ?? {}
        const opportunityId = typeof existingId === 'string' ? existingId : (await ofContact(() => true))?.id
        if (!opportunityId || !(await change(opportunityId))) throw error
        return { opportunityId }
      }
    }

    const isChanged = known !== null && known !== undefined && (await change(known))
    const made = isChanged
      ? undefined
      : await once({
          locationId,
          context,
          async find() {
            const found = await ofContact((one) => one.name === name)
            return found && { opportunityId: found.id }
          },
          make,
        })
    const opportunityId = made?.result.opportunityId ?? known!
    const outcome = made ? 'created' : 'updated'
    return {
      output: { opportunityId, outcome, status },
      keep: {
        links: [
          {
            kind: 'order-opportunity',
            rankrId,
            crmId: opportunityId,
            state: 'linked',
            rankrFingerprint,
            writtenAt: now(),
            data: { contactId },
          },
        ],
        effects: made?.effects ?? [],
        audit: [
          {
            ...audited(`opportunity.${outcome}`, opportunityId, context, { rankrId, status }),
            subject: { type: 'opportunity', id: opportunityId },
          },
        ],
      },
    }
  }
