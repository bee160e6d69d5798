// Keeps one opportunity per order: value and status follow the order, and so does the stage where one is configured for
// the order's status. Between status changes it stays where people move it.

import type { ActionCall, ActionResult } from '../action.ts'
import { audited } from '../audited.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import type { FindLink } from '../find-link.ts'
import { toDecimal, toMinor } from '../money.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'
import { createOneOpportunity, type OpportunityPlace } from './one-opportunity.ts'
import { opportunityStatus } from './order-record.ts'

type Deps = { findLink: FindLink; once: Once; inWords: InWords; now: () => Date }

/** An opportunity's value and status from the action's input. Throws as `toMinor` does. */
export const opportunityOf = (input: Record<string, unknown>) => {
  const currency = String(input.currency)
  const status = opportunityStatus(String(input.status))
  const paidBack = typeof input.refundedTotal === 'number' ? toMinor(input.refundedTotal, currency) : 0
  const left = toMinor(Number(input.total), currency) - (status === 'lost' ? 0 : paidBack)
  return { status, monetaryValue: Number(toDecimal(Math.max(0, left), currency)) }
}

const STAGES = { open: 'stageId', won: 'wonStageId', lost: 'lostStageId' } as const

const stageFor = (input: Record<string, unknown>, status: keyof typeof STAGES): string | undefined => {
  const stage = input[STAGES[status]]
  return typeof stage === 'string' && stage !== '' ? stage : undefined
}

/** `before`: the last write, from the link. */
const moveOf = (
  input: Record<string, unknown>,
  status: keyof typeof STAGES,
  before: Record<string, unknown> | undefined,
): OpportunityPlace | undefined => {
  const pipelineId = String(input.pipelineId)
  const stageId = stageFor(input, status)
  // Another pipeline was chosen in the settings.
  if (before?.pipelineId !== undefined && before.pipelineId !== pipelineId) return { pipelineId, stageId }
  const hasTurned = before?.status !== undefined && before.status !== status
  return hasTurned && stageId ? { pipelineId, stageId } : undefined
}

/** `app.orders.follow-opportunity`; output `{ opportunityId, outcome: 'created' | 'updated' | 'unchanged', status }`. */
export const createFollowOpportunity = ({ findLink, once, inWords, now }: Deps) => {
  const oneOpportunity = createOneOpportunity({ once, inWords })
  return async (call: ActionCall, rankrId: string): Promise<ActionResult> => {
    const { locationId, input, context } = call
    const [contactId, pipelineId] = [String(input.contactId), String(input.pipelineId)]
    const values = opportunityOf(input)
    const { status } = values
    const rankrFingerprint = fingerprint({ ...values, pipelineId })
    const link = await findLink(locationId, 'order-opportunity', rankrId)
    if (link?.state === 'linked' && link.crmId && link.rankrFingerprint?.equals(rankrFingerprint)) {
      return { output: { opportunityId: link.crmId, outcome: 'unchanged', status } }
    }
    const wish = {
      ...{ name: `Order ${rankrId}`, contactId, pipelineId, ...values },
      stageId: stageFor(input, status) ?? stageFor(input, 'open'),
      moveTo: moveOf(input, status, link?.data),
    }
    const { opportunityId, outcome, effects } = await oneOpportunity(call, { link, wish })
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
            data: { contactId, pipelineId, status },
          },
        ],
        effects,
        audit: [
          {
            ...audited(`opportunity.${outcome}`, opportunityId, context, { rankrId, status }),
            subject: { type: 'opportunity', id: opportunityId },
          },
        ],
      },
    }
  }
}
