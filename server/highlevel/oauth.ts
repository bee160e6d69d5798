// HighLevel's OAuth and marketplace endpoints, one function each. Stateless; tokens.ts and installer.ts decide what an
// answer means for an installation.

import { z } from 'zod'
import { AppError } from '../errors.ts'
import { DATED_VERSION, DIALECTS, type DialectName } from './dialect.ts'
import { hostIn } from './domain.ts'
import { failureOf, readFailure } from './failure.ts'
import type { CrmAnswer, CrmHttp, CrmRequest } from './http.ts'
import { parseTokenAnswer, type TokenAnswer } from './token-answer.ts'
import { fitToShow } from './wording.ts'

export type UserType = TokenAnswer['userType']

export type InstalledLocation = { id: string; name: string | undefined; isInstalled: boolean }

export type InstalledPage = {
  locations: InstalledLocation[]
  /** Of the company, all pages together. */
  total: number | undefined
  installToFuture: boolean | undefined
  /** The next page; undefined after the last. */
  next: string | undefined
}

export type InstallerDetails = {
  companyId: string | undefined
  companyName: string | undefined
  userId: string | undefined
  planId: string | undefined
  whiteLabelDomain: string | undefined
}

/** How a grant was refused: `dead` never works again; `suspended` works again once the account is active. */
export type Grant = { ok: true; answer: TokenAnswer } | { ok: false; kind: 'dead' | 'suspended'; message: string }

export type OAuth = ReturnType<typeof createOAuth>

type Deps = {
  http: CrmHttp
  clientId: string
  clientSecret: string
  /** Exactly as registered and as sent to the authorize page. */
  redirectUri: string
  now: () => Date
  dialect?: DialectName
}

/** The endpoints in one dialect (default v2). All functions throw crm_* when there is no clear answer. */
export const createOAuth = ({ http, clientId, clientSecret, redirectUri, now, dialect: name = 'v2' }: Deps) => {
  const dialect = DIALECTS[name]
  /** The app id: the part of the client id before the dash. */
  const appId = clientId.split('-')[0]!
  const appPath = `/marketplace/app/${encodeURIComponent(appId)}/installations`

  const grant = async (fields: Partial<Record<keyof typeof dialect.fields, string | undefined>>): Promise<Grant> => {
    const body: Record<string, string> = {}
    for (const [key, value] of Object.entries({ clientId, clientSecret, ...fields })) {
      if (value !== undefined) body[dialect.fields[key as keyof typeof dialect.fields]] = value
    }
    const { path, version } = dialect.token
    const headers = version ? { version } : {}
    const answer = await http.send({ method: 'POST', path, body, bodyStyle: 'form', headers })
    return grantOf(answer, { refusals: [400, 401, 422], now: now() })
  }

  const call = async (accessToken: string, request: CrmRequest & { version?: string }): Promise<CrmAnswer> => {
    const answer = await http.send({
      ...request,
      headers: { authorization: `Bearer ${accessToken}`, version: request.version ?? DATED_VERSION },
    })
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer, now())
    return answer
  }

  return {
    appId,

    /**
     * Exchanges a code for tokens; each code works once. Throws `install_code_invalid` when it is refused,
     * `install_failed` when our own credentials are refused or the answer is unusable.
     */
    exchangeCode: async ({
      code,
      userType,
      redirectUri: asked = redirectUri,
    }: {
      code: string
      userType?: UserType
      /** The redirect URL the code was sent to, when it is not the default one. */
      redirectUri?: string
    }): Promise<TokenAnswer> => {
      let result: Grant
      try {
        result = await grant({ grantType: 'authorization_code', code, redirectUri: asked, userType })
      } catch (error) {
        throw new AppError('install_failed', { cause: error })
      }
      if (result.ok) return result.answer
      throw new AppError(/redirect/i.test(result.message) ? 'install_failed' : 'install_code_invalid', {
        cause: new Error(result.message),
      })
    },

    /** Uses up the refresh token. Throws crm_* without a clear answer: the token may or may not be used up then. */
    refresh: ({ refreshToken, userType }: { refreshToken: string; userType: UserType }): Promise<Grant> =>
      grant({ grantType: 'refresh_token', refreshToken, userType }),

    /**
     * Mints a location's token from its company's. `dead` when the app is not installed there. Throws
     * `crm_unauthorized` when the company's token is refused, and other crm_* without a clear answer.
     */
    locationToken: async (
      companyToken: string,
      { companyId, locationId }: { companyId: string; locationId: string },
    ): Promise<Grant> => {
      const { path, version } = dialect.locationToken
      const answer = await http.send({
        method: 'POST',
        path,
        body: { companyId, locationId },
        bodyStyle: 'form',
        headers: { authorization: `Bearer ${companyToken}`, version },
      })
      // A 401 that does not mention the location is about the company's token.
      const isAboutCompany = answer.status === 401 && !/location/i.test(readFailure(answer.data).message)
      return grantOf(answer, { refusals: isAboutCompany ? [] : [400, 401, 403, 404, 422], now: now() })
    },

    /** One page of the company's locations that have the app. Throws crm_*. */
    installedLocations: async (
      companyToken: string,
      {
        companyId,
        locationId,
        next,
        pageSize = 100,
      }: {
        companyId: string
        /** Only this location. */
        locationId?: string
        next?: string | undefined
        pageSize?: number
      },
    ): Promise<InstalledPage> => {
      const { path, version, paging } = dialect.installedLocations
      const skip = paging === 'skip' ? Number(next ?? 0) : 0
      const answer = await call(companyToken, {
        method: 'GET',
        path,
        version,
        query: {
          companyId,
          appId,
          isInstalled: 'true',
          ...(locationId ? { locationId } : {}),
          ...(paging === 'skip'
            ? { skip: String(skip), limit: String(pageSize) }
            : { pageSize: String(pageSize), ...(next ? { pageToken: next } : {}) }),
        },
      })
      const page = installedSchema.safeParse(answer.data)
      if (!page.success) throw new AppError('crm_unavailable', { cause: page.error })
      const { locations, items, count, pagination, installToFutureLocations } = page.data
      const found = locations ?? items ?? []
      // `count` may include locations without the app: then the last page is empty.
      const isLast = found.length === 0 || (count ? skip + found.length >= count : found.length < pageSize)
      const nextSkip = isLast ? undefined : String(skip + found.length)
      return {
        locations: found.map((row) => ({
          id: row._id,
          name: row.name ?? undefined,
          isInstalled: row.isInstalled ?? true,
        })),
        total: count ?? pagination?.totalRecords ?? undefined,
        installToFuture: installToFutureLocations ?? undefined,
        next: paging === 'skip' ? nextSkip : (pagination?.hasNextPage && pagination.nextPageToken) || undefined,
      }
    },

    /** Who installed, and the company's white-label domain. Throws crm_*. */
    installerDetails: async (accessToken: string): Promise<InstallerDetails> => {
      const answer = await call(accessToken, { method: 'GET', path: appPath })
      const { installationDetails: details = {} } = detailsSchema.catch({}).parse(answer.data)
      return {
        companyId: details.companyId ?? undefined,
        companyName: details.companyName ?? undefined,
        userId: details.userId ?? undefined,
        planId: details.marketplaceAppPlanId ?? undefined,
        whiteLabelDomain: hostIn(details.whitelabelDetails?.domain),
      }
    },

    /** Name and time zone of a location. Throws crm_*. */
    location: async (
      accessToken: string,
      locationId: string,
    ): Promise<{ name: string | undefined; timeZone: string | undefined; companyId: string | undefined }> => {
      const answer = await call(accessToken, { method: 'GET', path: `/locations/${encodeURIComponent(locationId)}` })
      const { location = {} } = locationSchema.catch({}).parse(answer.data)
      return {
        name: location.name || undefined,
        timeZone: location.timezone || undefined,
        companyId: location.companyId || undefined,
      }
    },

    /** Uninstalls the app from a location, or from a company and all its locations. Throws crm_*. */
    uninstall: async (
      accessToken: string,
      target: { locationId: string; reason?: string } | { companyId: string; reason?: string },
    ): Promise<void> => {
      await call(accessToken, { method: 'DELETE', path: appPath, body: target })
    },
  }
}

