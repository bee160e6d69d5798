// A check's progress and remaining time. Pure.

import type { IntegrityCheck, IntegrityKind } from '../../store/integrity-checks.ts'
import type { KindCounts } from '../../store/integrity-counts.ts'

export type CheckProgress = {
  parts: { kind: IntegrityKind; read: number; total: number | null }[]
  read: number
  /** Null until both sides have returned their totals. */
  total: number | null
  secondsLeft: number | null
}

/** The CRM is asked later; until then Rankr's number is assumed. */
const totalOf = ({ rankr, crm, rankrTotal, crmTotal }: KindCounts): number | null =>
  rankrTotal === null ? null : Math.max(rankrTotal, rankr) + Math.max(crmTotal ?? rankrTotal, crm)

/** The progress of a check at a point in time. */
export const progressOf = (
  { counts, kinds, resumedAt, readBefore, status }: IntegrityCheck,
  at: Date,
): CheckProgress => {
  const parts = kinds.map((kind) => {
    const count = counts[kind]
    return { kind, read: count ? count.rankr + count.crm : 0, total: count ? totalOf(count) : null }
  })
  const read = parts.reduce((sum, part) => sum + part.read, 0)
  const total = parts.every((part) => part.total !== null) ? parts.reduce((sum, part) => sum + part.total!, 0) : null
  const seconds = (at.getTime() - resumedAt.getTime()) / 1000
  const perSecond = seconds > 0 ? (read - readBefore) / seconds : 0
  const isKnown = status === 'running' && total !== null && perSecond > 0
  return { parts, read, total, secondsLeft: isKnown ? Math.ceil(Math.max(0, total - read) / perSecond) : null }
}
