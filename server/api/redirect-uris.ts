// Where people may be sent back to after they have agreed to something: whole addresses, compared letter by letter
// (RFC 9700, 2.1). Pure.

const MOST = 10
const LONGEST = 500
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** An absolute https address without a fragment; http only on the caller's own machine (RFC 8252, 7.3). */
const isUsable = (text: string): boolean => {
  if (text.length > LONGEST || !URL.canParse(text) || text.includes('#')) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username || password) return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
}

export type ReadRedirectUris = { ok: true; uris: string[] } | { ok: false; wrong: string[] }

/** One address a line. Answers those that cannot be used, at most ten can. */
export const readRedirectUris = (text: string): ReadRedirectUris => {
  const uris = [...new Set(text.split(/\s+/).filter(Boolean))]
  const wrong = [...uris.filter((uri) => !isUsable(uri)), ...uris.slice(MOST)]
  return wrong.length > 0 ? { ok: false, wrong } : { ok: true, uris }
}
