// Attributes revenue: shares of each amount by source, campaign or month, under three models. Sums are exact to the
// minor unit and never mix currencies. Pure.

export const MODELS = ['last-touch', 'first-touch', 'linear'] as const
export type Model = (typeof MODELS)[number]

export const DIMENSIONS = ['source', 'campaign', 'month'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export type Touch = {
  rankrId: string
  customerId: string | null
  amountMinor: number
  source: string | null
  campaign: string | null
  recordedAt: Date
}

/** A touch: the first source (or campaign) of a customer, and each one that differs from the one before. */
export type Turn = { customerId: string; key: string; rankrId: string; recordedAt: Date }

/** One record's contribution to a share; `place` is its index in the given list. */
export type Part = { place: number; amountMinor: number }

/** `key` is null for unknown. The parts add up to the amount. */
export type Share = { key: string | null; amountMinor: number; parts: Part[] }

/** Splits a whole amount into `count` parts that differ by at most one unit. */
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

type Moment = { rankrId: string; recordedAt: Date }

const isLater = (one: Moment, other: Moment): boolean =>
  one.recordedAt.getTime() !== other.recordedAt.getTime()
    ? one.recordedAt.getTime() > other.recordedAt.getTime()
    : one.rankrId > other.rankrId

const byMoment = (a: Moment, b: Moment): number => (isLater(a, b) ? 1 : isLater(b, a) ? -1 : 0)

/** Keys that share a record's amount: `before` are the customer's touches up to and including it, oldest first. */
const owners = (model: Model, before: readonly string[]): (string | null)[] => {
  if (before.length === 0) return [null]
  if (model === 'first-touch') return [before[0]!]
  if (model === 'last-touch') return [before.at(-1)!]
  return [...new Set(before)]
}

const turnsByCustomer = (turns: readonly Turn[]): Map<string, Turn[]> =>
  Map.groupBy(turns.toSorted(byMoment), (turn) => turn.customerId)

/**
 * Shares, largest first. `turns` cover all time, not only the records' period: a customer's first touch may be years
 * old. Months go by the record's date in every model and need no turns.
 */
export const attribute = (
  records: readonly Touch[],
  { model, dimension, turns }: { model: Model; dimension: Dimension; turns: readonly Turn[] },
): Share[] => {
  const journeys = turnsByCustomer(turns)
  const keysOf = (record: Touch): (string | null)[] => {
    if (dimension === 'month') return [record.recordedAt.toISOString().slice(0, 7)]
    if (record.customerId === null) return [record[dimension]]
    const journey = journeys.get(record.customerId) ?? []
    return owners(
      model,
      journey.filter((turn) => !isLater(turn, record)).map(({ key }) => key),
    )
  }
  const shares = new Map<string | null, Share>()
  for (const [place, record] of records.entries()) {
    const keys = keysOf(record)
    for (const [index, amountMinor] of split(record.amountMinor, keys.length).entries()) {
      const key = keys[index]!
      const share = shares.get(key) ?? { key, amountMinor: 0, parts: [] }
      share.amountMinor += amountMinor
      share.parts.push({ place, amountMinor })
      shares.set(key, share)
    }
  }
  return [...shares.values()].sort(
    (a, b) => b.amountMinor - a.amountMinor || String(a.key ?? '').localeCompare(String(b.key ?? '')),
  )
}
