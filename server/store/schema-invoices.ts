// Row types of the tables of migrations/0007-record-holds.sql. No logic.

export type InvoicesSchema = {
  record_holds: {
    location_id: string
    /** As record keys of events: `invoice:inv_1`. */
    record: string
    holder: string
    until: Date
  }
}
