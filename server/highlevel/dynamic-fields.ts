// Catalog fields and filters in HighLevel's dynamic fields format, which its workflow builder requests while a person
// edits a step: triggers answer `filters`, actions `inputs` in sections (https://marketplace.gohighlevel.com/docs/).
// Pure: options are passed in.

import type { Field, Trigger } from '../catalog/schema.ts'
import type { Option } from './choices.ts'

type Filter = Trigger['filters'][number]

export type DynamicField = {
  /** Key, with dots for groups of fields. */
  field: string
  title: string
  fieldType: string
  required: boolean
  options?: Option[]
}

export type DynamicInputs = { inputs: { section: string; fields: DynamicField[] }[] }
export type DynamicFilters = { filters: DynamicField[] }

/** Options by field path. A choice without an entry becomes a text field, because its list is too long to send. */
export type KnownOptions = Record<string, Option[]>

const DETAILS = 'Details'

const optionsOf = ({ choices }: Pick<Field, 'choices'>, live: Option[] | undefined): Option[] | undefined =>
  Array.isArray(choices) ? choices.map(({ label, value }) => ({ label, value: String(value) })) : live

/** The builder has no lists of groups and no key-value pairs: both are typed as JSON, which the executor parses. */
const typeOf = ({ type, list }: Field, options: Option[] | undefined): string => {
  if (type === 'object' || type === 'map' || type === 'json') return 'textarea'
  if (type === 'select' || type === 'multiselect') {
    if (!options) return 'string'
    return list ? 'multiselect' : 'select'
  }
  return type
}

type Placed = { section: string; field: DynamicField }

const placed = (fields: readonly Field[], known: KnownOptions, above: { path: string; title: string }[]): Placed[] =>
  fields.flatMap((field): Placed[] => {
    if (field.type === 'hidden') return []
    const path = [...above.map((each) => each.path), field.key].join('.')
    // A single group is flattened; a list of groups can have any length.
    if (field.fields && !field.list)
      return placed(field.fields, known, [...above, { path: field.key, title: field.label }])
    const options = optionsOf(field, known[path])
    const fieldType = typeOf(field, options)
    return [
      {
        section: above[0]?.title ?? field.group ?? DETAILS,
        field: {
          field: path,
          title: field.label,
          fieldType,
          required: field.required,
          ...(options && fieldType !== 'string' ? { options } : {}),
        },
      },
    ]
  })

/** An action's fields by section, in order. Leaves out those filled in by the installation. */
export const dynamicInputs = (fields: readonly Field[], known: KnownOptions = {}): DynamicInputs => ({
  inputs: [...Map.groupBy(placed(fields, known, []), ({ section }) => section)].map(([section, each]) => ({
    section,
    fields: each.map(({ field }) => field),
  })),
})

/** Trigger filters know four types; everything else is compared as text. */
const FILTER_TYPES: Record<Filter['type'], string> = {
  string: 'string',
  numerical: 'string',
  'date-time': 'string',
  toggle: 'select',
  select: 'select',
  multiselect: 'multiselect',
}

const YES_NO: Option[] = [
  { label: 'Yes', value: 'true' },
  { label: 'No', value: 'false' },
]

/** A trigger's filters; all optional. */
export const dynamicFilters = (filters: readonly Filter[], known: KnownOptions = {}): DynamicFilters => ({
  filters: filters.map((filter): DynamicField => {
    const options = filter.type === 'toggle' ? YES_NO : optionsOf(filter, known[filter.path])
    const fieldType = options ? FILTER_TYPES[filter.type] : 'string'
    return {
      field: filter.path,
      title: filter.label,
      fieldType,
      required: false,
      ...(fieldType === 'string' || !options ? {} : { options }),
    }
  }),
})

/**
 * Turns the submitted form into the action's input: dots become groups, empty texts are dropped. Values stay text; the
 * executor converts them. Unknown names are dropped: HighLevel adds its own.
 */
export const inputFromDynamic = (fields: readonly Field[], data: Record<string, unknown>): Record<string, unknown> => {
  const input: Record<string, unknown> = {}
  for (const { field } of placed(fields, {}, [])) {
    const path = field.field
    const value = data[path]
    if (value === undefined || value === null || value === '') continue
    const steps = path.split('.')
    const last = steps.pop()!
    let group = input
    for (const step of steps) {
      group[step] ??= {}
      group = group[step] as Record<string, unknown>
    }
    group[last] = value
  }
  return input
}
