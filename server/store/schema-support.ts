// Row types of the table of migrations/0010-support-desks.sql. No logic.

export type SupportSchema = {
  support_desks: {
    location_id: string
    id: string
    kind: 'zendesk' | 'freshdesk' | 'generic'
    name: string
    address: string
    credentials: Buffer | null
    webhook_secret: Buffer | null
    previous_webhook_secret: Buffer | null
    previous_secret_expires_at: Date | null
    rotated_at: Date | null
    webhook_id: string | null
    last_event_at: Date | null
    last_call_at: Date | null
    failed_code: string | null
    failing_since: Date | null
    created_by: string | null
    created_at: Date
  }
}
