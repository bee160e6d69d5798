// Scopes granted against scopes wanted.

/** What is wanted and was not granted, sorted, each once. */
export const missingScopes = (wanted: readonly string[], granted: readonly string[]): string[] => {
  const has = new Set(granted)
  return [...new Set(wanted)].filter((scope) => !has.has(scope)).sort()
}
