// Suggests a field for a value by name and type, with a confidence. Pure.

import type { TargetField } from './mapping-look.ts'
import type { Transform } from './transforms.ts'

export type SourceField = { path: string; sample: unknown }

export type Suggestion = {
  target: string
  path: string
  /** From 0 to 1; below 0.5 nothing is suggested. */
  confidence: number
  transforms: Transform[]
}

const LEAST = 0.5

/** Different words for the same thing. */
const SAME: readonly (readonly string[])[] = [
  ['phone', 'mobile', 'telephone', 'tel', 'cell'],
  ['email', 'mail'],
  ['company', 'organisation', 'organization', 'business', 'firm'],
  ['postal', 'zip', 'postcode'],
  ['birth', 'birthday', 'dob', 'birthdate'],
  ['total', 'amount', 'sum', 'value'],
  ['first', 'given'],
  ['last', 'family', 'surname'],
  ['state', 'region', 'province'],
  ['website', 'url', 'site'],
  ['source', 'origin'],
]

/** Words that say nothing about which field it is. */
const EMPTY = new Set(['the', 'of', 'a', 'data', 'trigger', 'field', 'custom', 'rankr', 'number', 'address'])

const canonical = (word: string): string => SAME.find((words) => words.includes(word))?.[0] ?? word

/** `billing_postalCode` → billing, postal, code. */
const wordsOf = (name: string): string[] => {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('e-mail', 'email')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '')
  const telling = words.filter((word) => !EMPTY.has(word))
  return (telling.length > 0 ? telling : words).map(canonical)
}

/** How alike two sets of words are (Dice), 1 when they are the same. */
const likeness = (a: readonly string[], b: readonly string[]): number => {
  const common = new Set(a.filter((word) => b.includes(word))).size
  return a.length + b.length === 0 ? 0 : (2 * common) / (new Set(a).size + new Set(b).size)
}

const isDate = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))

/** Whether such a value can go into such a field, and what must be done to it; undefined when it cannot. */
const fitting = (sample: unknown, type: string): Transform[] | undefined => {
  if (sample === null || sample === undefined) return []
  if (typeof sample === 'object' && !Array.isArray(sample)) return undefined
  switch (type) {
    case 'numerical':
    case 'monetary':
      if (typeof sample === 'number') return []
      return typeof sample === 'string' && /^[\s\d.,+-]+$/.test(sample) ? [{ use: 'number' }] : undefined
    case 'date':
      return isDate(sample) ? [{ use: 'date', to: 'day' }] : undefined
    case 'date-time':
      return isDate(sample) ? [{ use: 'date', to: 'instant' }] : undefined
    case 'phone':
      return typeof sample === 'string' ? [{ use: 'phone', ifInvalid: 'empty' }] : undefined
    case 'toggle':
    case 'checkbox':
      return typeof sample === 'boolean' ? [] : undefined
    case 'multiselect':
      return []
    default:
      return Array.isArray(sample) ? [{ use: 'join', with: ', ' }] : []
  }
}

/** The best source for each target that has one, the surest first; a source is suggested for one target only. */
export const suggestMapping = (sources: readonly SourceField[], targets: readonly TargetField[]): Suggestion[] => {
  const all = targets.flatMap(({ target, label, type }) =>
    sources.flatMap(({ path, sample }): Suggestion[] => {
      const transforms = fitting(sample, type)
      if (!transforms) return []
      const own = wordsOf(path.split('.').at(-1)!)
      const whole = wordsOf(path.replace(/^trigger\.data\./, '').replaceAll('.', '_'))
      const byLabel = Math.max(likeness(own, wordsOf(label)), likeness(whole, wordsOf(label)))
      const byKey = target.startsWith('customFields.') ? 0 : likeness(own, wordsOf(target))
      const confidence = Math.round(Math.max(byLabel, byKey) * 100) / 100
      return confidence >= LEAST ? [{ target, path, confidence, transforms }] : []
    }),
  )
  const taken = new Set<string>()
  return all
    .sort((a, b) => b.confidence - a.confidence || a.target.localeCompare(b.target) || a.path.localeCompare(b.path))
    .filter(({ target, path }) => {
      if (taken.has(`target ${target}`) || taken.has(`path ${path}`)) return false
      taken.add(`target ${target}`).add(`path ${path}`)
      return true
    })
}

/** The fields of an event that may be mapped, with what they hold in it: members of records, lists of plain values. */
export const sourcesOf = (payload: unknown, root = 'trigger', depth = 0): SourceField[] => {
  if (depth > 6 || payload === null || typeof payload !== 'object' || Array.isArray(payload)) return []
  return Object.entries(payload).flatMap(([key, value]): SourceField[] => {
    if (!/^[\w-]+$/.test(key)) return []
    const path = `${root}.${key}`
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return sourcesOf(value, path, depth + 1)
    if (Array.isArray(value) && value.some((item) => item !== null && typeof item === 'object')) return []
    return [{ path, sample: value }]
  })
}
