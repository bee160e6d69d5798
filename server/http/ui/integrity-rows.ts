// Differences as the screen and the export show them. Pure.

import type { Finding } from '../../store/integrity-findings.ts'

const shownValue = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const shown = ({ fields, ...finding }: Finding) => ({
  ...finding,
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
