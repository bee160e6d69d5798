// Converts the CRM builder's filters to our conditions. The platform does not say whether it applies them itself, so we
// do. Pure.

import type { Trigger } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { Condition, OPERATORS } from './document.ts'

export type BuilderFilter = { field: string; operator: string; value?: unknown }

type Operator = (typeof OPERATORS)[number]

/** Only `==` is documented; the others are those that the builder's own filters use. */
const BY_NAME: Record<string, Operator> = {
  '==': 'is',
  is: 'is',
  eq: 'is',
  '!=': 'is-not',
  'is-not': 'is-not',
  ne: 'is-not',
  contains: 'contains',
  'not-contains': 'contains-not',
  '>': 'greater',
  gt: 'greater',
  '<': 'less',
  lt: 'less',
  in: 'one-of',
  'not-in': 'none-of',
  'has-value': 'exists',
  'has-no-value': 'exists-not',
}

const FOR_LISTS: Partial<Record<Operator, Operator>> = { is: 'one-of', 'is-not': 'none-of' }

const toTest = ({ field, operator, value }: BuilderFilter, index: number, known: Trigger['filters']): Condition => {
  const pointer = `/triggerData/filters/${index}`
  if (!known.some(({ path }) => path === field)) {
    throw new AppError('invalid_body', {
      errors: [{ pointer: `${pointer}/field`, detail: 'is no filter of this trigger' }],
    })
  }
  const plain = Object.hasOwn(BY_NAME, operator) ? BY_NAME[operator] : undefined
  if (!plain) {
    throw new AppError('invalid_body', {
      errors: [{ pointer: `${pointer}/operator`, detail: `is none of ${Object.keys(BY_NAME).join(' ')}` }],
    })
  }
  const path = `trigger.${field}`
  if (plain === 'exists' || plain === 'exists-not') return { path, operator: plain }
  const chosen = Array.isArray(value) ? (FOR_LISTS[plain] ?? plain) : plain
  return { path, operator: chosen, value: (value ?? '') as string }
}

/** A condition that all filters hold; undefined without filters. Throws `invalid_body` for a filter that we cannot apply. */
export const conditionOf = (filters: readonly BuilderFilter[], known: Trigger['filters']): Condition | undefined =>
  filters.length === 0 ? undefined : { all: filters.map((filter, index) => toTest(filter, index, known)) }
