// The two searches over opportunities; the older one spells its query by version.

import { z } from 'zod'
import { type AnyOperation, BEFORE_V3, forLocation, ONLY_V3, operation } from './operation.ts'
import { opportunityView } from './opportunity-store.ts'
import { OPPORTUNITY_STATUSES, type Opportunity } from './sales-rows.ts'
import type { State } from './state.ts'
import { count, flag, optional, required } from './validation.ts'

const shared = {
  q: optional,
  status: z.enum(OPPORTUNITY_STATUSES).optional(),
  campaignId: optional,
  id: optional,
  order: optional,
  endDate: optional,
  startAfter: optional,
  startAfterId: optional,
  date: optional,
  country: optional,
  page: count.optional(),
  limit: count.optional(),
  getTasks: flag.optional(),
  getNotes: flag.optional(),
  getCalendarEvents: flag.optional(),
}

const datedQuery = z.strictObject({
  ...shared,
  location_id: required,
  pipeline_id: optional,
  pipeline_stage_id: optional,
  contact_id: optional,
  assigned_to: optional,
})

const v3Query = z.strictObject({
  ...shared,
  locationId: required,
  pipelineId: optional,
  pipelineStageId: optional,
  contactId: optional,
  assignedTo: optional,
})

type Wanted = z.infer<typeof v3Query>

/** The opportunity search endpoints. */
export const opportunitySearches = ({ state }: { state: State }): AnyOperation[] => {
  const read = { ...forLocation, scopes: ['opportunities.readonly'] }

  const hits = (wanted: Wanted): Opportunity[] =>
    state.opportunities
      .by('location', wanted.locationId)
      .filter(
        (row) =>
          (!wanted.id || row.id === wanted.id) &&
          (!wanted.pipelineId || row.pipelineId === wanted.pipelineId) &&
          (!wanted.pipelineStageId || row.pipelineStageId === wanted.pipelineStageId) &&
          (!wanted.contactId || row.contactId === wanted.contactId) &&
          (!wanted.assignedTo || row.assignedTo === wanted.assignedTo) &&
          (!wanted.status || wanted.status === 'all' || row.status === wanted.status) &&
          (!wanted.q || row.name.toLowerCase().includes(wanted.q.toLowerCase())),
      )
      .reverse()

  const search = (wanted: Wanted) => {
    const { page = 1, limit = 20, startAfterId } = wanted
    const found = hits(wanted)
    const start = startAfterId ? found.findIndex(({ id }) => id === startAfterId) + 1 : (page - 1) * limit
    const rows = found.slice(start, start + limit)
    const last = rows.at(-1)
    const hasMore = start + limit < found.length
    return {
      opportunities: rows.map((row) => opportunityView(state, row)),
      meta: {
        total: found.length,
        currentPage: page,
        ...(hasMore && { nextPage: page + 1 }),
        ...(page > 1 && { prevPage: page - 1 }),
        ...(hasMore && last && { startAfterId: last.id, startAfter: Date.parse(last.createdAt) }),
      },
      aggregations: {},
    }
  }

  return [
    operation({
      ...read,
      versions: BEFORE_V3,
      method: 'GET',
      path: '/opportunities/search',
      query: datedQuery,
      location: ({ query }) => query.location_id,
      handle: ({ query: { location_id, pipeline_id, pipeline_stage_id, contact_id, assigned_to, ...rest } }) =>
        search({
          ...rest,
          locationId: location_id,
          pipelineId: pipeline_id,
          pipelineStageId: pipeline_stage_id,
          contactId: contact_id,
          assignedTo: assigned_to,
        }),
    }),
    operation({
      ...read,
      versions: ONLY_V3,
      method: 'GET',
      path: '/opportunities/search',
      query: v3Query,
      location: ({ query }) => query.locationId,
      handle: ({ query }) => search(query),
    }),
    operation({
      ...read,
      method: 'POST',
      path: '/opportunities/search',
      body: z.strictObject({
        locationId: required,
        query: z.string(),
        limit: z.number().int().min(1).max(500),
        page: z.number().int().min(1),
        searchAfter: z.array(z.string()),
        additionalDetails: z.strictObject({
          notes: z.boolean(),
          tasks: z.boolean(),
          calendarEvents: z.boolean(),
          unReadConversations: z.boolean(),
        }),
      }),
      location: ({ body }) => body.locationId,
      handle({ body: { locationId, query, limit, page } }) {
        const found = hits({ locationId, ...(query && { q: query }) } as Wanted)
        const rows = found.slice((page - 1) * limit, page * limit)
        return { opportunities: rows.map((row) => opportunityView(state, row)), total: found.length, aggregations: {} }
      },
    }),
  ]
}
