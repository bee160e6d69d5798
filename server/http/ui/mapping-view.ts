// View data of a field mapping's rows: options with current values, values before and after, transforms. Pure.

import type { LookedRow, RoughRow, TargetField } from '../../workflows/mapping-look.ts'
import type { SourceField, Suggestion } from '../../workflows/suggest-mapping.ts'
import { nameOf } from './editor/values.ts'
import { type KeyedRow, OTHER_SOURCES, SURE } from './mapping-form.ts'
import { fieldsOfStep, showValue } from './mapping-steps.ts'

const DATA = 'trigger.data.'
const LONGEST = 60

const shortened = (text: string, most = LONGEST): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** A value as text; '' for none. */
export const inShort = (value: unknown, most = 200): string => {
  if (value === undefined || value === null || value === '') return ''
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return shortened(value.join(', '), most)
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), most)
}

/** `trigger.data.address.city` → `address.city`. */
export const keyOfPath = (path: string): string =>
  path.startsWith(DATA) ? path.slice(DATA.length) : path.replace(/^trigger\./, 'event.')

/** `trigger.data.address.city` → "Address › City", translated part by part. */
const nameOfPath = (path: string): string => keyOfPath(path).split('.').map(nameOf).join(' › ')

const sourceOf = ({ path, paths, template, value }: RoughRow['source']): string => {
  if (value !== undefined) return '~value'
  if (template !== undefined) return '~template'
  if (paths !== undefined) return '~list'
  return typeof path === 'string' ? path : '~value'
}

/** `held`: the event's value; '' for none. */
const optionOf = ({ path, sample }: SourceField) => ({
  value: path,
  name: nameOfPath(path),
  held: inShort(sample, 30),
})

type Parts = { sources: readonly SourceField[]; targets: readonly TargetField[]; looked: LookedRow }

/** `from.options` are the event's fields, plus the chosen one when it is not among them. */
export const rowView = ({ key, row }: KeyedRow, { sources, targets, looked }: Parts) => {
  const from = sourceOf(row.source)
  const { path = '', paths = [], template = '', fallback, transforms = [] } = row.source
  const known = sources.map(optionOf)
  const chosen = [path, ...(paths as string[])].map(String).filter((one) => one !== '')
  const gone = chosen.filter((one) => !known.some(({ value }) => value === one))
  const field = targets.find(({ target }) => target === row.target)
  return {
    key,
    from,
    isPath: !(OTHER_SOURCES as readonly string[]).includes(from),
    pathKey: from.startsWith('~') || from === '' ? undefined : keyOfPath(from),
    sources: [...known, ...gone.map((path) => optionOf({ path, sample: undefined }))],
    template,
    paths: paths as string[],
    value: showValue(row.source.value),
    fallback: showValue(fallback),
    to: row.target,
    isGone: row.target !== '' && field === undefined,
    way: row.direction ?? 'to-crm',
    isRequired: row.isRequired === true,
    steps: (transforms as Record<string, unknown>[]).map((step, place) => ({
      key: place,
      use: String(step.use),
      fields: fieldsOfStep(step),
    })),
    before: inShort(looked.before),
    after: inShort(looked.after),
    isSame: inShort(looked.before) === inShort(looked.after),
    problems: looked.problems,
  }
}

/** A suggested row with the labels of its field and target. */
export const suggestionView = (
  { target, path, confidence }: Suggestion,
  { sources, targets }: Pick<Parts, 'sources' | 'targets'>,
) => ({
  target,
  field: targets.find((one) => one.target === target),
  name: nameOfPath(path),
  pathKey: keyOfPath(path),
  sample: inShort(sources.find((one) => one.path === path)?.sample, 40),
  percent: Math.round(confidence * 100),
  isSure: confidence >= SURE,
})

/** A row in one line, for versions: its origin (Rankr fields, or a text) and its transforms. */
export const lineOf = (row: unknown) => {
  if (row === null || typeof row !== 'object') return undefined
  const { source = {}, direction = 'to-crm', isRequired = false } = row as RoughRow
  const { path, paths, template, value, transforms = [], fallback } = source
  const text = value !== undefined ? showValue(value) : typeof template === 'string' ? template : undefined
  const used = text === undefined ? [path ?? paths ?? []].flat().map(String) : []
  return {
    text: text && shortened(text, 120),
    fields: used.map((one) => ({ name: nameOfPath(one), pathKey: keyOfPath(one) })),
    steps: (transforms as { use: string }[]).map(({ use }) => use),
    direction,
    isRequired,
    fallback: showValue(fallback),
  }
}

/** The type of field that fits such a value. */
export const kindFor = (sample: unknown): string => {
  if (typeof sample === 'number') return 'NUMERICAL'
  if (typeof sample === 'string' && /^\d{4}-\d{2}-\d{2}/.test(sample)) return 'DATE'
  return typeof sample === 'string' && sample.length > 200 ? 'LARGE_TEXT' : 'TEXT'
}

/** `signed_up` → "Signed up". */
export const titleOf = (name: string): string => {
  const words = name.replaceAll(/[._-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
