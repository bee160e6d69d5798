// An address as it may be stored and shown: its query may contain a password. Pure.

const MASK = '••••'

/** The address with every value of its query masked; what is no address comes back as it is. */
export const maskedAddress = (address: string): string => {
  const url = URL.parse(address)
  if (!url) return address
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, MASK)
  return `${url.origin}${url.pathname}${decodeURIComponent(url.search)}`
}
