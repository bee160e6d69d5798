// IP allow lists of API keys: CIDR ranges or single addresses.

import ipaddr from 'ipaddr.js'

/** Bits before the IPv4 address in an IPv4-mapped IPv6 address (::ffff:203.0.113.7). */
const MAPPED_BITS = 96

/**
 * The range in its canonical form (`203.0.113.7` → `203.0.113.7/32`, `2001:DB8::1/32` → `2001:db8::/32`), or undefined
 * when it is none.
 */
export const canonicalRange = (text: string): string | undefined => {
  const trimmed = text.trim()
  const full = trimmed.includes('/') ? trimmed : `${trimmed}/${trimmed.includes(':') ? 128 : 32}`
  // ipaddr.js alone would also take "10/8" and "0x0a.0.0.1/8", which surprise people.
  const isOurs = ipaddr.IPv4.isValidCIDRFourPartDecimal(full) || (!full.includes('%') && ipaddr.IPv6.isValidCIDR(full))
  if (!isOurs) return undefined
  const [address, bits] = ipaddr.parseCIDR(full)
  if (address instanceof ipaddr.IPv4) return `${ipaddr.IPv4.networkAddressFromCIDR(full)}/${bits}`
  // Callers are compared as IPv4 when they are, so their ranges must be IPv4 too; a wider one would mean both kinds.
  if (address.isIPv4MappedAddress()) {
    return bits < MAPPED_BITS ? undefined : canonicalRange(`${address.toIPv4Address()}/${bits - MAPPED_BITS}`)
  }
  return `${ipaddr.IPv6.networkAddressFromCIDR(full)}/${bits}`
}

/** Whether `address` lies in one of the ranges; no ranges allow every address. An unknown address is in no range. */
export const isAddressAllowed = (address: string | undefined, ranges: readonly string[]): boolean => {
  if (ranges.length === 0) return true
  if (address === undefined || !ipaddr.isValid(address)) return false
  const caller = ipaddr.process(address)
  return ranges.some((range) => {
    const [network, bits] = ipaddr.parseCIDR(range)
    return caller.kind() === network.kind() && caller.match(network, bits)
  })
}
