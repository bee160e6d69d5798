// A desk's base URL. People type the name of their desk, and only that name becomes part of the URL, so that a key is
// only ever sent to the desk's own domain.

import type { DeskKind } from './desk.ts'

type Hosted = Exclude<DeskKind, 'generic'>

const DOMAINS: Record<Hosted, string> = { zendesk: 'zendesk.com', freshdesk: 'freshdesk.com' }

/** One label of a host name (RFC 1123). */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The name in what a person typed: `northwind`, `northwind.zendesk.com` or a whole address of a page there. Undefined for
 * anything that does not lead to the desk's own domain.
 */
export const deskName = (kind: Hosted, typed: string): string | undefined => {
  const text = typed.trim().toLowerCase()
  const host = text.replace(/^https:\/\//, '').replace(/[/?#].*$/, '')
  const ending = `.${DOMAINS[kind]}`
  const name = host.endsWith(ending) ? host.slice(0, -ending.length) : host
  return NAME.test(name) ? name : undefined
}

/** Addresses that stand in for the desks' own, with `{name}` in place of the desk's: for a sandbox and tests. */
export type DeskUrls = Partial<Record<Hosted, string | undefined>>

/** Without a slash at the end. Throws where the name is none: it was checked when it was typed. */
export const deskUrl = (kind: Hosted, name: string, urls: DeskUrls = {}): string => {
  if (!NAME.test(name)) throw new Error('That is no name of a desk')
  return urls[kind]?.replaceAll('{name}', name) ?? `https://${name}.${DOMAINS[kind]}`
}
