// Differences as the screen and the export show them. Pure.

import type { IntegrityKind, PartKind } from '../../store/integrity-checks.ts'
import type { Finding } from '../../store/integrity-findings.ts'

const shownValue = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What comes of records of Rankr beside themselves. */
const PARTS: ReadonlySet<IntegrityKind> = new Set<PartKind>(['business', 'product', 'opportunity'])

/** Which words tell what the difference is. */
const explained = ({ type, kind, code }: Pick<Finding, 'type' | 'kind' | 'code'>): string => {
  if (type === 'orphan' && kind === 'ticket' && code) return 'goneTicket'
  if (type === 'orphan' && PARTS.has(kind)) return 'gone'
  return type === 'missing' && kind === 'ticket' ? 'missingTicket' : type
}

export const shown = ({ fields, ...finding }: Finding) => ({
  ...finding,
  explained: explained(finding),
  fields: fields.map(({ field, rankr, crm }) => ({ field, rankr: shownValue(rankr), crm: shownValue(crm) })),
})

export const COLUMNS = [
  'type',
  'state',
  'kind',
  'rankr_id',
  'account_id',
  'label',
  'field',
  'rankr',
  'account',
  'reason',
]

export const linesOf = (finding: Finding): (string | null)[][] => {
  const { type, state, kind, rankrId, crmId, label, code } = finding
  const about = [type, state, kind, rankrId, crmId, label]
  const { fields } = shown(finding)
  if (fields.length === 0) return [[...about, null, null, null, code]]
  return fields.map(({ field, rankr, crm }) => [...about, field, rankr, crm, code])
}
