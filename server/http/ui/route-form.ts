// What a person types to describe a route, read into what the route book keeps: kinds of events, one condition, and pairs
// of field names. Pure.

import { z } from 'zod'
import type { RouteDraft } from '../../workflows/route-book.ts'
import { chosenTypes, type EventChoice, eventTypesField } from './event-choices.ts'

const MOST_LETTERS = 80
const MOST_FIELDS = 50
const PATH = /^[A-Za-z_][\w-]*(\.[\w-]+)*$/
const NAME = /^[A-Za-z_][\w-]{0,59}$/

const FILTER_OPERATORS = ['is', 'is-not', 'contains', 'exists', 'exists-not', 'greater', 'less'] as const

const text = z.string().trim().max(5_000).default('')

export const routeForm = z
  .object({
    name: text,
    types: eventTypesField,
    /** Below the event's content: `data.plan`. Empty: no condition. */
    filterPath: text,
    filterOperator: z.enum(FILTER_OPERATORS).default('is').catch('is'),
    filterValue: text,
    /** A line each: `new name = data.old_name`. */
    mapping: text,
    /** Of a company's form. */
    from: text,
    to: text,
  })
  .prefault({})

export type TypedRoute = z.output<typeof routeForm>

export const NO_ROUTE: TypedRoute = routeForm.parse({})

export type FaultyRouteField = 'name' | 'types' | 'filterPath' | 'mapping' | 'to'

type Read = { draft: RouteDraft } | { faults: FaultyRouteField[] }

const readMapping = (lines: string): RouteDraft['mapping'] | undefined => {
  const pairs = lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => line.split('=').map((part) => part.trim()))
  const areUsable = pairs.every(([name = '', path = '', ...more]) => NAME.test(name) && PATH.test(path) && !more.length)
  if (!areUsable || pairs.length > MOST_FIELDS) return undefined
  return Object.fromEntries(pairs.map(([name, path]) => [name, { path: `trigger.${path}` }]))
}

/** The draft, or the fields that cannot be used. */
export const readRouteForm = (typed: TypedRoute, choices: readonly EventChoice[]): Read => {
  const eventTypes = chosenTypes(typed.types, choices)
  const mapping = readMapping(typed.mapping)
  const hasFilter = typed.filterPath !== ''
  const isNameUsable = typed.name !== '' && typed.name.length <= MOST_LETTERS
  const isFilterUsable = !hasFilter || PATH.test(typed.filterPath)
  if (!eventTypes || !mapping || !isNameUsable || !isFilterUsable) {
    return {
      faults: [
        ...(isNameUsable ? [] : (['name'] as const)),
        ...(eventTypes ? [] : (['types'] as const)),
        ...(isFilterUsable ? [] : (['filterPath'] as const)),
        ...(mapping ? [] : (['mapping'] as const)),
      ],
    }
  }
  const { filterOperator: operator, filterValue: value } = typed
  const filter = hasFilter ? { path: `trigger.${typed.filterPath}`, operator, value } : null
  return { draft: { name: typed.name, eventTypes, filter, mapping } }
}
