// Redirect URIs: complete addresses, compared exactly (RFC 9700, 2.1). Public clients may use loopback addresses (RFC
// 8252). Pure.

const MOST = 10
const LONGEST = 500
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A scheme of a program's own is a domain turned round (RFC 8252, 7.1): others could be anybody's. */
const OWN_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/

/**
 * An absolute https address without a fragment; http only on the caller's own machine (RFC 8252, 7.3). `com.example.shop:/back`
 * for apps without a secret.
 */
const isUsable = (text: string, isPublic: boolean): boolean => {
  if (text.length > LONGEST || !URL.canParse(text) || text.includes('#')) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username || password) return false
  if (protocol === 'http:') return LOOPBACK.has(hostname)
  return protocol === 'https:' || (isPublic && OWN_SCHEME.test(protocol))
}

export type ReadRedirectUris = { ok: true; uris: string[] } | { ok: false; wrong: string[] }

/** One address a line. Answers those that cannot be used, at most ten can. */
export const readRedirectUris = (text: string, { isPublic = false } = {}): ReadRedirectUris => {
  const uris = [...new Set(text.split(/\s+/).filter(Boolean))]
  const wrong = [...uris.filter((uri) => !isUsable(uri, isPublic)), ...uris.slice(MOST)]
  return wrong.length > 0 ? { ok: false, wrong } : { ok: true, uris }
}

/** `http://127.0.0.1:51004/cb?x` → `http://127.0.0.1/cb?x`; undefined for an address that is elsewhere. */
const withoutPort = (uri: string): string | undefined => {
  const [, start, rest] = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?((?:[/?].*)?)$/.exec(uri) ?? []
  return start === undefined ? undefined : start + rest
}

/**
 * Whether an app may have people sent back to `uri`: one of its own, letter by letter. A program on somebody's machine takes
 * whatever port is free, so on that machine the port does not count for apps without a secret (RFC 8252, 7.3).
 */
export const isRedirectOf = (uri: string, own: readonly string[], { isPublic }: { isPublic: boolean }): boolean => {
  if (own.includes(uri)) return true
  const local = isPublic && URL.canParse(uri) ? withoutPort(uri) : undefined
  return local !== undefined && own.some((each) => withoutPort(each) === local)
}

/** What a page that leads there must allow its forms (CSP form-action). */
export const formActionOf = (redirectUri: string): string => {
  const { protocol, origin } = new URL(redirectUri)
  return /^https?:$/.test(protocol) ? origin : protocol
}
