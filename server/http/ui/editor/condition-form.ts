// A condition as groups of rules in a form, and back. A rule says a value, how it is compared, and with what. Groups of one
// rule are the rule itself. Pure.

import type { Condition } from '../../../workflows/document.ts'
import { OPERATORS } from '../../../workflows/document.ts'
import { path as pathSchema } from '../../../workflows/paths.ts'
import { readAny, writeAny } from './literal-form.ts'
import { type Fault, linesOf, rowsAt, type Sent, textAt, textsAt } from './sent.ts'

export type Rule = Extract<Condition, { operator: string }>
export type Operator = (typeof OPERATORS)[number]

/** `none`: that not one of them holds. */
export const JOINS = ['all', 'any', 'none'] as const
export type Join = (typeof JOINS)[number]

export const isWithoutValue = (operator: string): boolean => operator === 'exists' || operator === 'exists-not'
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

/** `undefined`: nothing has to hold. */
export const writeCondition = (condition: Condition | undefined, at: string): Sent => {
  const { join, parts } = condition ? groupOf(condition) : { join: 'all' as const, parts: [] }
  const rows = parts.map((part, row) => {
    const here = `${at}.${row}`
    return 'operator' in part ? writeRule(part, here) : writeCondition(part, here)
  })
  return Object.assign({ [`${at}.join`]: join }, ...rows)
}

/** Texts of a choice of several come one by one, typed ones in lines. */
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
  // None of all hold: nothing is asked. Any of none: it never holds, which must not become its opposite.
  return parts.length === 0 && join === 'all' ? undefined : joined(join, parts.slice(0, 20))
}

/** Undefined when no rule was given. */
export const readCondition = (sent: Sent, at: string): { condition: Condition | undefined; faults: Fault[] } => {
  const faults: Fault[] = []
  return { condition: readGroup(sent, at, faults, 0), faults }
}
