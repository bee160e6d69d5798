// The form of a field mapping: rows as typed, and what its buttons do to them. Nothing is validated here, since rows
// may be unfinished. Rows and transforms are numbered so that the page can tell them apart.

import type { RoughRow } from '../../workflows/mapping-look.ts'
import type { Suggestion } from '../../workflows/suggest-mapping.ts'
import { readStep, readValue, STEPS } from './mapping-steps.ts'

export type Sent = Record<string, string | string[]>
export type KeyedRow = { key: number; row: RoughRow }

/** Options in the list of fields that are not fields: other origins of a value. */
export const OTHER_SOURCES = ['~template', '~list', '~value'] as const

/** Minimum confidence for a suggestion to be included in "use all". */
export const SURE = 0.8

const textIn = (sent: Sent, name: string): string => [sent[name] ?? ''].flat()[0] ?? ''
const listIn = (sent: Sent, name: string): string[] => [sent[name] ?? []].flat().filter((one) => one !== '')
const keysIn = (sent: Sent, name: string): number[] =>
  [...new Set(listIn(sent, name).map(Number))].filter((key) => Number.isSafeInteger(key) && key >= 0)

type Steps = Record<string, unknown>[]

const stepsIn = (sent: Sent, prefix: string): Steps =>
  keysIn(sent, `${prefix}.step`).flatMap((key) => {
    const at = `${prefix}.s${key}`
    const step = readStep(textIn(sent, `${at}.use`), (name) => textIn(sent, `${at}.${name}`))
    return step ? [step] : []
  })

const sourceIn = (sent: Sent, prefix: string): RoughRow['source'] => {
  const from = textIn(sent, `${prefix}.from`)
  if (from === '~value') return { value: readValue(textIn(sent, `${prefix}.value`)) }
  const steps = stepsIn(sent, prefix)
  const transforms = steps.length > 0 ? { transforms: steps } : {}
  if (from === '~template') return { template: textIn(sent, `${prefix}.template`), ...transforms }
  if (from === '~list') return { paths: listIn(sent, `${prefix}.paths`), ...transforms }
  const fallback = readValue(textIn(sent, `${prefix}.fallback`))
  return { path: from, ...(fallback === undefined ? {} : { fallback }), ...transforms }
}

const rowIn = (sent: Sent, prefix: string): RoughRow => {
  const way = textIn(sent, `${prefix}.way`)
  return {
    target: textIn(sent, `${prefix}.to`),
    source: sourceIn(sent, prefix),
    ...(textIn(sent, `${prefix}.required`) === 'on' ? { isRequired: true } : {}),
    ...(way === 'both' || way === 'to-rankr' ? { direction: way } : {}),
  }
}

/** The submitted rows. */
export const readRows = (sent: Sent): KeyedRow[] =>
  keysIn(sent, 'row').map((key) => ({ key, row: rowIn(sent, `r${key}`) }))

/** Numbers the rows. */
export const keyed = (rows: readonly RoughRow[]): KeyedRow[] => rows.map((row, key) => ({ key, row }))

const nextKey = (rows: readonly KeyedRow[]): number => Math.max(-1, ...rows.map(({ key }) => key)) + 1

/** Appends a row with the next free number. */
export const added = (rows: KeyedRow[], row: RoughRow): KeyedRow[] => [...rows, { key: nextKey(rows), row }]

const ofSuggestion = ({ target, path, transforms }: Suggestion): RoughRow => ({
  target,
  source: { path, ...(transforms.length > 0 ? { transforms } : {}) },
})

const transformsOf = ({ source }: RoughRow): Steps => (source.transforms ?? []) as Steps

const withSteps = ({ key, row }: KeyedRow, steps: Steps): KeyedRow => {
  const { transforms: _old, ...source } = row.source
  return { key, row: { ...row, source: { ...source, ...(steps.length > 0 ? { transforms: steps } : {}) } } }
}

type Move = { rows: KeyedRow[]; suggestions: readonly Suggestion[]; sent: Sent }

const changeStep = (steps: Steps, what: string, at: number): Steps => {
  if (what === 'step-remove') return steps.filter((_step, place) => place !== at)
  if (what !== 'step-up' || at < 1 || at >= steps.length) return steps
  return steps.toSpliced(at - 1, 2, steps[at]!, steps[at - 1]!)
}

/** Applies a button of the form: `add`, `remove:3`, `use:phone`, `use-sure`, `step-add:3`, `step-up:3:1`. */
export const press = (button: string, { rows, suggestions, sent }: Move): KeyedRow[] => {
  const [what = '', first = '', second = ''] = button.split(':')
  const key = Number(first)
  if (what === 'add') return added(rows, { target: '', source: { path: '' } })
  if (what === 'remove') return rows.filter((one) => one.key !== key)
  if (what === 'use' || what === 'use-sure') {
    const chosen = suggestions.filter(({ target, confidence }) =>
      what === 'use' ? target === first : confidence >= SURE,
    )
    return chosen.reduce((all, one) => added(all, ofSuggestion(one)), rows)
  }
  return rows.map((one) => {
    if (one.key !== key) return one
    const steps = transformsOf(one.row)
    if (what !== 'step-add') return withSteps(one, changeStep(steps, what, Number(second)))
    const use = textIn(sent, `r${key}.new`)
    return Object.hasOwn(STEPS, use) ? withSteps(one, [...steps, { use, ...STEPS[use]!.start }]) : one
  })
}
