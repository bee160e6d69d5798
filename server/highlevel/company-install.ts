// Applies a company's installation to its locations: those that have the app get a token from the company's token,
// those that lost it end. Reads HighLevel's list page by page; idempotent.

import { AppError, asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Installation, Installations } from '../store/installations.ts'
import type { Budget } from './budget.ts'
import { eachAtOnce } from './gate.ts'
import type { Describe } from './installation-details.ts'
import type { InstalledLocation, InstalledPage, OAuth } from './oauth.ts'
import type { Tokens } from './tokens.ts'

const MOST_PAGES = 500
const AT_ONCE = 4
/** How many companies are asked whether they own a location when an INSTALL does not say. */
const MOST_CANDIDATES = 25

type Deps = {
  installations: Installations
  oauth: Pick<OAuth, 'installedLocations'>
  tokens: Pick<Tokens, 'tokenFor' | 'refreshed' | 'mint' | 'isAlive'>
  budget: Pick<Budget, 'take'>
  describe: Describe
  /** Ends a location that lost the app, unless its tokens have changed since this version. */
  endLocation: (row: Installation, reason: string) => Promise<void>
  now: () => Date
  log: Log
}

export type CompanyInstall = ReturnType<typeof createCompanyInstall>

/**
 * Keeps the locations of bulk installations in step with HighLevel's list. `sync` throws crm_* and what `tokenFor`
 * throws.
 */
export const createCompanyInstall = (deps: Deps) => {
  const { installations, oauth, tokens, budget, describe, endLocation, now, log } = deps

  const page = async (
    companyId: string,
    wish: { locationId?: string; next?: string | undefined; pageSize?: number },
  ): Promise<InstalledPage> => {
    await budget.take(companyId, 'bulk')
    const { accessToken } = await tokens.tokenFor(companyId)
    try {
      return await oauth.installedLocations(accessToken, { companyId, ...wish })
    } catch (error) {
      if (asAppError(error).code !== 'crm_unauthorized') throw error
      const renewed = await tokens.refreshed(companyId, accessToken)
      return await oauth.installedLocations(renewed.accessToken, { companyId, ...wish })
    }
  }

  /** Mints the location's token from the company's. False when HighLevel refuses. */
  const adopt = async (companyId: string, locationId: string): Promise<boolean> => {
    await budget.take(companyId, 'bulk')
    const minted = await tokens.mint({ locationId, companyId })
    if (minted.kind !== 'live') {
      log.info({ companyId, locationId, answer: minted.message }, 'no token for a location of the company')
      return false
    }
    const company = await installations.find(companyId)
    if (company?.whiteLabelDomain) {
      await installations.update(locationId, { whiteLabelDomain: company.whiteLabelDomain })
    }
    await describe(locationId)
    return true
  }

  const settle = async (companyId: string, listed: InstalledLocation, known: Installation | undefined) => {
    if (known?.status !== 'active') return void (await adopt(companyId, listed.id))
    if (known.companyId === companyId && (known.name || !listed.name)) return
    await installations.update(listed.id, { companyId, name: known.name ?? listed.name })
  }

  /**
   * Only locations known before the list was requested: others may have been added since. A location with its own
   * tokens may work without the company.
   */
  const endLost = async (rows: Installation[], startedAt: Date): Promise<void> => {
    for (const row of rows) {
      if (row.status === 'uninstalled' || row.status === 'pending') continue
      if (row.refreshedAt !== null && row.refreshedAt >= startedAt) continue
      if (!row.isBulk && row.status === 'active' && (await tokens.isAlive(row.tenantId))) continue
      await endLocation(row, 'not among the installed locations of the company')
    }
  }

  return {
    adopt,

    /** How many locations have the app: exact when they fit one page, otherwise undefined. */
    count: async (companyId: string): Promise<number | undefined> => {
      const { locations, next } = await page(companyId, {})
      return next ? undefined : locations.filter(({ isInstalled }) => isInstalled).length
    },

    /**
     * Brings all locations of the company in line with HighLevel. Work done before a failure is kept. Throws crm_* and
     * what `tokenFor` throws.
     */
    sync: async (companyId: string): Promise<void> => {
      const startedAt = now()
      const known = new Map((await installations.locationsOf(companyId)).map((row) => [row.tenantId, row]))
      const listed = new Set<string>()
      let next: string | undefined
      for (let pages = 0; pages < MOST_PAGES; pages++) {
        const found = await page(companyId, { next })
        if (found.installToFuture !== undefined) {
          await installations.update(companyId, { installToFuture: found.installToFuture })
        }
        const installed = found.locations.filter(({ isInstalled }) => isInstalled)
        for (const { id } of installed) listed.add(id)
        await eachAtOnce(installed, AT_ONCE, async (location) => {
          await settle(companyId, location, known.get(location.id) ?? (await installations.find(location.id)))
        })
        next = found.next
        if (!next) break
      }
      // With an incomplete list, a missing location proves nothing.
      if (next) throw new AppError('crm_unavailable', { cause: new Error('The list of locations does not end') })
      await endLost(
        [...known.values()].filter(({ tenantId }) => !listed.has(tenantId)),
        startedAt,
      )
    },

    /** The company that lists this location, for an INSTALL that does not name it. */
    findCompanyOf: async (locationId: string, domain: string | undefined): Promise<string | undefined> => {
      const companies = await installations.activeCompanies(MOST_CANDIDATES)
      // The white-label domain is the only hint.
      companies.sort((a, b) => Number(b.whiteLabelDomain === domain) - Number(a.whiteLabelDomain === domain))
      for (const { tenantId: companyId } of companies) {
        try {
          const { locations } = await page(companyId, { locationId })
          if (locations.some(({ id, isInstalled }) => id === locationId && isInstalled)) return companyId
        } catch (error) {
          // One company that cannot answer must not hide the others; temporary failures are worth a retry.
          if (asAppError(error).retry === 'passing') throw error
          log.warn({ err: error, companyId, locationId }, 'a company could not be asked for a location')
        }
      }
      return undefined
    },
  }
}
