// Converts conditions to form fields (groups of rules) and back. A rule has a path, an operator and a value. A group with a
// single rule becomes that rule. Pure.

import type { Condition } from '../../../workflows/document.ts'
import { OPERATORS } from '../../../workflows/document.ts'
import { path as pathSchema } from '../../../workflows/paths.ts'
import { readAny, writeAny } from './literal-form.ts'
import { type Fault, linesOf, rowsAt, type Sent, textAt, textsAt } from './sent.ts'

/** A single comparison. */
export type Rule = Extract<Condition, { operator: string }>
/** The operators of rules. */
export type Operator = (typeof OPERATORS)[number]

/** How the rules of a group are combined; `none`: no rule may hold. */
export const JOINS = ['all', 'any', 'none'] as const
/** One of `JOINS`. */
export type Join = (typeof JOINS)[number]

/** Whether the operator takes no value. */
export const isWithoutValue = (operator: string): boolean => operator === 'exists' || operator === 'exists-not'
/** Whether the operator takes a list of values. */
export const isOfSeveral = (operator: string): boolean => operator === 'one-of' || operator === 'none-of'

const MOST_DEEP = 10

const writeRule = ({ path, operator, value }: Rule, at: string): Sent => {
  const values = isOfSeveral(operator)
    ? [value ?? []].flat().map(writeAny).join('\n')
    : value === undefined
      ? ''
      : writeAny(value)
  return { [`${at}.path`]: path, [`${at}.operator`]: operator, [`${at}.value`]: values }
}

const groupOf = (condition: Condition): { join: Join; parts: Condition[] } => {
  if ('all' in condition) return { join: 'all', parts: condition.all }
  if ('any' in condition) return { join: 'any', parts: condition.any }
  if ('not' in condition) {
    const { not } = condition
    return { join: 'none', parts: 'any' in not ? not.any : [not] }
  }
  return { join: 'all', parts: [condition] }
}

/** Writes a condition as form fields below the name `at`; `undefined` is no condition. */
export const writeCondition = (condition: Condition | undefined, at: string): Sent => {
  const { join, parts } = condition ? groupOf(condition) : { join: 'all' as const, parts: [] }
  const rows = parts.map((part, row) => {
    const here = `${at}.${row}`
    return 'operator' in part ? writeRule(part, here) : writeCondition(part, here)
  })
  return Object.assign({ [`${at}.join`]: join }, ...rows)
}

/** Values chosen from a list come one by one; typed values come as lines. */
const readSeveral = (sent: Sent, name: string): unknown[] => textsAt(sent, name).flatMap(linesOf).map(readAny)

const readRule = (sent: Sent, at: string, faults: Fault[]): Rule | undefined => {
  const path = textAt(sent, `${at}.path`).trim()
  const operator = OPERATORS.find((one) => one === textAt(sent, `${at}.operator`)) ?? 'is'
  const typed = textAt(sent, `${at}.value`)
  if (path === '') {
    if (typed !== '') faults.push({ name: `${at}.path`, code: 'pick' })
    return undefined
  }
  if (!pathSchema.safeParse(path).success) {
    faults.push({ name: `${at}.path`, code: 'path' })
    return undefined
  }
  if (isWithoutValue(operator)) return { path, operator }
  if (isOfSeveral(operator)) return { path, operator, value: readSeveral(sent, `${at}.value`) as Rule['value'] }
  return typed === '' ? { path, operator } : { path, operator, value: readAny(typed) as Rule['value'] }
}

const joined = (join: Join, parts: Condition[]): Condition => {
  const [only] = parts
  if (join === 'none') return { not: parts.length === 1 ? only! : { any: parts } }
  if (parts.length === 1) return only!
  return join === 'all' ? { all: parts } : { any: parts }
}

const readGroup = (sent: Sent, at: string, faults: Fault[], depth: number): Condition | undefined => {
  const join = JOINS.find((one) => one === textAt(sent, `${at}.join`)) ?? 'all'
  const parts = rowsAt(sent, at).flatMap((row) => {
    const isGroup = textAt(sent, `${row}.join`) !== '' && depth < MOST_DEEP
    return (isGroup ? readGroup(sent, row, faults, depth + 1) : readRule(sent, row, faults)) ?? []
  })
  // `all` without rules always holds, so there is no condition. `any` without rules never holds and must not become the opposite.
  return parts.length === 0 && join === 'all' ? undefined : joined(join, parts.slice(0, 20))
}

/** Reads the condition below the name `at`; undefined when there is no rule. Faulty rules are left out and listed in `faults`. */
export const readCondition = (sent: Sent, at: string): { condition: Condition | undefined; faults: Fault[] } => {
  const faults: Fault[] = []
  return { condition: readGroup(sent, at, faults, 0), faults }
}
