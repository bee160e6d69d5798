// Parses the form of a relay route: event types, one condition, and the fields passed on with their new names. Pure.

import { z } from 'zod'
import type { RelayRouteDraft } from '../../workflows/relay-route-service.ts'
import { chosenTypes, type EventChoice, eventTypesField } from './event-choices.ts'

const MOST_LETTERS = 80
const MOST_FIELDS = 50
const PATH = /^[A-Za-z_][\w-]*(\.[\w-]+)*$/
const NAME = /^[A-Za-z_][\w-]{0,59}$/

const FILTER_OPERATORS = ['is', 'is-not', 'contains', 'exists', 'exists-not', 'greater', 'less'] as const

const text = z.string().trim().max(5_000).default('')
const texts = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .default([])
  .transform((all) => all.map((one) => one.trim().slice(0, 200)))

export const routeForm = z
  .object({
    name: text,
    types: eventTypesField,
    /** Below the event's content: `data.plan`. Empty: no condition. */
    filterPath: text,
    filterOperator: z.enum(FILTER_OPERATORS).default('is').catch('is'),
    filterValue: text,
    /** One row each: the field, and its name at the receiver. None: the whole record. */
    fieldPaths: texts,
    fieldNames: texts,
    /** From pages of the previous version, where fields were lines of text: must not be read as "all fields". */
    mapping: text,
    /** The pressed button: `add`, `remove:2`. */
    do: text,
    /** Company form only. */
    from: text,
    to: text,
  })
  .prefault({})

export type TypedRoute = z.output<typeof routeForm>

export const NO_ROUTE: TypedRoute = routeForm.parse({})

/** `field-2`: the third row of the passed-on fields. */
export type FaultyRouteField = 'name' | 'types' | 'filterPath' | 'to' | `field-${number}`

type Read = { draft: RelayRouteDraft } | { faults: FaultyRouteField[] }

export type FieldRow = { path: string; name: string }

/** The form's rows of passed-on fields. */
export const fieldRows = ({ fieldPaths, fieldNames }: Pick<TypedRoute, 'fieldPaths' | 'fieldNames'>): FieldRow[] =>
  fieldPaths.slice(0, MOST_FIELDS).map((path, row) => ({ path, name: fieldNames[row] ?? '' }))

/** Default name at the receiver: `data.address.city` → `city`. */
export const usualName = (path: string): string => path.split('.').at(-1) ?? ''

/** Applies the pressed button. `focus`: id of the added field. */
export const pressed = (typed: TypedRoute): { typed: TypedRoute; focus?: string } => {
  const rows = fieldRows(typed)
  const [what, row] = typed.do.split(':')
  const isMore = what === 'add' && rows.length < MOST_FIELDS
  const left = what === 'remove' ? rows.filter((_one, place) => place !== Number(row)) : rows
  const now = isMore ? [...left, { path: '', name: '' }] : left
  return {
    typed: { ...typed, fieldPaths: now.map(({ path }) => path), fieldNames: now.map(({ name }) => name) },
    ...(isMore ? { focus: `field-${rows.length}` } : {}),
  }
}

/** Drops rows without a field. */
const readFields = (rows: readonly FieldRow[]) => {
  const chosen = rows.map(({ path, name }, place) => ({ path, name: name || usualName(path), place }))
  const used = chosen.filter(({ path }) => path !== '')
  const isUsable = ({ path, name, place }: (typeof used)[number]): boolean =>
    PATH.test(path) && NAME.test(name) && !used.some((other) => other.name === name && other.place < place)
  return {
    mapping: Object.fromEntries(used.map(({ path, name }) => [name, { path: `trigger.${path}` }])),
    faults: used.filter((row) => !isUsable(row)).map(({ place }) => `field-${place}` as const),
  }
}

/** The draft, or the invalid fields. */
export const readRouteForm = (typed: TypedRoute, choices: readonly EventChoice[]): Read => {
  const eventTypes = chosenTypes(typed.types, choices)
  const rows = fieldRows(typed)
  const { mapping, faults: fieldFaults } = readFields(rows)
  if (typed.mapping !== '' && rows.length === 0) fieldFaults.push('field-0')
  const hasFilter = typed.filterPath !== ''
  const isNameUsable = typed.name !== '' && typed.name.length <= MOST_LETTERS
  const isFilterUsable = !hasFilter || PATH.test(typed.filterPath)
  if (!eventTypes || fieldFaults.length > 0 || !isNameUsable || !isFilterUsable) {
    return {
      faults: [
        ...(isNameUsable ? [] : (['name'] as const)),
        ...(eventTypes ? [] : (['types'] as const)),
        ...(isFilterUsable ? [] : (['filterPath'] as const)),
        ...fieldFaults,
      ],
    }
  }
  const { filterOperator: operator, filterValue: value } = typed
  const filter = hasFilter ? { path: `trigger.${typed.filterPath}`, operator, value } : null
  return { draft: { name: typed.name, eventTypes, filter, mapping } }
}
