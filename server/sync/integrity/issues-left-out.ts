// Not every Rankr account may list its issues: where it is refused, they are left out of a check and the rest goes on. The
// records of all other kinds are what a check is for; without them it fails.

import { AppError } from '../../errors.ts'
import type { IntegrityCheck, IntegrityKind } from '../../store/integrity-checks.ts'
import type { KindCounts } from '../../store/integrity-counts.ts'

const RANKR_ITSELF = 'rankr'
const REFUSALS = new Set(['rankr_not_found', 'rankr_unauthorized'])

export const isIssuesLeftOut = ({ counts }: IntegrityCheck): boolean =>
  counts.ticket?.leftOut?.[RANKR_ITSELF] !== undefined

/** What is counted after a failure to list records of `kind`; throws it again unless Rankr refuses its issues. */
export const issuesLeftOut =
  (kind: IntegrityKind, before: KindCounts['leftOut'] = {}) =>
  (error: unknown): Partial<KindCounts> => {
    if (kind !== 'ticket' || !(error instanceof AppError) || !REFUSALS.has(error.code)) throw error
    return { leftOut: { ...before, [RANKR_ITSELF]: { name: null, code: error.code } } }
  }
