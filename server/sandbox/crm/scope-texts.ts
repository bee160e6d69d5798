// Scopes as the consent page words them.

export type ScopeText = {
  name: string
  text: string
  /** The platform warns of these in bold. */
  isSensitive: boolean
}

const SENSITIVE = ['users.write', 'locations.write']

const VERBS: Record<string, string> = {
  readonly: 'View',
  write: 'View and change',
  collectPayment: 'Record payments of',
}

const words = (part: string): string =>
  part
    .replaceAll(/[/-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

/** `contacts.write` as "View and change contacts". */
export const describeScope = (scope: string): ScopeText => {
  const [resource = scope, right = ''] = scope.split('.')
  return {
    name: scope,
    text: `${VERBS[right] ?? right} ${words(resource)}`.trim(),
    isSensitive: SENSITIVE.includes(scope),
  }
}
