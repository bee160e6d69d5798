// Calls of the last days as columns of a chart, in percent of its plot. Pure.

import type { UsageRow } from '../../store/api-usage.ts'

const DAY_MS = 86_400_000

export type Day = { at: Date; calls: number; rejected: number; failed: number }

/** One piece of a column, from the bottom up. */
type Piece = { kind: 'good' | 'rejected' | 'failed'; y: number; height: number }

export type UsageChart = {
  days: (Day & { x: number; width: number; pieces: Piece[] })[]
  /** What the top of the plot stands for. */
  most: number
  total: number
}

/** From the first to the last moment of the days that end with today (UTC). */
export const spanOf = (days: number, now: Date): { from: Date; until: Date } => {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  return { from: new Date(today - (days - 1) * DAY_MS), until: new Date(today + DAY_MS) }
}

const sum = (rows: UsageRow[], key: 'calls' | 'rejected' | 'failed'): number =>
  rows.reduce((total, row) => total + Number(row[key]), 0)

/** 1203 → 1500: a number that people can halve, at or above. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => Math.ceil(step * power)).find((step) => step >= value)!
}

/** Days without a call have a column without pieces. */
export const usageChart = (rows: UsageRow[], { from, until }: { from: Date; until: Date }): UsageChart => {
  const byDay = Map.groupBy(rows, ({ at }) => at.getTime())
  const count = Math.round((until.getTime() - from.getTime()) / DAY_MS)
  const days = Array.from({ length: count }, (_, index): Day => {
    const at = new Date(from.getTime() + index * DAY_MS)
    const of = byDay.get(at.getTime()) ?? []
    return { at, calls: sum(of, 'calls'), rejected: sum(of, 'rejected'), failed: sum(of, 'failed') }
  })
  const most = roundUp(Math.max(...days.map(({ calls }) => calls)))
  const slot = 100 / count
  const share = (value: number): number => (value / most) * 100

  const piecesOf = ({ calls, rejected, failed }: Day): Piece[] => {
    const parts = [
      { kind: 'good' as const, height: share(calls - rejected - failed) },
      { kind: 'rejected' as const, height: share(rejected) },
      { kind: 'failed' as const, height: share(failed) },
    ]
    let top = 100
    return parts
      .filter(({ height }) => height > 0)
      .map(({ kind, height }) => {
        top -= height
        return { kind, y: top, height }
      })
  }

  return {
    days: days.map((day, index) => ({
      ...day,
      x: slot * (index + 0.15),
      width: slot * 0.7,
      pieces: piecesOf(day),
    })),
    most,
    total: days.reduce((total, { calls }) => total + calls, 0),
  }
}
