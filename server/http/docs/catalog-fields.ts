// An action's fields as table rows, with groups of fields flattened below their heading. Pure.

import { action } from '../../catalog/index.ts'
import type { Field } from '../../catalog/schema.ts'

/** Text key below `docs.entry.types`. */
export type ShownType =
  | 'text'
  | 'longText'
  | 'number'
  | 'choice'
  | 'yesNo'
  | 'date'
  | 'time'
  | 'phone'
  | 'email'
  | 'url'
  | 'file'
  | 'group'
  | 'pairs'
  | 'json'

export type ShownChoices =
  | { kind: 'listed'; labels: string[]; more: number }
  | { kind: 'live'; id: string; label: string; after: string[] }

export type FieldLine = {
  /** With dots for groups: `items.qty`. */
  path: string
  label: string
  /** Depth: 0 for the action's own fields, one more within each group. */
  depth: number
  type: ShownType
  isSeveral: boolean
  isRequired: boolean
  isMasked: boolean
  help: string | undefined
  choices: ShownChoices | undefined
  least: number | undefined
  most: number | undefined
  longest: number | undefined
}

const TYPES: Record<Field['type'], ShownType> = {
  string: 'text',
  numerical: 'number',
  textarea: 'longText',
  select: 'choice',
  multiselect: 'choice',
  radio: 'choice',
  toggle: 'yesNo',
  checkbox: 'yesNo',
  attachment: 'file',
  'rich-text': 'longText',
  hidden: 'text',
  date: 'date',
  'date-time': 'time',
  phone: 'phone',
  object: 'group',
  map: 'pairs',
  json: 'json',
}

const MOST_LISTED = 12

/** The type as shown to readers. */
export const typeOf = ({ type, format }: Pick<Field, 'type' | 'format'>): ShownType => {
  if (type === 'string' && (format === 'email' || format === 'url')) return format
  return TYPES[type]
}

/** The choices as shown: the first of a list, or where they come from and what must be chosen first. */
export const choicesOf = (
  { choices }: Pick<Field, 'choices'>,
  labelOf: (key: string) => string,
): ShownChoices | undefined => {
  if (!choices) return undefined
  if (Array.isArray(choices)) {
    const labels = choices.slice(0, MOST_LISTED).map(({ label }) => label)
    return { kind: 'listed', labels, more: choices.length - labels.length }
  }
  return {
    kind: 'live',
    id: choices.from,
    label: action(choices.from)?.label ?? choices.from,
    after: (choices.dependsOn ?? []).map(({ field }) => labelOf(field)),
  }
}

/** The fields a person can fill in, in catalog order; leaves out those the installation fills in. */
export const fieldLines = (fields: readonly Field[], above: string[] = []): FieldLine[] =>
  fields.flatMap((field) => {
    if (field.type === 'hidden') return []
    const isNumber = field.type === 'numerical'
    const path = [...above, field.key]
    const line: FieldLine = {
      path: path.join('.'),
      label: field.label,
      depth: above.length,
      type: typeOf(field),
      isSeveral: field.list,
      isRequired: field.required,
      isMasked: field.sensitive,
      help: field.help,
      choices: choicesOf(field, (key) => fields.find((each) => each.key === key)?.label ?? key),
      least: isNumber ? field.min : undefined,
      most: isNumber ? field.max : undefined,
      longest: isNumber ? undefined : field.max,
    }
    return [line, ...fieldLines(field.fields ?? [], path)]
  })
