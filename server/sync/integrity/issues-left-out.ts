// Not every Rankr account may list its issues. When that is refused, a check skips them; the other kinds are required.

import { AppError } from '../../errors.ts'
import type { IntegrityCheck, IntegrityKind } from '../../store/integrity-checks.ts'
import type { KindCounts } from '../../store/integrity-counts.ts'

const RANKR_ITSELF = 'rankr'
const REFUSALS = new Set(['rankr_not_found', 'rankr_unauthorized'])

/** Whether the check skipped issues. */
export const isIssuesLeftOut = ({ counts }: IntegrityCheck): boolean =>
  counts.ticket?.leftOut?.[RANKR_ITSELF] !== undefined

/** The counts after `kind` could not be listed; rethrows unless Rankr refused its issues. */
export const issuesLeftOut =
  (kind: IntegrityKind, before: KindCounts['leftOut'] = {}) =>
  (error: unknown): Partial<KindCounts> => {
    if (kind !== 'ticket' || !(error instanceof AppError) || !REFUSALS.has(error.code)) throw error
    return { leftOut: { ...before, [RANKR_ITSELF]: { name: null, code: error.code } } }
  }
