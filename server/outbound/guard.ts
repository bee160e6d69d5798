// SSRF guard: only public addresses may be called on behalf of users. The URL is checked before the call and the
// resolved address at connect time, since a literal address is never resolved and a name may resolve to anything.

import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AppError } from '../errors.ts'

/** Addresses that may be called although they are not public, e.g. `127.0.0.1` of a sandbox. Empty in production. */
export type Guard = {
  /** The URL, checked. Throws `url_not_allowed` with a sentence that says why. */
  check(text: string): URL
  /** A resolver for `http.Agent` that refuses names whose addresses are not all public. */
  lookup: LookupFunction
}

export type GuardOptions = {
  /** Hosts (names or addresses) let through in spite of the rules, and over plain http. */
  allowedHosts?: readonly string[]
  resolve?: typeof systemLookup
}

const refuse = (detail: string): never => {
  throw new AppError('url_not_allowed', { detail })
}

/** False for loopback, private, link-local, carrier, multicast, documentation and every other special range. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  // An IPv4 address in an IPv6 coat is judged by the IPv4 address inside; NAT64 and 6to4 are special ranges already.
  return ipaddr.process(address).range() === 'unicast'
}

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/** Rules for addresses that users type in. Makes no call itself. */
export const createGuard = ({ allowedHosts = [], resolve = systemLookup }: GuardOptions = {}): Guard => {
  const allowed = new Set(allowedHosts)

  const check = (text: string): URL => {
    const url =
      URL.parse(text) ?? refuse('This is not a complete address. It must start with https:// and name a host.')
    const host = withoutBrackets(url.hostname)
    if (url.username || url.password) refuse('The address must not contain a user name or password.')
    if (allowed.has(host)) return url
    if (url.protocol !== 'https:') refuse('The address must start with https://.')
    // The URL parser has already turned 0x7f.1, 2130706433 and the like into dotted form.
    if (ipaddr.isValid(host)) {
      if (!isPublicAddress(host)) refuse('The address points into a private network.')
    } else if (
      !host.includes('.') ||
      /\.(local|localhost|internal|lan|home|corp|intranet|onion|arpa)\.?$/i.test(host)
    ) {
      refuse('The address must name a host on the public internet.')
    }
    return url
  }

  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 4)
      const addresses = Array.isArray(found) ? found : []
      if (!allowed.has(hostname) && !addresses.every(({ address }) => isPublicAddress(address))) {
        const refused = new AppError('url_not_allowed', { detail: 'The host resolves into a private network.' })
        return done(refused as NodeJS.ErrnoException, '', 4)
      }
      const first = addresses[0]
      if (!first) return done(Object.assign(new Error(`No address for ${hostname}`), { code: 'ENOTFOUND' }), '', 4)
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }

  return { check, lookup }
}
