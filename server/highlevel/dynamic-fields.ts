// Fields and filters of the catalog in the format of HighLevel's dynamic fields, which its workflow builder asks for while a
// person fills in a step. Pure: options come in, nothing is read here.
// https://marketplace.gohighlevel.com/docs/ : triggers answer `filters`, actions `inputs` in sections.

import type { Field, Trigger } from '../catalog/schema.ts'
import type { Option } from './choices.ts'

type Filter = Trigger['filters'][number]

export type DynamicField = {
  /** Key, with dots into groups of fields. */
  field: string
  title: string
  fieldType: string
  required: boolean
  options?: Option[]
}

export type DynamicInputs = { inputs: { section: string; fields: DynamicField[] }[] }
export type DynamicFilters = { filters: DynamicField[] }

/** Options by path of the field; a choice without an entry is typed in, since its list is too long to be sent. */
export type KnownOptions = Record<string, Option[]>

const DETAILS = 'Details'

const optionsOf = ({ choices }: Pick<Field, 'choices'>, live: Option[] | undefined): Option[] | undefined =>
  Array.isArray(choices) ? choices.map(({ label, value }) => ({ label, value: String(value) })) : live

/** Their builder knows no lists of groups and no free pairs: those are typed as JSON, which the executor reads. */
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
    // One group of fields is spread out; a list of groups has as many as one likes.
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

/** An action's fields by section, required ones where they stand. What the installation fills in is left out. */
export const dynamicInputs = (fields: readonly Field[], known: KnownOptions = {}): DynamicInputs => ({
  inputs: [...Map.groupBy(placed(fields, known, []), ({ section }) => section)].map(([section, each]) => ({
    section,
    fields: each.map(({ field }) => field),
  })),
})

/** Filters of triggers know four types: the rest is compared as text. */
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

/** A trigger's filters; none is ever required. */
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
 * What comes back from such a form as the action's input: dots are groups again, empty texts are no values. Values stay text;
 * the executor brings them to their types. Names that are no field of the action are dropped: HighLevel adds its own.
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
