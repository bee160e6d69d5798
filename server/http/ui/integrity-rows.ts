// Findings as shown on the screen and in the export. Pure.

import type { IntegrityKind, PartKind } from '../../store/integrity-checks.ts'
import type { Finding } from '../../store/integrity-findings.ts'

const shownValue = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Parts of a Rankr record that become CRM records of their own. */
const PARTS: ReadonlySet<IntegrityKind> = new Set<PartKind>(['business', 'product', 'opportunity'])

/** The text key that describes a finding. */
const explained = ({ type, kind, code }: Pick<Finding, 'type' | 'kind' | 'code'>): string => {
  if (type === 'orphan' && kind === 'ticket' && code) return 'goneTicket'
  if (type === 'orphan' && PARTS.has(kind)) return 'gone'
  return type === 'missing' && kind === 'ticket' ? 'missingTicket' : type
}

/** A finding with its field differences ready for the view. */
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

/** The CSV rows of a finding, one per differing field. */
export const linesOf = (finding: Finding): (string | null)[][] => {
  const { type, state, kind, rankrId, crmId, label, code } = finding
  const about = [type, state, kind, rankrId, crmId, label]
  const { fields } = shown(finding)
  if (fields.length === 0) return [[...about, null, null, null, code]]
  return fields.map(({ field, rankr, crm }) => [...about, field, rankr, crm, code])
}
