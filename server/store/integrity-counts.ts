// The counts of one kind of record, stored with the check. No logic.

/**
 * A support desk whose tickets were not compared: an error code, `unreadable` when it cannot be asked, `removed` when it is not
 * connected any more.
 */
export type LeftOut = { name: string | null; code: string }

/** Records read on either side; totals as that side tells them, null until it has. */
export type KindCounts = {
  rankr: number
  crm: number
  rankrTotal: number | null
  crmTotal: number | null
  /** By the desk's id; by `rankr` when Rankr refuses its issues. */
  leftOut?: Record<string, LeftOut>
}
