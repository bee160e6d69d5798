// Where the app is installed, who installed it, and ending it by API.

import { z } from 'zod'
import type { Installs } from './installs.ts'
import { type AnyOperation, BEFORE_V3, forEither, ONLY_V3, operation } from './operation.ts'
import { foreignLocation, notFound, Refusal } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { count, flag, optional, required } from './validation.ts'

const listQuery = {
  companyId: required,
  appId: required,
  query: optional,
  isInstalled: flag.optional(),
  versionId: optional,
  onTrial: flag.optional(),
  planId: optional,
  locationId: optional,
}

const datedQuery = z.strictObject({ ...listQuery, skip: count.optional(), limit: count.optional() })
const v3Query = z.strictObject({
  ...listQuery,
  pageSize: count.optional(),
  pageToken: optional,
  restrictToUserLocations: flag.optional(),
})

type ListQuery = z.infer<z.ZodObject<typeof listQuery>>

const PAGE = 20
const encodePage = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url')
const decodePage = (token: string): number => {
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (offset === undefined) throw new Refusal(400, 'pageToken is invalid')
  return Number(offset)
}

/** The installation endpoints. */
export const installationOperations = ({ state, installs }: { state: State; installs: Installs }): AnyOperation[] => {
  const matching = (grant: Grant, query: ListQuery) => {
    if (query.companyId !== grant.companyId) throw foreignLocation()
    if (query.appId !== grant.appId) throw notFound('App')
    const wanted = query.query?.toLowerCase()
    const company = installs.find(grant.clientId, grant.companyId)
    const locations = state.locations.by('company', grant.companyId).flatMap((location) => {
      const installation = installs.find(grant.clientId, location.id)
      if (query.isInstalled !== undefined && Boolean(installation) !== query.isInstalled) return []
      if (query.locationId && query.locationId !== location.id) return []
      if (wanted && !location.name.toLowerCase().includes(wanted)) return []
      return {
        _id: location.id,
        name: location.name,
        address: location.address,
        isInstalled: Boolean(installation),
        ...(installation && { versionId: grant.appId, installedAt: installation.installedAt }),
      }
    })
    return { locations, installToFutureLocations: company?.installToFuture ?? false }
  }

  const listing = {
    method: 'GET' as const,
    tokens: ['Company'] as const,
    scopes: ['oauth.readonly'],
  }

  return [
    operation({
      ...listing,
      path: '/oauth/installedLocations',
      versions: BEFORE_V3,
      query: datedQuery,
      handle({ grant, query }) {
        const { locations, installToFutureLocations } = matching(grant, query)
        const { skip = 0, limit = PAGE } = query
        return { locations: locations.slice(skip, skip + limit), count: locations.length, installToFutureLocations }
      },
    }),
    operation({
      ...listing,
      path: '/oauth/installed-locations',
      versions: ONLY_V3,
      hasNestedErrors: true,
      query: v3Query,
      handle({ grant, query }) {
        const { locations, installToFutureLocations } = matching(grant, query)
        const size = query.pageSize ?? PAGE
        const offset = query.pageToken ? decodePage(query.pageToken) : 0
        const items = locations.slice(offset, offset + size)
        const hasNextPage = offset + size < locations.length
        return {
          items,
          pagination: {
            totalRecords: locations.length,
            hasNextPage,
            hasPrevPage: offset > 0,
            ...(hasNextPage && { nextPageToken: encodePage(offset + size) }),
            ...(offset > 0 && { prevPageToken: encodePage(Math.max(0, offset - size)) }),
            currentPageSize: items.length,
            estimatedTotalRecords: locations.length,
          },
          metadata: { filterApplied: {}, sortApplied: {} },
          installToFutureLocations,
        }
      },
    }),
    operation({
      ...forEither,
      method: 'DELETE',
      path: '/marketplace/app/:appId/installations',
      scopes: ['oauth.write'],
      body: z.strictObject({ companyId: optional, locationId: optional, reason: optional }),
      location: ({ body }) => body.locationId,
      handle({ grant, params, body }) {
        if (params.appId !== grant.appId) throw notFound('App')
        if (body.companyId && body.companyId !== grant.companyId) throw foreignLocation()
        // A location's own token can end that location's installation only.
        const resourceId = body.locationId ?? grant.locationId ?? body.companyId
        if (!resourceId) throw new Refusal(400, 'Either companyId or locationId is required')
        installs.uninstall(grant.clientId, resourceId)
        return { success: true }
      },
    }),
    operation({
      ...forEither,
      method: 'GET',
      path: '/marketplace/app/:appId/installations',
      scopes: ['marketplace-installer-details.readonly'],
      handle({ grant, params }) {
        if (params.appId !== grant.appId) throw notFound('App')
        const company = state.companies.get(grant.companyId)!
        const owner = state.users.by('company', company.id).find(({ isOwner }) => isOwner)
        return {
          installationDetails: {
            companyId: company.id,
            ...(grant.locationId && { locationId: grant.locationId }),
            companyName: company.name,
            relationshipNumber: '0-000-001',
            companyEmail: company.email,
            companyOwnerFullName: owner ? `${owner.firstName} ${owner.lastName}` : null,
            userId: grant.userId ?? '',
            isWhitelabelCompany: Boolean(company.whitelabel),
            companyPlan: null,
            companyHighLevelPlan: null,
            ...(company.whitelabel && { whitelabelDetails: company.whitelabel }),
          },
        }
      },
    }),
  ]
}
