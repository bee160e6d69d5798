// Compares a CRM value with the one that was, or would be, written: the systems format phone numbers, days and lists
// differently. Pure.

/**
 * `text`: ignores case and outer spaces, which the CRM's search answers lose.
 * `loose`: a custom field of unknown type.
 * `items`: JSON, ignoring which products were found for the items.
 * `includes`: every wanted item is in the list.
 */
export type Likeness = 'text' | 'loose' | 'phone' | 'number' | 'day' | 'json' | 'items' | 'includes'

/** One field as it would be written. */
export type Expected = { field: string; value: unknown; as: Likeness; isSensitive?: boolean }

export type Difference = {
  field: string
  rankr: unknown
  crm: unknown
  isSensitive?: boolean
  /** We cannot write it: a person must. */
  isFixed?: boolean
  /** The CRM is ahead: Rankr must be updated. */
  isBack?: boolean
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

const plain = (value: unknown): string => String(value).normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase()

/** Canonical order of members, so that equal data has equal text. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'null'

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const withoutProducts = (value: unknown): unknown => {
  const items = parsed(value)
  if (!Array.isArray(items)) return items
  return items.map((item) => {
    const { product_id: _product, ...rest } = (item ?? {}) as Record<string, unknown>
    return rest
  })
}

const asNumber = (value: unknown): number | undefined => {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const sameNumber = (a: unknown, b: unknown): boolean => {
  const [x, y] = [asNumber(a), asNumber(b)]
  return x !== undefined && x === y
}

const dayOf = (value: unknown): string | undefined => {
  const at = typeof value === 'number' || typeof value === 'string' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 10) : undefined
}

const SHORTEST_NUMBER = 7

/** A number without a country code gets the account's in the CRM. */
const samePhone = (wanted: unknown, there: unknown): boolean => {
  const digits = (value: unknown): string => String(value).replaceAll(/\D/g, '')
  const [a, b] = [digits(wanted), digits(there)]
  if (a === b) return true
  if (String(wanted).trim().startsWith('+')) return false
  const national = a.replace(/^0+/, '')
  return national.length >= SHORTEST_NUMBER && b.endsWith(national)
}

const asList = (value: unknown): string[] => (Array.isArray(value) ? value : isNothing(value) ? [] : [value]).map(plain)

const sameLoosely = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) || Array.isArray(b)) return canonical(asList(a).toSorted()) === canonical(asList(b).toSorted())
  if (typeof a === 'object' || typeof b === 'object') return canonical(a) === canonical(b)
  if (typeof a === 'string' && /^\d{4}-\d{2}-\d{2}/.test(a) && typeof b !== 'string') return dayOf(a) === dayOf(b)
  return plain(a) === plain(b) || sameNumber(a, b)
}

const SAME: Record<Likeness, (wanted: unknown, there: unknown) => boolean> = {
  text: (a, b) => plain(a) === plain(b),
  loose: sameLoosely,
  phone: samePhone,
  number: sameNumber,
  day: (a, b) => dayOf(a) !== undefined && dayOf(a) === dayOf(b),
  json: (a, b) => canonical(parsed(a)) === canonical(parsed(b)),
  items: (a, b) => canonical(withoutProducts(a)) === canonical(withoutProducts(b)),
  includes: (a, b) => {
    const there = new Set(asList(b))
    return asList(a).every((one) => there.has(one))
  },
}

/** Fields with a different value. A field without a value is not written, so it cannot differ. */
export const differing = (expected: readonly Expected[], there: Record<string, unknown>): Difference[] =>
  expected
    .filter(({ value }) => value !== undefined && value !== null)
    .filter(({ field, value, as }) => {
      const found = there[field]
      if (isNothing(value) || isNothing(found)) return isNothing(value) !== isNothing(found)
      return !SAME[as](value, found)
    })
    .map(({ field, value, isSensitive }) => ({
      field,
      rankr: value,
      crm: there[field] ?? null,
      ...(isSensitive ? { isSensitive } : {}),
    }))

const MASK = '••••'

/** Shortened for storage and display: enough to tell two values apart. */
export const maskedValue = (value: unknown): unknown => {
  if (isNothing(value)) return null
  const text = String(value)
  const at = text.lastIndexOf('@')
  return at > 0 ? `${text.slice(0, 1)}${MASK}${text.slice(at)}` : `${MASK}${text.length > 4 ? text.slice(-2) : ''}`
}
