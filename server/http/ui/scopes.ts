// Wanted and granted permissions for the screens, with what needs them. Pure.

import { actions, triggers } from '../../catalog/index.ts'
import { SCOPES } from '../../catalog/scopes.ts'

export type ScopeLine = {
  scope: string
  /** Text key below `settings.scopes`, where there may be a translation. */
  key: string
  /** The English text, from the catalog. */
  sentence: string
  state: 'granted' | 'missing' | 'extra'
  /** Labels of the catalog entries that need it; empty for permissions of the connection itself. */
  neededFor: string[]
}

const neededFor = (scope: string): string[] =>
  [...actions, ...triggers].filter((entry) => (entry.scope as string[]).includes(scope)).map(({ label }) => label)

const line = (scope: string, state: ScopeLine['state']): ScopeLine => ({
  scope,
  key: scope.replaceAll(/[./-]/g, '_'),
  sentence: (SCOPES as Record<string, string>)[scope] ?? scope,
  state,
  neededFor: neededFor(scope),
})

/** Wanted permissions first (missing ones on top), then granted ones that nothing needs. */
export const scopeLines = ({
  wanted,
  granted,
}: {
  wanted: readonly string[]
  granted: readonly string[]
}): ScopeLine[] => {
  const missing = wanted.filter((scope) => !granted.includes(scope)).map((scope) => line(scope, 'missing'))
  const present = wanted.filter((scope) => granted.includes(scope)).map((scope) => line(scope, 'granted'))
  const extra = granted.filter((scope) => !wanted.includes(scope)).map((scope) => line(scope, 'extra'))
  return [...missing, ...present, ...extra]
}

/** Wanted permissions that are not granted. */
export const missingScopes = (wanted: readonly string[], granted: readonly string[]): string[] =>
  wanted.filter((scope) => !granted.includes(scope))
