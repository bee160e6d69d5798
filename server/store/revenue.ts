// The ledger of revenue: one row per record of Rankr, written again with the same id when Rankr corrects it.

import type { Database } from './db.ts'

export type RevenueRow = {
  rankrId: string
  customerId: string | null
  /** In smallest units; negative for money that was given back. */
  amountMinor: number
  /** ISO 4217. */
  currency: string
  source: string | null
  medium: string | null
  campaign: string | null
  recordedAt: Date
  eventId: string
}

/** `from` is included, `until` is not. */
export type RevenueWish = { currency: string; from: Date; until: Date; limit: number }

const COLUMNS = [
  'rankr_id as rankrId',
  'customer_id as customerId',
  'amount_minor as amountMinor',
  'currency',
  'source',
  'medium',
  'campaign',
  'recorded_at as recordedAt',
  'event_id as eventId',
] as const

export type Revenue = ReturnType<typeof createRevenue>

export const createRevenue = ({ db }: { db: Database }) => ({
  async record(locationId: string, row: RevenueRow): Promise<void> {
    const values = {
      customer_id: row.customerId,
      amount_minor: row.amountMinor,
      currency: row.currency,
      source: row.source,
      medium: row.medium,
      campaign: row.campaign,
      recorded_at: row.recordedAt,
      event_id: row.eventId,
    }
    await db.kysely
      .insertInto('revenue')
      .values({ location_id: locationId, rankr_id: row.rankrId, ...values })
      .onConflict((conflict) => conflict.columns(['location_id', 'rankr_id']).doUpdateSet(values))
      .execute()
  },

  /** All of one customer, oldest first. */
  ofCustomer: (locationId: string, customerId: string): Promise<RevenueRow[]> =>
    db.kysely
      .selectFrom('revenue')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('customer_id', '=', customerId)
      .orderBy('recorded_at')
      .orderBy('rankr_id')
      .execute(),

  /** Newest first, at most `limit`. */
  list: (locationId: string, { currency, from, until, limit }: RevenueWish): Promise<RevenueRow[]> =>
    db.kysely
      .selectFrom('revenue')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('currency', '=', currency)
      .where('recorded_at', '>=', from)
      .where('recorded_at', '<', until)
      .orderBy('recorded_at', 'desc')
      .orderBy('rankr_id', 'desc')
      .limit(limit)
      .execute(),

  /** Those that the account has, most used first. */
  async currencies(locationId: string): Promise<string[]> {
    const rows = await db.kysely
      .selectFrom('revenue')
      .select(({ fn }) => ['currency', fn.countAll().as('count')])
      .where('location_id', '=', locationId)
      .groupBy('currency')
      .orderBy('count', 'desc')
      .orderBy('currency')
      .execute()
    return rows.map(({ currency }) => currency)
  },
})
