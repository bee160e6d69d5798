// Which origins may frame the settings page: the platform's own, and the white-label domain of the account's company.
// Only a second line of defence: without its session the page shows nothing.

import { createBriefCache } from '../brief-cache.ts'

const LIFE_MS = 30_000
/** Longer headers exceed some proxies' limits. */
const MOST_DOMAINS = 100

/** Undocumented; the platform and its white-label logins use these. */
export const PLATFORM_ORIGINS = [
  'https://app.gohighlevel.com',
  'https://*.gohighlevel.com',
  'https://*.leadconnectorhq.com',
  'https://*.msgsndr.com',
]

type Placed = { companyId: string | null; whiteLabelDomain: string | null }

type Deps = {
  /** The platform's origins, and in a sandbox the simulated one's. */
  platformOrigins: string[]
  find: (tenantId: string) => Promise<Placed | undefined>
  /** Domains of all active installations, for a page that does not name its account. */
  whiteLabelDomains: () => Promise<string[]>
  now: () => Date
}

const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/

/** `example.com`, as events give it, may be the site or the login's domain. */
const originsOf = (domain: string | null | undefined): string[] => {
  const host = domain
    ?.trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  return host && HOST.test(host) ? [`https://${host}`, `https://app.${host}`] : []
}

/** Origins for the CSP directive `frame-ancestors`; some start with `*.`. */
export const createFrameAncestors = ({ platformOrigins, find, whiteLabelDomains, now }: Deps) => {
  const domainsFor = async (locationId: string): Promise<(string | null | undefined)[]> => {
    const placed = locationId === '' ? undefined : await find(locationId)
    if (!placed) return (await whiteLabelDomains()).slice(0, MOST_DOMAINS)
    const company = placed.companyId === null ? undefined : await find(placed.companyId)
    return [placed.whiteLabelDomain, company?.whiteLabelDomain]
  }
  const cache = createBriefCache({
    now,
    lifeMs: () => LIFE_MS,
    load: async (locationId) => {
      const own = (await domainsFor(locationId)).flatMap(originsOf)
      return [...new Set([...platformOrigins, ...own])]
    },
  })
  return {
    frameAncestors: (locationId: string | undefined): Promise<string[]> => cache.get(locationId ?? ''),
    /** Call when a tenant's domain becomes known or changes. */
    forget: (locationId: string): void => {
      cache.forget(locationId)
      cache.forget('')
    },
  }
}
