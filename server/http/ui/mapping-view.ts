// What the screen of a field mapping shows of its rows: choices with what they hold now, values before and after, steps. Pure.

import type { LookedRow, RoughRow, TargetField } from '../../workflows/mapping-look.ts'
import type { SourceField, Suggestion } from '../../workflows/suggest-mapping.ts'
import { nameOf } from './editor/values.ts'
import { type KeyedRow, OTHER_SOURCES, SURE } from './mapping-form.ts'
import { fieldsOfStep, showValue } from './mapping-steps.ts'

const DATA = 'trigger.data.'
const LONGEST = 60

const shortened = (text: string, most = LONGEST): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** A value for people; '' for nothing. */
export const inShort = (value: unknown, most = 200): string => {
  if (value === undefined || value === null || value === '') return ''
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return shortened(value.join(', '), most)
  return shortened(typeof value === 'string' ? value : JSON.stringify(value), most)
}

/** `trigger.data.address.city` as `address.city`: what it is called in the data. */
export const keyOfPath = (path: string): string =>
  path.startsWith(DATA) ? path.slice(DATA.length) : path.replace(/^trigger\./, 'event.')

/** `trigger.data.address.city` as "Address › City", to be said part by part. */
const nameOfPath = (path: string): string => keyOfPath(path).split('.').map(nameOf).join(' › ')

const sourceOf = ({ path, paths, template, value }: RoughRow['source']): string => {
  if (value !== undefined) return '~value'
  if (template !== undefined) return '~template'
  if (paths !== undefined) return '~list'
  return typeof path === 'string' ? path : '~value'
}

/** `held`: what the event has there; '' for nothing. */
const optionOf = ({ path, sample }: SourceField) => ({
  value: path,
  name: nameOfPath(path),
  held: inShort(sample, 30),
})

type Parts = { sources: readonly SourceField[]; targets: readonly TargetField[]; looked: LookedRow }

/** `from.options` hold the event's fields and, when it is not among them, the one that is chosen. */
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

/** A row in one line, for versions: where from (fields of Rankr, else a text), and what is done to it. */
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

/** A kind of field that such a value fits into. */
export const kindFor = (sample: unknown): string => {
  if (typeof sample === 'number') return 'NUMERICAL'
  if (typeof sample === 'string' && /^\d{4}-\d{2}-\d{2}/.test(sample)) return 'DATE'
  return typeof sample === 'string' && sample.length > 200 ? 'LARGE_TEXT' : 'TEXT'
}

/** `signed_up` as "Signed up". */
export const titleOf = (name: string): string => {
  const words = name.replaceAll(/[._-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
