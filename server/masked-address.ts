// An address as it may be kept and shown: what is in its query may be a password. Pure.

const MASK = '••••'

/** The address with every value of its query masked; what is no address comes back as it is. */
export const maskedAddress = (address: string): string => {
  const url = URL.parse(address)
  if (!url) return address
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, MASK)
  return `${url.origin}${url.pathname}${decodeURIComponent(url.search)}`
}
