// The name and one-line summary of a step. Parts that depend on the user's language are text keys. Pure.

import { action, trigger } from '../../../catalog/index.ts'
import type { Say } from '../../../texts/say.ts'
import type { TextKey, Texts } from '../../../texts/texts.ts'
import type { Condition, Span, Step, ValueSource } from '../../../workflows/document.ts'
import { nameOf } from './values.ts'

/** A text of `editor.summaries` with values or paths, a list of field names with the number of further ones, or translatable words. */
export type Summary =
  | { key: string; values: Record<string, string | number> }
  | { key: string; paths: string[] }
  | { fields: string[]; more: number }
  | { words: string }
  | undefined

/** `trigger.data.first_name` → `first name` */
const pathText = (path: string, say: Say): string =>
  path
    .replace(/^(trigger\.(data\.)?|steps\.|options\.|account\.|input\.)/, '')
    .split('.')
    // Lower case within a sentence, except abbreviations.
    .map((part) => say(nameOf(part)).replace(/^.(?=[^A-Z]|$)/, (letter) => letter.toLowerCase()))
    .join(' ')

/** A summary in the language of the rendered page. */
export const summaryText = (summary: NonNullable<Summary>, { t, say }: { t: Texts; say: Say }): string => {
  if ('fields' in summary) {
    return summary.fields.map((one) => say(one)).join(', ') + (summary.more > 0 ? ` +${summary.more}` : '')
  }
  if ('words' in summary) return say(summary.words)
  const key = `editor.summaries.${summary.key}` as TextKey
  if ('paths' in summary) return t(key, { what: summary.paths.map((path) => pathText(path, say)).join(', ') })
  const { what } = summary.values
  const values = typeof what === 'string' ? { what: say(what) } : summary.values
  return t(key, values)
}

const ICONS: Record<Exclude<Step['type'], 'action'>, string> = {
  condition: 'git-branch',
  switch: 'split',
  'for-each': 'repeat',
  delay: 'clock',
  call: 'workflow',
  stop: 'circle-stop',
}

const SYSTEM_ICONS: Record<string, string> = { crm: 'building', rankr: 'layers', support: 'life-buoy', http: 'webhook' }

const FIELDS_NAMED = 3

/** The icon name of a step. */
export const iconOf = (step: Step): string =>
  step.type === 'action' ? (SYSTEM_ICONS[action(step.action)?.system ?? ''] ?? 'zap') : ICONS[step.type]

/** The title of a step: its own, or the label of its action; otherwise undefined. */
export const titleOf = (step: Step): string | undefined =>
  step.title ?? (step.type === 'action' ? action(step.action)?.label : undefined)

const spanOf = ({ amount, unit }: Span): Summary => ({ key: unit, values: { count: amount } })

/** The labels of the fields that have a value, in the order of the form. */
const fieldsOf = (step: Extract<Step, { type: 'action' }>): Summary => {
  const fields = action(step.action)?.input ?? []
  const labels = fields.filter(({ key }) => key in step.input).map(({ label }) => label)
  if (labels.length === 0) return undefined
  return { fields: labels.slice(0, FIELDS_NAMED), more: Math.max(0, labels.length - FIELDS_NAMED) }
}

const sourceOf = (key: string, source: ValueSource): Summary => {
  if ('path' in source) return { key, paths: [source.path] }
  return { key, values: { what: 'value' in source ? String(source.value) : '…' } }
}

/** The paths that a condition tests. */
const testedBy = (condition: Condition): string[] => {
  if ('all' in condition) return condition.all.flatMap(testedBy)
  if ('any' in condition) return condition.any.flatMap(testedBy)
  if ('not' in condition) return testedBy(condition.not)
  return [condition.path]
}

/** The one-line summary of a step. `workflowNames`: names of the account's workflows by id. */
export const summaryOf = (step: Step, workflowNames: ReadonlyMap<string, string>): Summary => {
  switch (step.type) {
    case 'action':
      return step.title ? { words: action(step.action)?.label ?? step.action } : fieldsOf(step)
    case 'condition': {
      const tested = [...new Set(step.branches.flatMap(({ when }) => testedBy(when)))]
      return tested.length === 0 ? undefined : { key: 'by', paths: tested.slice(0, FIELDS_NAMED) }
    }
    case 'switch':
      return sourceOf('by', step.on)
    case 'for-each':
      return { key: 'each', paths: [step.items] }
    case 'delay':
      if ('for' in step) return spanOf(step.for)
      if ('until' in step) return sourceOf('until', step.until)
      return { key: 'event', values: { what: trigger(step.event.trigger)?.label ?? step.event.trigger } }
    case 'call':
      return { words: workflowNames.get(step.workflow) ?? step.workflow }
    case 'stop':
      return step.reason ? { words: step.reason } : undefined
  }
}
