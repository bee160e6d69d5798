// Conflict resolution: which side's value of a field wins when both systems have one. Pure.

/** The policy where both sides changed a field: the later change, or always the same side. */
export const CONFLICT_RULES = ['newest', 'rankr', 'crm'] as const
export type ConflictRule = (typeof CONFLICT_RULES)[number]

export type Side = 'rankr' | 'crm'

/** A field's value on one side; empty text and null count as no value. */
export type FieldValue = string | null | undefined

export type Decision = {
  field: string
  winner: Side
  value: string | null
  /** Set when both sides had changed it to different values: the losing value, for the audit. */
  lost?: string | null
}

type Sides = {
  fields: readonly string[]
  rankr: Record<string, FieldValue>
  crm: Record<string, FieldValue>
  /** The values when both sides were last equal; fields without one count as changed on both sides. */
  agreed?: Record<string, FieldValue> | undefined
  rule: ConflictRule
  /** When each side changed last; undefined when unknown. */
  changedAt: { rankr: Date | undefined; crm: Date | undefined }
}

const plain = (value: FieldValue): string | null => {
  const text = value?.trim() ?? ''
  return text === '' ? null : text
}

/** Case is ignored: one of the systems stores some texts in lower case. */
const isSame = (a: string | null, b: string | null): boolean => a?.toLowerCase() === b?.toLowerCase()

const winnerOf = ({ rule, changedAt: { rankr, crm } }: Sides): Side => {
  if (rule !== 'newest') return rule
  // Equal or unknown times: Rankr is the origin of customers.
  return crm !== undefined && (rankr === undefined || crm.getTime() > rankr.getTime()) ? 'crm' : 'rankr'
}

/** A decision for each field that differs. */
export const decide = (sides: Sides): Decision[] =>
  sides.fields.flatMap((field): Decision[] => {
    const [rankr, crm] = [plain(sides.rankr[field]), plain(sides.crm[field])]
    if (isSame(rankr, crm)) return []
    const { agreed } = sides
    if (agreed && Object.hasOwn(agreed, field)) {
      const before = plain(agreed[field])
      if (isSame(rankr, before)) return [{ field, winner: 'crm', value: crm }]
      if (isSame(crm, before)) return [{ field, winner: 'rankr', value: rankr }]
    }
    const winner = winnerOf(sides)
    return [{ field, winner, value: winner === 'crm' ? crm : rankr, lost: winner === 'crm' ? rankr : crm }]
  })
