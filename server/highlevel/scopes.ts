// Compares granted with wanted scopes.

/** Wanted scopes that are not granted, sorted and unique. */
export const missingScopes = (wanted: readonly string[], granted: readonly string[]): string[] => {
  const has = new Set(granted)
  return [...new Set(wanted)].filter((scope) => !has.has(scope)).sort()
}
