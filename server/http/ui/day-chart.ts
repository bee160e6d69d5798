// The chart of the last 24 hours, loaded after the overview because counting is its slowest part.

import type { HourCount } from '../../store/hourly-events.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import { type ColumnsChart, columnsChart } from './columns-chart.ts'
import { type Screen, screenData } from './screen.ts'

export type DayChartDeps = {
  /** Counts of a location's last 24 hours, cached for up to a minute. */
  lastDay(locationId: string): Promise<HourCount[]>
}

const dayChart = (hours: readonly HourCount[]): ColumnsChart =>
  columnsChart(
    hours.map(({ at, events, failed }) => ({ at, counts: { good: Math.max(0, events - failed), failed } })),
    ['good', 'failed'],
  )

/** `GET /settings/overview/day`. */
export const dayChartRoutes = (screen: Screen, { lastDay }: DayChartDeps): Route[] => [
  screen({
    path: '/settings/overview/day',
    async handler({ caller }) {
      const hours = await lastDay(caller.locationId)
      return view('screens/day-chart', { ...screenData(caller), chart: dayChart(hours) })
    },
  }),
]
