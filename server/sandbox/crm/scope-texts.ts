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
    .replaceAll('-', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

const plural = (noun: string): string => (noun.endsWith('s') ? noun : `${noun}s`)

/** `objects/record` as "records of objects"; `oauth` is about the app itself. */
const thing = (resource: string): string => {
  if (resource === 'oauth') return 'where the app is added'
  const [name = '', part] = resource.split('/')
  const whole = name === 'locations' ? 'the account' : words(name)
  return part ? `${plural(words(part))} of ${whole}` : whole
}

/** `contacts.write` as "View and change contacts". */
export const describeScope = (scope: string): ScopeText => {
  const [resource = scope, right = ''] = scope.split('.')
  const text = `${VERBS[right] ?? right} ${thing(resource)}`.trim()
  return { name: scope, text, isSensitive: SENSITIVE.includes(scope) }
}
