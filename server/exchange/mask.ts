// What is kept of calls to a known system: personal details and whatever may be a secret are masked by name, at any
// depth, in requests and answers alike. Pure.

const MASK = '••••'
const MOST_LETTERS = 32 * 1024

/** `names` are members that hold personal details. The result is fit to be stored; what is too long keeps its beginning. */
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
