// What customers brought in, by source, campaign and month, under a model of attribution; each figure opens the records it
// is made of.

import { z } from 'zod'
import type { Revenue, RevenueRow } from '../../store/revenue.ts'
import { toDecimal } from '../../sync/money.ts'
import { attribute, DIMENSIONS, MODELS } from '../../sync/revenue/attribution.ts'
import { toCsv } from '../csv.ts'
import type { Session } from '../doors/session.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Screen } from './screen.ts'
import { screenData } from './screen.ts'

export type RevenueDeps = { revenue: Pick<Revenue, 'list' | 'currencies'>; now: () => Date }

/** More than this in one range is not added up here; the page says so. */
const MOST_RECORDS = 50_000
const MOST_SHOWN = 200
const DAY_MS = 86_400_000
const DEFAULT_DAYS = 90

const day = z.iso.date().optional().catch(undefined)

const filters = z.object({
  model: z.enum(MODELS).catch('last-touch'),
  by: z.enum(DIMENSIONS).catch('source'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .catch(undefined),
  from: day,
  to: day,
  /** Opens the records of one figure; `-` for what is known of nobody. */
  key: z.string().max(200).optional().catch(undefined),
})

type Wish = z.output<typeof filters>

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const isoDay = (text: string): Date => new Date(`${text}T00:00:00Z`)

const addressOf = (path: string, values: Record<string, string | undefined>): string =>
  `${path}?${new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : [])))}`

const COLUMNS = ['recorded_at', 'id', 'customer_id', 'amount', 'currency', 'source', 'medium', 'campaign', 'event_id']

const lineOf = (row: RevenueRow) => [
  row.recordedAt.toISOString(),
  row.rankrId,
  row.customerId,
  toDecimal(row.amountMinor, row.currency),
  row.currency,
  row.source,
  row.medium,
  row.campaign,
  row.eventId,
]

/** Routes below `/settings/revenue`. */
export const revenueRoutes = (screen: Screen, { revenue, now }: RevenueDeps): Route[] => {
  const rangeOf = ({ from, to }: Wish) => {
    const last = to ?? dayOf(now())
    const first = from ?? dayOf(new Date(isoDay(last).getTime() - DEFAULT_DAYS * DAY_MS))
    return { from: first, to: last }
  }

  const read = async ({ locationId }: Session, wish: Wish) => {
    const currencies = await revenue.currencies(locationId)
    const currency = wish.currency ?? currencies[0] ?? 'USD'
    const range = rangeOf(wish)
    const rows = await revenue.list(locationId, {
      currency,
      from: isoDay(range.from),
      until: new Date(isoDay(range.to).getTime() + DAY_MS),
      limit: MOST_RECORDS,
    })
    return { currencies, currency, range, rows }
  }

  return [
    screen({
      path: '/settings/revenue',
      input: { query: filters },
      async handler({ caller, query }) {
        const { currencies, currency, range, rows } = await read(caller, query)
        const { model, by, key } = query
        const shares = attribute(rows, { model, dimension: by })
        const ordered = by === 'month' ? shares.toSorted((a, b) => (a.key! < b.key! ? -1 : 1)) : shares
        const largest = Math.max(1, ...shares.map(({ amountMinor }) => Math.abs(amountMinor)))
        const chosen = { model, by, currency, ...range }
        const open = key === undefined ? undefined : shares.find((share) => (share.key ?? '-') === key)
        const show = (minor: number) => toDecimal(minor, currency)
        return view('screens/revenue', {
          ...screenData(caller),
          filter: chosen,
          currencies: currencies.length > 0 ? currencies : [currency],
          models: MODELS,
          dimensions: DIMENSIONS,
          isEmpty: rows.length === 0,
          isPartial: rows.length === MOST_RECORDS,
          total: show(rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0)),
          bars: ordered.map((share) => ({
            key: share.key,
            amount: show(share.amountMinor),
            count: share.records.length,
            percent: Math.round((Math.abs(share.amountMinor) / largest) * 100),
            href: `${addressOf('/settings/revenue', { ...chosen, key: share.key ?? '-' })}#records`,
          })),
          open: open && {
            key: open.key,
            records: open.records.slice(0, MOST_SHOWN).map((place) => {
              const row = rows[place]!
              return { ...row, amount: show(row.amountMinor) }
            }),
            more: Math.max(0, open.records.length - MOST_SHOWN),
          },
          exported: addressOf('/settings/revenue.csv', { currency, ...range }),
        })
      },
    }),

    screen({
      path: '/settings/revenue.csv',
      input: { query: filters },
      async handler({ caller, query }) {
        const { currency, range, rows } = await read(caller, query)
        return text(toCsv(COLUMNS, rows.map(lineOf)), {
          type: 'text/csv; charset=utf-8',
          headers: {
            'Content-Disposition': `attachment; filename="revenue-${currency}-${range.from}-${range.to}.csv"`,
          },
        })
      },
    }),
  ]
}
