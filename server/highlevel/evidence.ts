// What an UNINSTALL says about the tokens we hold, given when it happened and when they were obtained. Deliveries come late,
// repeated and in any order, and may carry no time of their own; then only HighLevel itself can tell.

import type { Installation } from '../store/installations.ts'

/** When something happened: `isStated` when HighLevel said so, otherwise the moment of receipt, which is an upper bound. */
export type Moment = { at: Date; isStated: boolean }

/**
 * - `stale`: the tokens were obtained after it, so the app was installed again.
 * - `over`: it is newer than the tokens, or there are none.
 * - `ask`: cannot be told from times.
 */
export type Verdict = 'stale' | 'over' | 'ask'

/** Our clock and HighLevel's may differ by as much. */
const SKEW_MS = 5 * 60_000

type Evidence = Pick<Installation, 'status' | 'refreshedAt' | 'hasRefreshToken' | 'accessExpiresAt'>

export const judgeUninstall = (row: Evidence | undefined, { at, isStated }: Moment): Verdict => {
  // A refused or missing token cannot be asked with; an uninstall needs no live token.
  const isLive = row?.status === 'active' && row.accessExpiresAt !== null
  if (!isLive) return 'over'
  const obtainedAt = row.refreshedAt?.getTime() ?? 0
  if (!isStated) return 'ask'
  if (at.getTime() < obtainedAt - SKEW_MS) return 'stale'
  return at.getTime() > obtainedAt + SKEW_MS ? 'over' : 'ask'
}

/**
 * An INSTALL heard after this uninstall, and after any other that we know of: tokens are over, but a code or a company's token
 * is to come.
 */
export const isInstalledAgain = (
  { installedAt, uninstalledAt }: Pick<Installation, 'installedAt' | 'uninstalledAt'>,
  { at, isStated }: Moment,
): boolean =>
  isStated && installedAt !== null && installedAt > at && (uninstalledAt === null || installedAt > uninstalledAt)

/** An INSTALL that is older than an uninstall we know of, as far as times can tell. */
export const isStaleInstall = (row: Pick<Installation, 'uninstalledAt'>, { at, isStated }: Moment): boolean =>
  isStated && row.uninstalledAt !== null && at < row.uninstalledAt

export const later = (a: Date | null, b: Date): Date => (a !== null && a > b ? a : b)
