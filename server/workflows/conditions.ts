// Evaluates conditions on a run's data. Pure and total: no value makes it throw.

import type { Condition } from './document.ts'
import { asText } from './liquid.ts'
import { valueAt } from './mapping.ts'

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** "5" equals 5 and "TRUE" equals true: scalars are equal when their texts are. */
export const same = (a: unknown, b: unknown): boolean => {
  if (typeof a === 'object' || typeof b === 'object') return JSON.stringify(a) === JSON.stringify(b)
  return String(a).trim().toLowerCase() === String(b).trim().toLowerCase()
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

const contains = (value: unknown, part: unknown): boolean => {
  if (Array.isArray(value)) return value.some((element) => same(element, part))
  if (isEmpty(value) || isEmpty(part)) return false
  return asText(value).toLowerCase().includes(asText(part).toLowerCase())
}

/** Compares numbers by value and everything else as text, which is right for ISO dates. Undefined when a value is missing. */
const order = (a: unknown, b: unknown): number | undefined => {
  if (isEmpty(a) || isEmpty(b)) return undefined
  const [left, right] = [Number(asText(a)), Number(asText(b))]
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right
  const [first, second] = [asText(a), asText(b)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** For a list, `is` and `one-of` test whether any element matches. */
export const holds = (condition: Condition, knowledge: unknown): boolean => {
  if ('all' in condition) return condition.all.every((part) => holds(part, knowledge))
  if ('any' in condition) return condition.any.some((part) => holds(part, knowledge))
  if ('not' in condition) return !holds(condition.not, knowledge)
  const value = valueAt(knowledge, condition.path)
  const wanted = condition.value
  switch (condition.operator) {
    case 'is':
      return !isEmpty(value) && asList(value).some((element) => same(element, wanted))
    case 'is-not':
      return isEmpty(value) || !asList(value).some((element) => same(element, wanted))
    case 'contains':
      return contains(value, wanted)
    case 'contains-not':
      return !contains(value, wanted)
    case 'exists':
      return !isEmpty(value)
    case 'exists-not':
      return isEmpty(value)
    case 'greater':
      return (order(value, wanted) ?? 0) > 0
    case 'less':
      return (order(value, wanted) ?? 0) < 0
    case 'one-of':
      return asList(wanted).some((one) => asList(value).some((element) => !isEmpty(element) && same(element, one)))
    case 'none-of':
      return !asList(wanted).some((one) => asList(value).some((element) => !isEmpty(element) && same(element, one)))
  }
}
