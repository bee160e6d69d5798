// Who may show the settings page in a frame: the platform's own addresses, and the domain under which the company of the
// account shows the platform as its own. A second fence only; the page without its session shows nothing.

import { createBriefCache } from '../brief-cache.ts'

const LIFE_MS = 30_000
/** A header that lists more would be too long for some proxies. */
const MOST_DOMAINS = 100

/** No document lists them; these are what the platform and its white-label logins are seen under. */
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
  /** Of all installations in use, for a page that does not say which account it is for. */
  whiteLabelDomains: () => Promise<string[]>
  now: () => Date
}

const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/

/** `example.com`, as it is told in events, may stand for the site or for where people log in. */
const originsOf = (domain: string | null | undefined): string[] => {
  const host = domain
    ?.trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  return host && HOST.test(host) ? [`https://${host}`, `https://app.${host}`] : []
}

/** Answers origins for CSP `frame-ancestors`; some start with `*.`. */
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
    /** The domain of a tenant became known or changed. */
    forget: (locationId: string): void => {
      cache.forget(locationId)
      cache.forget('')
    },
  }
}
