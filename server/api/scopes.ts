// The scopes of our API: a closed list, each with a sentence for people. No scope implies another: write does not
// include read.

export const SCOPES = {
  'customers.read': 'Read customers',
  'customers.write': 'Create, change and delete customers',
  'orders.read': 'Read orders',
  'orders.write': 'Create, change and cancel orders',
  'invoices.read': 'Read invoices',
  'invoices.write': 'Create, change, send and void invoices, and record payments',
  'search.read': 'Search customers, orders and invoices',
  'metadata.read': 'Read pipelines, custom fields, tags, users and currencies of the account',
  'events.read': 'Read events and their outcomes',
  'events.write': 'Send failed events again or dismiss them',
  'usage.read': 'Read how many calls were made and how many failed',
} as const satisfies Record<string, string>

export type Scope = keyof typeof SCOPES

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[]

/** What a person is in the CRM. */
export type Role = 'admin' | 'user'

/** What a person may let others do: who may only read lets nobody write. */
export const scopesOfRole = (role: Role): Scope[] =>
  role === 'admin' ? ALL_SCOPES : ALL_SCOPES.filter((scope) => scope.endsWith('.read'))

const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text)

/** The members of `wanted` that `allowed` holds too, in the order of the list and each once. */
export const scopesWithin = (wanted: readonly string[], allowed: readonly string[]): Scope[] =>
  ALL_SCOPES.filter((scope) => wanted.includes(scope) && allowed.includes(scope))

/** As many of these words as may be repeated in an answer: printable ASCII without quotes, of the length of a scope. */
export const repeatable = (words: readonly string[]): string =>
  words
    .filter((word) => /^[\w.:/-]{1,40}$/.test(word))
    .slice(0, 5)
    .join(' ')

/** `customers.read orders.read` (RFC 6749, 3.3) as a list; what is not on the list is named in `unknown`. */
export const parseScopeText = (text: string): { scopes: Scope[]; unknown: string[] } => {
  const words = text.split(' ').filter(Boolean)
  return { scopes: scopesWithin(words, ALL_SCOPES), unknown: words.filter((word) => !isScope(word)) }
}
