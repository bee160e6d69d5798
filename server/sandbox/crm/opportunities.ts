// Pipelines and opportunities: create, read, change, delete.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type AnyOperation, BEFORE_V3, forLocation, ONLY_V3, operation } from './operation.ts'
import { opportunitySearches } from './opportunity-search.ts'
import { type OpportunityStore, opportunityView } from './opportunity-store.ts'
import { ownRow } from './own-row.ts'
import { Refusal } from './refusal.ts'
import type { Grant } from './rows.ts'
import { OPPORTUNITY_STATUSES, type Opportunity } from './sales-rows.ts'
import type { State } from './state.ts'
import { flag, optional, required, texts } from './validation.ts'

const status = z.enum(OPPORTUNITY_STATUSES)
const customField = { id: optional, key: optional }
const V3_ONLY_FIELDS = { forecastExpectedCloseDate: optional, forecastProbability: z.number().optional() }

const changeable = {
  pipelineStageId: optional,
  monetaryValue: z.number().optional(),
  assignedTo: optional,
}

const bodies = {
  dated: {
    ...changeable,
    customFields: z.array(z.strictObject({ ...customField, field_value: z.unknown().optional() })).optional(),
  },
  v3: {
    ...changeable,
    ...V3_ONLY_FIELDS,
    customFields: z.array(z.strictObject({ ...customField, fieldValue: z.unknown().optional() })).optional(),
  },
}

type OperationParts = { state: State; store: OpportunityStore }

/** The pipeline and opportunity endpoints. */
export const opportunityOperations = ({ state, store }: OperationParts): AnyOperation[] => {
  const read = { ...forLocation, scopes: ['opportunities.readonly'] }
  const write = { ...forLocation, scopes: ['opportunities.write'] }
  const own = (grant: Grant, id: string | undefined): Opportunity =>
    ownRow({ state, table: state.opportunities, grant, id, what: 'Opportunity' })
  const view = (row: Opportunity) => ({ opportunity: opportunityView(state, row), traceId: randomUUID() })

  const versioned = (generation: 'dated' | 'v3'): AnyOperation[] => {
    const versions = generation === 'v3' ? ONLY_V3 : BEFORE_V3
    return [
      operation({
        ...write,
        versions,
        method: 'POST',
        path: '/opportunities',
        body: z.strictObject({
          ...bodies[generation],
          pipelineId: required,
          locationId: required,
          name: required,
          status,
          contactId: required,
        }),
        location: ({ body }) => body.locationId,
        status: 201,
        handle: ({ body }) => view(store.create(body)),
      }),
      operation({
        ...write,
        versions,
        method: 'PUT',
        path: '/opportunities/:id',
        body: z.strictObject({
          ...bodies[generation],
          pipelineId: optional,
          name: optional,
          status: status.optional(),
        }),
        handle: ({ params, grant, body }) => view(store.change(own(grant, params.id), body)),
      }),
    ]
  }

  return [
    ...versioned('dated'),
    ...versioned('v3'),
    ...opportunitySearches({ state }),
    operation({
      ...read,
      method: 'GET',
      path: '/opportunities/pipelines',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle: ({ query }) => ({ pipelines: state.pipelines.by('location', query.locationId) }),
    }),
    operation({
      ...read,
      method: 'GET',
      path: '/opportunities/:id',
      handle: ({ params, grant }) => view(own(grant, params.id)),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: '/opportunities/:id/status',
      body: z.strictObject({ status, lostReasonId: optional }),
      handle({ params, grant, body }) {
        store.change(own(grant, params.id), body)
        return { succeded: true, success: true }
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/opportunities/:id',
      handle({ params, grant }) {
        store.remove(own(grant, params.id))
        return { succeded: true, success: true }
      },
    }),
    ...(['POST', 'DELETE'] as const).map((method) =>
      operation({
        ...write,
        method,
        path: '/opportunities/:id/followers',
        query: z.strictObject({ isRemoveAllFollowers: flag.optional() }),
        body: z.strictObject({ followers: texts }),
        status: method === 'POST' ? 201 : 200,
        handle({ params, grant, body, query }) {
          const row = own(grant, params.id)
          const named = query.isRemoveAllFollowers ? row.followers : body.followers
          const touched = named.filter((id) => row.followers.includes(id) === (method === 'DELETE'))
          const followers =
            method === 'POST' ? [...row.followers, ...touched] : row.followers.filter((id) => !touched.includes(id))
          store.setFollowers(row, followers)
          return { followers, [method === 'POST' ? 'followersAdded' : 'followersRemoved']: touched }
        },
      }),
    ),
    operation({
      ...write,
      method: 'POST',
      path: '/opportunities/upsert',
      body: z.strictObject({
        ...bodies.v3,
        customFields: z.undefined().optional(),
        id: optional,
        pipelineId: required,
        locationId: required,
        followers: texts,
        isRemoveAllFollowers: z.boolean(),
        followersActionType: z.enum(['add', 'remove']),
        name: optional,
        status: status.optional(),
        lostReasonId: optional,
      }),
      location: ({ body }) => body.locationId,
      handle({ body, grant }) {
        const { id, locationId: _, followers, isRemoveAllFollowers: __, followersActionType: ___, ...fields } = body
        // The documented body names no contact, so without an id there is nothing to create it for.
        if (!id) throw new Refusal(400, 'id should not be empty')
        const row = store.change(own(grant, id), fields)
        return { opportunity: opportunityView(state, { ...row, followers }), new: false }
      },
    }),
  ]
}
