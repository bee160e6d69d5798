// A mapped field on its way to Rankr: which customer field it is, and how its transforms are reversed. Pure.

import type { ValueSource } from './document.ts'
import type { FieldMapping, MappingLine } from './field-mapping.ts'
import { type Knowledge, resolveValue } from './mapping.ts'
import type { Transform } from './transforms.ts'

const ROOT = 'trigger.data.'

/** Fields that Rankr sets itself, or that are synced in another way. */
const RANKRS_OWN = new Set(['id', 'tags', 'created_at', 'updated_at'])

/** The Rankr field of a row; undefined when it cannot be written. */
export const rankrFieldOf = (source: ValueSource): string | undefined => {
  if (!('path' in source) || !String(source.path).startsWith(ROOT)) return undefined
  const field = source.path.slice(ROOT.length)
  return field.includes('.') || RANKRS_OWN.has(field) ? undefined : field
}

type Of<Use extends Transform['use']> = Extract<Transform, { use: Use }>

/** Values that stay as they are on the way back, because the transform produces the same value again. */
const SETTLED: readonly Transform['use'][] = ['upper', 'lower', 'trim', 'title', 'phone', 'round', 'number', 'default']

const swapped = ({ table, otherwise, ifInvalid }: Of<'lookup'>): Transform[] | undefined => {
  const pairs = Object.entries(table)
  const isPlain = pairs.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  const values = new Set(pairs.map(([, value]) => String(value).trim().toLowerCase()))
  if (!isPlain || otherwise !== undefined || values.size < pairs.length) return undefined
  const back = Object.fromEntries(pairs.map(([key, value]) => [String(value), key]))
  return [{ use: 'lookup', table: back, ...(ifInvalid ? { ifInvalid } : {}) }]
}

const undone = (transform: Transform): Transform[] | undefined => {
  if (SETTLED.includes(transform.use)) return []
  switch (transform.use) {
    case 'lookup':
      return swapped(transform)
    case 'boolean': {
      const { yes: [yes = 'true'] = [], no: [no = 'false'] = [] } = transform
      return transform.yes || transform.no ? [{ use: 'lookup', table: { true: yes, false: no } }] : []
    }
    case 'money': {
      const { from, to } = transform
      return to === 'text' ? undefined : [{ ...transform, from: to, to: from }]
    }
    case 'join':
      return transform.with.trim() === '' ? undefined : [{ use: 'split', at: transform.with }]
    case 'split':
      return transform.part === undefined ? [{ use: 'join', with: transform.at }] : undefined
    case 'json':
      return transform.at === undefined ? [{ use: 'json', do: transform.do === 'read' ? 'write' : 'read' }] : undefined
    case 'date': {
      const { to, add, zone, fromZone } = transform
      return !add && (to === 'instant' || (to === 'day' && zone === fromZone)) ? [] : undefined
    }
    default:
      return undefined
  }
}

/** The transforms that reverse `transforms`; undefined when they cannot be reversed. */
const inverseOf = (transforms: readonly Transform[]): Transform[] | undefined => {
  const steps = transforms.map(undone)
  return steps.every((step) => step !== undefined) ? steps.reverse().flat() : undefined
}

/** Why a row cannot go to Rankr; undefined when it can. */
export const backFault = ({ source, direction = 'to-crm' }: MappingLine): 'field' | 'transforms' | undefined => {
  if (direction === 'to-crm') return undefined
  if (rankrFieldOf(source) === undefined) return 'field'
  const { transforms = [] } = source as { transforms?: Transform[] }
  return direction === 'both' && !inverseOf(transforms) ? 'transforms' : undefined
}

export type MappedField = {
  /** Of the CRM. */
  target: string
  /** Of Rankr. */
  field: string
  direction: 'both' | 'to-rankr'
  /** Each throws `value_invalid` for a value that cannot be converted. */
  toRankr(value: unknown): unknown
  toCrm(value: unknown): unknown
}

/** Converts a single value by placing it at the path of the row. */
const through = (
  transforms: readonly Transform[],
  value: unknown,
  known: Pick<Knowledge, 'trigger' | 'account'>,
): unknown =>
  resolveValue(
    { path: 'item.value', transforms: [...transforms] },
    { ...known, steps: {}, options: {}, item: { value } },
  )

/** The rows that sync to Rankr. `customer` is Rankr's record, `account` the account's data as in workflows. */
export const mappedFields = (
  { rows }: Pick<FieldMapping, 'rows'>,
  { customer, account }: { customer: unknown; account: Record<string, unknown> },
): MappedField[] =>
  rows.flatMap(({ target, source, direction = 'to-crm' }): MappedField[] => {
    const field = rankrFieldOf(source)
    if (direction === 'to-crm' || field === undefined) return []
    const { transforms = [] } = source as { transforms?: Transform[] }
    const back = direction === 'both' ? inverseOf(transforms) : transforms
    if (!back) return []
    const known = { trigger: { data: customer }, account }
    return [
      {
        target,
        field,
        direction,
        toRankr: (value) => through(back, value, known),
        toCrm: (value) => (direction === 'both' ? through(transforms, value, known) : value),
      },
    ]
  })
