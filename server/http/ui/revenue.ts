// Revenue by source, campaign and month under an attribution model; each figure opens its records.

import { z } from 'zod'
import type { Revenue, RevenueRow } from '../../store/revenue.ts'
import { toDecimal } from '../../sync/money.ts'
import { attribute, DIMENSIONS, MODELS, type Share } from '../../sync/revenue/attribution.ts'
import { toCsv } from '../csv.ts'
import type { Session } from '../doors/session.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { addressOf } from './address.ts'
import type { Screen } from './screen.ts'
import { screenData } from './screen.ts'

export type RevenueDeps = { revenue: Pick<Revenue, 'list' | 'turns' | 'currencies'>; now: () => Date }

/** Larger ranges are not added up here; the page says so. */
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
  /** Selects the records of one figure; `-` stands for unknown. */
  key: z.string().max(200).optional().catch(undefined),
})

type Wish = z.output<typeof filters>

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const isoDay = (text: string): Date => new Date(`${text}T00:00:00Z`)

const COLUMNS = [
  ...['recorded_at', 'id', 'customer_id', 'amount', 'currency', 'source', 'medium', 'campaign', 'event_id'],
  ...['owed_to', 'share'],
]

const lineOf = (row: RevenueRow, { key, share }: { key: string | null; share: number }) => [
  row.recordedAt.toISOString(),
  row.rankrId,
  row.customerId,
  toDecimal(row.amountMinor, row.currency),
  row.currency,
  row.source,
  row.medium,
  row.campaign,
  row.eventId,
  key,
  toDecimal(share, row.currency),
]

const keyOf = ({ key }: Share): string => key ?? '-'

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
    const { model, by } = wish
    const within = { currency, from: isoDay(range.from), until: new Date(isoDay(range.to).getTime() + DAY_MS) }
    const rows = await revenue.list(locationId, { ...within, limit: MOST_RECORDS })
    const turns = by === 'month' ? [] : await revenue.turns(locationId, { ...within, by })
    return { currencies, currency, range, rows, shares: attribute(rows, { model, dimension: by, turns }) }
  }

  return [
    screen({
      path: '/settings/revenue',
      input: { query: filters },
      async handler({ caller, query }) {
        const { currencies, currency, range, rows, shares } = await read(caller, query)
        const { model, by, key } = query
        const ordered = by === 'month' ? shares.toSorted((a, b) => (a.key! < b.key! ? -1 : 1)) : shares
        const largest = Math.max(1, ...shares.map(({ amountMinor }) => Math.abs(amountMinor)))
        const chosen = { model, by, currency, ...range }
        const open = key === undefined ? undefined : shares.find((share) => keyOf(share) === key)
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
            count: share.parts.length,
            percent: Math.round((Math.abs(share.amountMinor) / largest) * 100),
            href: `${addressOf('/settings/revenue', { ...chosen, key: keyOf(share) })}#records`,
          })),
          open: open && {
            key: open.key,
            amount: show(open.amountMinor),
            records: open.parts.slice(0, MOST_SHOWN).map(({ place, amountMinor }) => {
              const row = rows[place]!
              return { ...row, amount: show(row.amountMinor), share: show(amountMinor) }
            }),
            more: Math.max(0, open.parts.length - MOST_SHOWN),
            exported: addressOf('/settings/revenue.csv', { ...chosen, key: keyOf(open) }),
          },
          exported: addressOf('/settings/revenue.csv', chosen),
        })
      },
    }),

    screen({
      path: '/settings/revenue.csv',
      input: { query: filters },
      async handler({ caller, query }) {
        const { currency, range, rows, shares } = await read(caller, query)
        // One line per share: when several touches share an amount, the shares add up to it.
        const lines = shares
          .filter((share) => query.key === undefined || keyOf(share) === query.key)
          .flatMap(({ key, parts }) => parts.map((part) => ({ ...part, key })))
          .toSorted((a, b) => a.place - b.place)
          .map(({ place, key, amountMinor }) => lineOf(rows[place]!, { key, share: amountMinor }))
        return text(toCsv(COLUMNS, lines), {
          type: 'text/csv; charset=utf-8',
          headers: {
            'Content-Disposition': `attachment; filename="revenue-${currency}-${range.from}-${range.to}.csv"`,
          },
        })
      },
    }),
  ]
}
