// The last 24 hours of an account as a chart, loaded behind the overview: counting takes longer than all else on it.

import type { HourCount } from '../../store/hourly-events.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import { type ColumnsChart, columnsChart } from './columns-chart.ts'
import { type Screen, screenData } from './screen.ts'

export type DayChartDeps = {
  /** The last 24 hours of a location, from memory for up to a minute. */
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
