// Masks stored calls to a known system: personal details and possible secrets are masked by member name at any depth, in
// requests and responses. Pure.

const MASK = '••••'
const MOST_LETTERS = 32 * 1024

/** `names`: members with personal details. The result can be stored; long values are truncated. */
export const createMask = (names: ReadonlySet<string>) => {
  const masked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(masked)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        item !== null && (names.has(key) || /secret|password|token|authorization/i.test(key)) ? MASK : masked(item),
      ]),
    )
  }
  return (value: unknown): unknown => {
    const text = JSON.stringify(masked(value)) ?? 'null'
    return text.length <= MOST_LETTERS ? JSON.parse(text) : { truncated: true, beginning: text.slice(0, 2_000) }
  }
}
