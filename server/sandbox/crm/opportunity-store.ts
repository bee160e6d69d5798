// The rules of opportunities: one per contact and pipeline by default, and which events follow. Knows no HTTP.

import { newCrmId } from './crm-ids.ts'
import type { EventName } from './event-catalog.ts'
import { notFound, Refusal } from './refusal.ts'
import type { CustomFieldValue } from './rows.ts'
import type { Opportunity } from './sales-rows.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

type Written = Partial<Pick<Opportunity, 'name' | 'pipelineId' | 'pipelineStageId' | 'status' | 'monetaryValue'>> & {
  assignedTo?: string | undefined
  lostReasonId?: string | undefined
  forecastExpectedCloseDate?: string | undefined
  forecastProbability?: number | undefined
  customFields?:
    | { id?: string | undefined; key?: string | undefined; fieldValue?: unknown; field_value?: unknown }[]
    | undefined
}

/** Members that may be left out, typed as they are in the row. */
type Given = { [K in keyof Written]?: Written[K] | undefined }

const opportunityEvent = (row: Opportunity): Record<string, unknown> => ({
  locationId: row.locationId,
  id: row.id,
  assignedTo: row.assignedTo,
  contactId: row.contactId,
  monetaryValue: row.monetaryValue,
  name: row.name,
  pipelineId: row.pipelineId,
  pipelineStageId: row.pipelineStageId,
  source: row.source,
  status: row.status,
  dateAdded: row.createdAt,
})

/** An opportunity as the API answers it. */
export const opportunityView = (state: State, row: Opportunity): Record<string, unknown> => {
  const contact = state.contacts.get(row.contactId)
  return {
    ...row,
    customFields: row.customFields.map(({ id, value }) => ({ id, fieldValue: value })),
    lastActionDate: row.updatedAt,
    ...(contact && {
      contact: {
        id: contact.id,
        name: [contact.firstName, contact.lastName].filter(Boolean).join(' '),
        companyName: contact.companyName,
        email: contact.email,
        phone: contact.phone,
        tags: contact.tags,
      },
    }),
  }
}

type Parts = { state: State; events: Events; now: () => Date }

/** The rules of opportunities, for the API and for what a person does. */
export const createOpportunityStore = ({ state, events, now }: Parts) => {
  const stageOf = (locationId: string, pipelineId: string, stageId: string | undefined): string => {
    const pipeline = state.pipelines.get(pipelineId)
    if (pipeline?.locationId !== locationId) throw notFound('Pipeline')
    const stage = stageId === undefined ? pipeline.stages[0] : pipeline.stages.find(({ id }) => id === stageId)
    if (!stage) throw new Refusal(400, 'Pipeline stage not found')
    return stage.id
  }

  const fieldsIn = (row: Pick<Opportunity, 'locationId' | 'customFields'>, written: Given['customFields']) => {
    const values = new Map(row.customFields.map(({ id, value }) => [id, value]))
    for (const { id, key, fieldValue, field_value } of written ?? []) {
      const byKey = key && state.customFields.first('key', `${row.locationId} opportunity.${key}`)
      const field = id ? state.customFields.get(id) : byKey
      if (field && field.locationId === row.locationId) values.set(field.id, fieldValue ?? field_value)
    }
    return Array.from(values, ([id, value]): CustomFieldValue => ({ id, value }))
  }

  /** Each special event comes together with OpportunityUpdate, as on the platform. */
  const tell = (row: Opportunity, names: EventName[]): void => {
    for (const name of names) events.emit(name, row.locationId, opportunityEvent(row))
  }

  return {
    create(wanted: Given & { locationId: string; contactId: string; name: string; pipelineId: string }): Opportunity {
      const { locationId, contactId, pipelineId } = wanted
      if (state.contacts.get(contactId)?.locationId !== locationId) throw notFound('Contact')
      const pipelineStageId = stageOf(locationId, pipelineId, wanted.pipelineStageId)
      const existing = state.opportunities.first('contactInPipeline', `${contactId} ${pipelineId}`)
      if (existing && !state.locations.get(locationId)!.settings.allowDuplicateOpportunity) {
        throw new Refusal(400, 'Can not create duplicate opportunity for the contact.', {
          code: 'OPPORTUNITY_NO_DUPLICATE',
          meta: { existingId: existing.id },
        })
      }
      const at = now().toISOString()
      const row = state.opportunities.put({
        id: newCrmId(),
        locationId,
        contactId,
        pipelineId,
        pipelineStageId,
        name: wanted.name,
        status: wanted.status ?? 'open',
        monetaryValue: wanted.monetaryValue ?? 0,
        assignedTo: wanted.assignedTo,
        forecastExpectedCloseDate: wanted.forecastExpectedCloseDate,
        forecastProbability: wanted.forecastProbability,
        source: 'public api',
        customFields: fieldsIn({ locationId, customFields: [] }, wanted.customFields),
        followers: [],
        createdAt: at,
        updatedAt: at,
        lastStatusChangeAt: at,
        lastStageChangeAt: at,
      })
      state.count('opportunities.created')
      tell(row, ['OpportunityCreate', 'OpportunityUpdate'])
      return row
    },
    change(before: Opportunity, wanted: Given): Opportunity {
      const { customFields, ...rest } = wanted
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const after: Opportunity = { ...before, ...given, customFields: fieldsIn(before, customFields) }
      after.pipelineStageId = stageOf(
        before.locationId,
        after.pipelineId,
        after.pipelineId === before.pipelineId ? after.pipelineStageId : wanted.pipelineStageId,
      )
      if (JSON.stringify(before) === JSON.stringify(after)) return before
      const at = now().toISOString()
      after.updatedAt = at
      const changed = (key: keyof Opportunity) => before[key] !== after[key]
      if (changed('status')) after.lastStatusChangeAt = at
      if (changed('pipelineStageId')) after.lastStageChangeAt = at
      state.opportunities.put(after)
      state.count('opportunities.updated')
      tell(after, [
        'OpportunityUpdate',
        ...(changed('status') ? (['OpportunityStatusUpdate'] as const) : []),
        ...(changed('pipelineStageId') ? (['OpportunityStageUpdate'] as const) : []),
        ...(changed('monetaryValue') ? (['OpportunityMonetaryValueUpdate'] as const) : []),
        ...(changed('assignedTo') ? (['OpportunityAssignedToUpdate'] as const) : []),
      ])
      return after
    },
    /** Brings no event. */
    setFollowers: (row: Opportunity, followers: string[]): Opportunity =>
      state.opportunities.put({ ...row, followers, updatedAt: now().toISOString() }),
    remove(row: Opportunity): void {
      state.opportunities.delete(row.id)
      state.count('opportunities.deleted')
      tell(row, ['OpportunityDelete', 'OpportunityUpdate'])
    },
  }
}

export type OpportunityStore = ReturnType<typeof createOpportunityStore>
