// Filters, order and paging of the platform's searches; the same for contacts and for object records.

import { z } from 'zod'
import { unprocessable } from './refusal.ts'

const OPERATORS = ['eq', 'not_eq', 'contains', 'not_contains', 'exists', 'not_exists', 'range'] as const

type Condition = { field: string; operator: (typeof OPERATORS)[number]; value?: unknown }
type Group = { group: 'AND' | 'OR'; filters: Filter[] }
export type Filter = Condition | Group

export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.strictObject({ field: z.string().min(1), operator: z.enum(OPERATORS), value: z.unknown().optional() }),
    z.strictObject({ group: z.enum(['AND', 'OR']), filters: z.array(filterSchema).min(1) }),
  ]),
)

export const sortSchema = z.strictObject({ field: z.string().min(1), direction: z.enum(['asc', 'desc']) })
type Sort = z.infer<typeof sortSchema>

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
const comparable = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

const asNumber = (value: unknown): number => {
  if (typeof value === 'number') return value
  const text = String(value)
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text)
}

const equals = (actual: unknown, wanted: unknown): boolean =>
  listOf(wanted).some((value) => listOf(actual).some((each) => comparable(each) === comparable(value)))

const contains = (actual: unknown, wanted: unknown): boolean =>
  listOf(wanted).some((value) =>
    listOf(actual).some((each) => !isEmpty(each) && String(each).toLowerCase().includes(String(value).toLowerCase())),
  )

const BOUNDS: Record<string, (actual: number, bound: number) => boolean> = {
  gt: (actual, bound) => actual > bound,
  gte: (actual, bound) => actual >= bound,
  lt: (actual, bound) => actual < bound,
  lte: (actual, bound) => actual <= bound,
}

const inRange = (actual: unknown, value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) throw unprocessable('value must be an object')
  const number = asNumber(actual)
  return Object.entries(value).every(([name, bound]) => {
    const holds = BOUNDS[name]
    if (!holds) throw unprocessable(`value.property ${name} should not exist`)
    return !Number.isNaN(number) && holds(number, asNumber(bound))
  })
}

const holds = ({ operator, value }: Condition, actual: unknown): boolean => {
  switch (operator) {
    case 'eq':
      return equals(actual, value)
    case 'not_eq':
      return !equals(actual, value)
    case 'contains':
      return contains(actual, value)
    case 'not_contains':
      return !contains(actual, value)
    case 'exists':
      return !isEmpty(actual)
    case 'not_exists':
      return isEmpty(actual)
    case 'range':
      return inRange(actual, value)
  }
}

/** Whether a row passes; `read` gives a field's value and throws Refusal for fields that cannot be searched. */
export const passes = (filter: Filter, read: (field: string) => unknown): boolean => {
  if (!('group' in filter)) return holds(filter, read(filter.field))
  return filter.group === 'AND'
    ? filter.filters.every((inner) => passes(inner, read))
    : filter.filters.some((inner) => passes(inner, read))
}

export type SearchKey = (string | number)[]

const compareKeys = (a: SearchKey, b: SearchKey, directions: number[]): number => {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (left === right) continue
    const order = right === undefined || left > right ? 1 : -1
    return order * (directions[index] ?? 1)
  }
  return 0
}

type PageRequest<T> = {
  rows: T[]
  /** What a row is ordered by, one value for each sort; the id is added. */
  keyOf: (row: T, field: string) => string | number
  sort: Sort[]
  limit: number
  page?: number | undefined
  searchAfter?: SearchKey | undefined
}

/** One page of `rows` in order, each with the key that `searchAfter` goes on from. */
export const pageOf = <T extends { id: string }>(request: PageRequest<T>): { row: T; searchAfter: SearchKey }[] => {
  const { rows, keyOf, sort, limit, page = 1, searchAfter } = request
  const directions = [...sort.map(({ direction }) => (direction === 'asc' ? 1 : -1)), 1]
  const keyed = rows.map((row) => ({ row, searchAfter: [...sort.map(({ field }) => keyOf(row, field)), row.id] }))
  keyed.sort((a, b) => compareKeys(a.searchAfter, b.searchAfter, directions))
  if (!searchAfter?.length) return keyed.slice((page - 1) * limit, page * limit)
  const start = keyed.findIndex((each) => compareKeys(each.searchAfter, searchAfter, directions) > 0)
  return start < 0 ? [] : keyed.slice(start, start + limit)
}
