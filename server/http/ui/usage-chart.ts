// API calls per day as a chart. Pure.

import type { UsageRow } from '../../store/api-usage.ts'
import { type ColumnsChart, columnsChart } from './columns-chart.ts'

const DAY_MS = 86_400_000

/** The period: whole days (UTC) ending with today. */
export const spanOf = (days: number, now: Date): { from: Date; until: Date } => {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  return { from: new Date(today - (days - 1) * DAY_MS), until: new Date(today + DAY_MS) }
}

const sum = (rows: UsageRow[], key: 'calls' | 'rejected' | 'failed'): number =>
  rows.reduce((total, row) => total + Number(row[key]), 0)

/** One column per day, including days without calls. */
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