const text = z.string().nullish()

const installedSchema = z.object({
  locations: z.array(z.object({ _id: z.string(), name: text, isInstalled: z.boolean().nullish() })).nullish(),
  items: z.array(z.object({ _id: z.string(), name: text, isInstalled: z.boolean().nullish() })).nullish(),
  count: z.number().nullish(),
  pagination: z
    .object({ totalRecords: z.number().nullish(), hasNextPage: z.boolean().nullish(), nextPageToken: text })
    .nullish(),
  installToFutureLocations: z.boolean().nullish(),
})

const detailsSchema = z.object({
  installationDetails: z
    .object({
      companyId: text,
      companyName: text,
      userId: text,
      marketplaceAppPlanId: text,
      whitelabelDetails: z.object({ domain: text }).nullish(),
    })
    .optional(),
})

const locationSchema = z.object({ location: z.object({ name: text, timezone: text, companyId: text }).optional() })

/**
 * Refusals are expected outcomes. Anything that may succeed later is thrown: network trouble, a firewall's page, and
 * refusals of our own credentials, which say nothing about an installation.
 */
const grantOf = (answer: CrmAnswer, { refusals, now }: { refusals: number[]; now: Date }): Grant => {
  if (answer.status >= 200 && answer.status <= 299) {
    const parsed = parseTokenAnswer(answer.data)
    if (parsed) return { ok: true, answer: parsed }
    throw new AppError('crm_unavailable', { cause: new Error('The token endpoint answered without a token') })
  }
  const failure = failureOf(answer, now)
  const { message, code = '' } = readFailure(answer.data)
  const shown = fitToShow(message) || `status ${answer.status}`
  if (failure.code === 'crm_suspended') return { ok: false, kind: 'suspended', message: shown }
  if (failure.retry === 'passing' || !refusals.includes(answer.status) || /\bscopes?\b/i.test(message)) throw failure
  if (/client|grant.?type|endpoint|api version/i.test(`${message} ${code}`)) {
    throw new AppError('crm_unavailable', { cause: new Error(`${answer.status} ${shown}`) })
  }
  return { ok: false, kind: 'dead', message: shown }
}
