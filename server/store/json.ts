// Cleans JSON and text for storage: PostgreSQL refuses two things that JSON allows, and both occur in input.

/** `\u0000` and halves of surrogate pairs, as JSON.stringify spells them. */
const REFUSED = /\\u(?:0000|d[89a-f])/i

/** The text with the characters that PostgreSQL refuses as U+FFFD. */
export const wellFormed = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

const repair = (value: unknown): unknown => {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map(repair)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [wellFormed(key), repair(member)]))
}

/** The value as JSON text that jsonb takes; characters it refuses become U+FFFD. */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value)
  // A backslash pair before the u is text about an escape; repairing needlessly does no harm.
  return text.includes('\\u') && REFUSED.test(text) ? JSON.stringify(repair(JSON.parse(text))) : text
}
