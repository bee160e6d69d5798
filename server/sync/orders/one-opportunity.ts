// Keeps one opportunity per Rankr record: created once, then updated. It stays in its stage unless the caller moves it,
// since people move opportunities too. The CRM refuses a contact's second opportunity unless the account allows
// several; then the existing one is used.

import { AppError } from '../../errors.ts'
import type { Link } from '../../store/links.ts'
import type { EffectWrite } from '../../store/progress.ts'
import type { ActionCall } from '../action.ts'
import type { InWords } from '../note-once.ts'
import type { Once } from '../once.ts'

type Opportunity = { id: string; name?: string; pipelineId?: string } & Record<string, unknown>

export type OpportunityPlace = { pipelineId: string; stageId?: string | undefined }

export type OpportunityWish = {
  /** In English: a new one is named in the account's language; an existing one keeps its name. */
  name: string
  contactId: string
  pipelineId: string
  /** Initial stage. */
  stageId?: string | undefined
  /** Stage to move an existing one to. */
  moveTo?: OpportunityPlace | undefined
  /** In currency units. */
  monetaryValue: number
  status?: 'open' | 'won' | 'lost'
}

type Written = { opportunityId: string; outcome: 'created' | 'updated'; effects: EffectWrite[] }

const placeOf = ({ pipelineId, stageId }: OpportunityPlace) => ({
  pipelineId,
  ...(stageId ? { pipelineStageId: stageId } : {}),
})

/** Throws what calls throw. */
export const createOneOpportunity =
  ({ once, inWords }: { once: Once; inWords: InWords }) =>
  async (
    call: ActionCall,
    {
      link,
      wish: { name, contactId, pipelineId, stageId, moveTo, ...values },
    }: { link: Link | undefined; wish: OpportunityWish },
  ): Promise<Written> => {
    const { locationId, context, crm } = call
    const change = async (opportunityId: string): Promise<boolean> => {
      try {
        await crm('crm.opportunities.update', { opportunityId, ...values, ...(moveTo ? placeOf(moveTo) : {}) })
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
    const make = async (named: string): Promise<{ opportunityId: string }> => {
      try {
        const input = { status: 'open', ...values, ...placeOf({ pipelineId, stageId }), contactId, name: named }
        const made = (await crm('crm.opportunities.create', input)) as { opportunity: Opportunity }
        return { opportunityId: made.opportunity.id }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'crm_duplicate')) throw error
        // The refusal names it; search may not see it yet.
        const { existingId } = error.extra ?? {}
        const opportunityId = typeof existingId === 'string' ? existingId : (await ofContact(() => true))?.id
        if (!opportunityId || !(await change(opportunityId))) throw error
        return { opportunityId }
      }
    }

    const known = link?.state === 'linked' ? link.crmId : null
    if (known && (await change(known))) return { opportunityId: known, outcome: 'updated', effects: [] }
    const named = await inWords(locationId, name, 'us')
    const { result, effects } = await once({
      locationId,
      context,
      async find() {
        // The account's language may have become known since the first attempt.
        const found = await ofContact((one) => one.name === named || one.name === name)
        return found && { opportunityId: found.id }
      },
      make: () => make(named),
    })
    return { opportunityId: result.opportunityId, outcome: 'created', effects }
  }
