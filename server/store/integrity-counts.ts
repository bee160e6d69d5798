// The counts of one kind of record, stored with the check. No logic.

/**
 * A support desk whose tickets were not compared: an error code, `unreadable` when it cannot be read, `removed` when it is no longer
 * connected.
 */
export type LeftOut = { name: string | null; code: string }

/** Records read on each side; totals as reported by that side, null until known. */
export type KindCounts = {
  rankr: number
  crm: number
  rankrTotal: number | null
  crmTotal: number | null
  /** By the desk's id; by `rankr` when Rankr refuses its issues. */
  leftOut?: Record<string, LeftOut>
}
