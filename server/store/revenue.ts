// The revenue ledger: one row per Rankr record, rewritten under the same id when Rankr corrects it.

import type { Database } from './db.ts'
import { query } from './raw.ts'

export type RevenueRow = {
  rankrId: string
  customerId: string | null
  /** In the currency's smallest units; negative for refunds. */
  amountMinor: number
  /** ISO 4217. */
  currency: string
  source: string | null
  medium: string | null
  campaign: string | null
  recordedAt: Date
  eventId: string
}

/** A change of a customer's source or campaign. */
export type RevenueTurn = { customerId: string; key: string; rankrId: string; recordedAt: Date }

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

/** The revenue ledger of a location. */
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

  /**
   * Of the customers with a record in that range and currency, whenever and in whatever currency it happened: the first
   * source or campaign that is known of each, and every change of it before `until`, oldest first.
   */
  turns: (
    locationId: string,
    { by, currency, from, until }: Omit<RevenueWish, 'limit'> & { by: 'source' | 'campaign' },
  ): Promise<RevenueTurn[]> =>
    query<RevenueTurn>(
      db.kysely,
      `select customer_id as "customerId", key, rankr_id as "rankrId", recorded_at as "recordedAt" from (
         select r.customer_id, r.${by} as key, r.rankr_id, r.recorded_at,
           lag(r.${by}) over (partition by r.customer_id order by r.recorded_at, r.rankr_id) as before
         from revenue r
         where r.location_id = $1 and r.${by} is not null and r.recorded_at < $4 and r.customer_id in (
           select customer_id from revenue where location_id = $1 and currency = $2 and recorded_at >= $3 and recorded_at < $4)
       ) journey
       where key is distinct from before order by recorded_at, rankr_id`,
      [locationId, currency, from, until],
    ),

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
