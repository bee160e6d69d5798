// Preview of an edited mapping: per row the value before and after for one event, and its faults. Rows may be
// unfinished. Pure.

import { asAppError } from '../errors.ts'
import type { ValueSource } from './document.ts'
import { goesToCrm, goesToRankr, type MappingLine, mappingRow } from './field-mapping.ts'
import { asText } from './liquid.ts'
import { type Knowledge, resolveValue, valueAt } from './mapping.ts'
import { backFault, mappedFields, rankrFieldOf } from './mapping-back.ts'

/** A row from a form, not validated. */
export type RoughRow = {
  target: string
  source: Record<string, unknown>
  isRequired?: boolean
  direction?: string
}

/** A field of the CRM; `options` are its allowed values if they are a fixed list. */
export type TargetField = {
  target: string
  label: string
  type: string
  options?: readonly string[]
  isCustom?: boolean
}

/** `error`: the row cannot be saved. `values` are for the text of the code. */
export type Problem = { kind: 'error' | 'warning'; code: ProblemCode; values: Record<string, string> }

export type ProblemCode =
  | 'noSource'
  | 'noTarget'
  | 'targetGone'
  | 'targetTwice'
  | 'rankrTwice'
  | 'rankrField'
  | 'noWayBack'
  | 'oneWayOnly'
  | 'invalid'
  | 'fault'
  | 'notThere'
  | 'wouldStop'
  | 'notNumber'
  | 'notDay'
  | 'notPhone'
  | 'notEmail'
  | 'notOption'
  | 'notOne'

export type LookedRow = { before: unknown; after: unknown; problems: Problem[] }

type Look = {
  targets: readonly TargetField[]
  /** Undefined when the account could not be asked; then no field is reported as missing. */
  areAllKnown: boolean
  /** Whether rows can sync to Rankr at all. */
  hasBack: boolean
  known: Knowledge
  /** The record of the CRM that belongs to the event, for rows that go to Rankr only. */
  held(target: string): unknown
}

const problem = (
  kind: Problem['kind'],
  code: ProblemCode,
  values: Record<string, string | undefined> = {},
): Problem => ({
  kind,
  code,
  values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? ''])),
})

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

const isDay = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))

const asNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))

/** Whether a value fits a field. */
const misfit = (value: unknown, { type, options }: TargetField): Problem | undefined => {
  if (typeof value === 'object' && type !== 'multiselect') return problem('warning', 'notOne')
  const shown = asText(value)
  if ((type === 'numerical' || type === 'monetary') && !asNumber(value))
    return problem('warning', 'notNumber', { shown })
  if ((type === 'date' || type === 'date-time') && !isDay(value)) return problem('warning', 'notDay', { shown })
  if (type === 'phone' && !/^\+?[\d\s().-]{7,20}$/.test(shown)) return problem('warning', 'notPhone', { shown })
  if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(shown)) return problem('warning', 'notEmail', { shown })
  const wrong = options && [value].flat().find((one) => !options.includes(asText(one)))
  return wrong === undefined ? undefined : problem('warning', 'notOption', { shown: asText(wrong) })
}

/** The value before any transform. */
const beforeOf = (source: ValueSource, known: Knowledge): unknown => {
  if ('value' in source) return source.value
  if ('path' in source) return valueAt(known, source.path)
  if ('paths' in source) return source.paths.flatMap((path) => valueAt(known, path) ?? [])
  if (!('template' in source)) return undefined
  try {
    return resolveValue({ template: source.template }, known)
  } catch {
    return undefined
  }
}

const isUnfinished = ({ path, paths, template, value, ...rest }: Record<string, unknown>): boolean =>
  !('fields' in rest || 'list' in rest) &&
  value === undefined &&
  (path === undefined || path === '') &&
  (template === undefined || template === '') &&
  (!Array.isArray(paths) || paths.length === 0)

const faultsOf = (row: RoughRow): Problem[] => {
  const { error } = mappingRow.safeParse(row)
  return (error?.issues ?? []).slice(0, 3).map(({ path, message }) => {
    const name = [...path].reverse().find((part) => typeof part === 'string')
    return problem('error', 'invalid', { name: String(name ?? ''), detail: message })
  })
}

const ofPlace = (row: RoughRow, { targets, areAllKnown }: Look): Problem[] => {
  if (row.target === '') return [problem('error', 'noTarget')]
  const isKnown = targets.some(({ target }) => target === row.target)
  const isCustom = row.target.includes('.')
  return isKnown || (isCustom && !areAllKnown) ? [] : [problem('error', 'targetGone', { target: row.target })]
}

const ofDirection = (row: MappingLine, hasBack: boolean): Problem[] => {
  if (!goesToRankr(row)) return []
  if (!hasBack) return [problem('error', 'oneWayOnly')]
  const fault = backFault(row)
  return fault ? [problem('error', fault === 'field' ? 'rankrField' : 'noWayBack')] : []
}

/** `fault`: the transform that failed, as named by `applyTransforms`. */
const stepIn = (detail: string): string => /\((\w+)\)\.$/.exec(detail)?.[1] ?? ''

const lookAt = (rough: RoughRow, look: Look): LookedRow => {
  const { known, targets } = look
  const place = ofPlace(rough, look)
  if (isUnfinished(rough.source)) {
    return { before: undefined, after: undefined, problems: [problem('error', 'noSource'), ...place] }
  }
  const { data: row } = mappingRow.safeParse({ ...rough, target: rough.target || 'none' })
  if (!row) return { before: undefined, after: undefined, problems: [...faultsOf(rough), ...place] }
  const problems = [...place, ...ofDirection(row, look.hasBack)]
  const isOut = !goesToCrm(row)
  const before = isOut ? look.held(row.target) : beforeOf(row.source, known)
  try {
    const [out] = isOut ? mappedFields({ rows: [row] }, { customer: undefined, account: known.account }) : []
    const after = isOut ? out?.toRankr(before) : resolveValue(row.source, known)
    const field = targets.find(({ target }) => target === row.target)
    if (isNothing(after)) {
      if (row.isRequired && !isOut) problems.push(problem('warning', 'wouldStop'))
      else if (!isOut && 'path' in row.source && before === undefined) problems.push(problem('warning', 'notThere'))
    } else if (field && !isOut) problems.push(...[misfit(after, field)].flatMap((one) => one ?? []))
    return { before, after: isNothing(after) ? undefined : after, problems }
  } catch (error) {
    const { code, detail } = asAppError(error)
    if (code !== 'value_invalid') throw error
    return { before, after: undefined, problems: [...problems, problem('warning', 'fault', { step: stepIn(detail) })] }
  }
}

const twice = (keys: readonly (string | undefined)[], at: number): boolean => {
  const key = keys[at]
  return key !== undefined && key !== '' && keys.some((other, place) => other === key && place !== at)
}

/** One result per row, in the same order. */
export const lookAtRows = (rows: readonly RoughRow[], look: Look): LookedRow[] => {
  const targets = rows.map((row) => (row.direction === 'to-rankr' ? undefined : row.target))
  const fields = rows.map((row) =>
    row.direction === 'to-rankr' || row.direction === 'both' ? rankrFieldOf(row.source as ValueSource) : undefined,
  )
  return rows.map((row, at) => {
    const looked = lookAt(row, look)
    const more = [
      ...(twice(targets, at) ? [problem('error', 'targetTwice')] : []),
      ...(twice(fields, at) ? [problem('error', 'rankrTwice')] : []),
    ]
    return { ...looked, problems: [...more, ...looked.problems] }
  })
}
