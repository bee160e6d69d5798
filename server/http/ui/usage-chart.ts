// Calls of the last days as a chart. Pure.

import type { UsageRow } from '../../store/api-usage.ts'
import { type ColumnsChart, columnsChart } from './columns-chart.ts'

const DAY_MS = 86_400_000

/** From the first to the last moment of the days that end with today (UTC). */
export const spanOf = (days: number, now: Date): { from: Date; until: Date } => {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  return { from: new Date(today - (days - 1) * DAY_MS), until: new Date(today + DAY_MS) }
}

const sum = (rows: UsageRow[], key: 'calls' | 'rejected' | 'failed'): number =>
  rows.reduce((total, row) => total + Number(row[key]), 0)

/** A column for each day, also for those without a call. */
export const usageChart = (rows: UsageRow[], { from, until }: { from: Date; until: Date }): ColumnsChart => {
  const byDay = Map.groupBy(rows, ({ at }) => at.getTime())
  const days = Array.from({ length: Math.round((until.getTime() - from.getTime()) / DAY_MS) }, (_, index) => {
    const at = new Date(from.getTime() + index * DAY_MS)
    const of = byDay.get(at.getTime()) ?? []
    const [rejected, failed] = [sum(of, 'rejected'), sum(of, 'failed')]
    return { at, counts: { good: sum(of, 'calls') - rejected - failed, rejected, failed } }
  })
  return columnsChart(days, ['good', 'rejected', 'failed'])
}
