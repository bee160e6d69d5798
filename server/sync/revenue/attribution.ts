// To whom revenue is owed: shares of each amount by source, campaign or month, under three models. Sums are kept to the
// smallest unit; currencies are never mixed, since the caller asks for one. Pure.

export const MODELS = ['last-touch', 'first-touch', 'linear'] as const
export type Model = (typeof MODELS)[number]

export const DIMENSIONS = ['source', 'campaign', 'month'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export type Touch = {
  customerId: string | null
  amountMinor: number
  source: string | null
  campaign: string | null
  recordedAt: Date
}

/** `key` is null for what is known of nobody. `records` are the places, in the given list, of what it is made of. */
export type Share = { key: string | null; amountMinor: number; records: number[] }

/** A whole amount in `count` parts that differ by one unit at most and add up to it. */
export const split = (amountMinor: number, count: number): number[] => {
  const sign = amountMinor < 0 ? -1 : 1
  const whole = Math.abs(amountMinor)
  const part = Math.floor(whole / count)
  const rest = whole - part * count
  return Array.from({ length: count }, (_, place) => {
    const units = part + (place < rest ? 1 : 0)
    return units === 0 ? 0 : sign * units
  })
}

const keyOf = (touch: Touch, dimension: Dimension): string | null =>
  dimension === 'month' ? touch.recordedAt.toISOString().slice(0, 7) : touch[dimension]

/**
 * Keys that share the amount of one record: `before` are the customer's keys up to and with this record, oldest first,
 * those that are not known left out.
 */
const owners = (model: Model, before: string[]): (string | null)[] => {
  if (before.length === 0) return [null]
  if (model === 'first-touch') return [before[0]!]
  if (model === 'last-touch') return [before.at(-1)!]
  return [...new Set(before)]
}

/**
 * Shares, largest first. A month is when it was recorded, whatever the model. Touches of a customer before the given
 * records are not known here, so a range gives what happened within it.
 */
export const attribute = (
  touches: readonly Touch[],
  { model, dimension }: { model: Model; dimension: Dimension },
): Share[] => {
  const shares = new Map<string | null, Share>()
  const seen = new Map<string, string[]>()
  const inOrder = [...touches.entries()].sort(([, a], [, b]) => a.recordedAt.getTime() - b.recordedAt.getTime())
  for (const [place, touch] of inOrder) {
    const own = keyOf(touch, dimension)
    const before = touch.customerId === null || dimension === 'month' ? [] : (seen.get(touch.customerId) ?? [])
    if (own !== null) before.push(own)
    if (touch.customerId !== null && dimension !== 'month') seen.set(touch.customerId, before)
    const keys = owners(model, before)
    for (const [index, amountMinor] of split(touch.amountMinor, keys.length).entries()) {
      const key = keys[index]!
      const share = shares.get(key) ?? { key, amountMinor: 0, records: [] }
      share.amountMinor += amountMinor
      share.records.push(place)
      shares.set(key, share)
    }
  }
  return [...shares.values()].sort(
    (a, b) => b.amountMinor - a.amountMinor || String(a.key ?? '').localeCompare(String(b.key ?? '')),
  )
}
