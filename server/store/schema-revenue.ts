// Row type of the table of migrations/0016-revenue.sql. No logic.

export type RevenueSchema = {
  revenue: {
    location_id: string
    rankr_id: string
    customer_id: string | null
    amount_minor: number
    currency: string
    source: string | null
    medium: string | null
    campaign: string | null
    recorded_at: Date
    event_id: string
  }
}
