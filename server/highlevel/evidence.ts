// Decides what an UNINSTALL says about the tokens we hold, from its time and the time they were obtained. Deliveries
// can be late, repeated, out of order and without a time; then only HighLevel can tell.

import type { Installation } from '../store/installations.ts'

/**
 * When something happened. `isStated`: HighLevel gave the time; otherwise it is the time of receipt, an upper bound.
 */
export type Moment = { at: Date; isStated: boolean }

/**
 * - `stale`: the tokens were obtained later, so the app was installed again.
 * - `over`: it is newer than the tokens, or there are none.
 * - `ask`: the times do not tell.
 */
export type Verdict = 'stale' | 'over' | 'ask'

/** Tolerated clock difference between us and HighLevel. */
const SKEW_MS = 5 * 60_000

type Evidence = Pick<Installation, 'status' | 'refreshedAt' | 'hasRefreshToken' | 'accessExpiresAt'>

/** The verdict on an UNINSTALL at that moment, for an installation or none. Pure. */
export const judgeUninstall = (row: Evidence | undefined, { at, isStated }: Moment): Verdict => {
  // A refused or missing token cannot be used to ask, and an uninstall needs no working token.
  const isLive = row?.status === 'active' && row.accessExpiresAt !== null
  if (!isLive) return 'over'
  const obtainedAt = row.refreshedAt?.getTime() ?? 0
  if (!isStated) return 'ask'
  if (at.getTime() < obtainedAt - SKEW_MS) return 'stale'
  return at.getTime() > obtainedAt + SKEW_MS ? 'over' : 'ask'
}

/**
 * True for an INSTALL received after this uninstall and every other known one: its tokens are invalid, but a code or a
 * company's token will follow.
 */
export const isInstalledAgain = (
  { installedAt, uninstalledAt }: Pick<Installation, 'installedAt' | 'uninstalledAt'>,
  { at, isStated }: Moment,
): boolean =>
  isStated && installedAt !== null && installedAt > at && (uninstalledAt === null || installedAt > uninstalledAt)

/** True for an INSTALL older than a known uninstall, as far as the times tell. */
export const isStaleInstall = (row: Pick<Installation, 'uninstalledAt'>, { at, isStated }: Moment): boolean =>
  isStated && row.uninstalledAt !== null && at < row.uninstalledAt

/** The later of two dates; `a` may be missing. */
export const later = (a: Date | null, b: Date): Date => (a !== null && a > b ? a : b)
