// View data of a condition: groups of rules as they were typed, with the choices for their values.

import type { Trigger } from '../../../catalog/schema.ts'
import type { Option } from '../../../highlevel/choices.ts'
import { OPERATORS } from '../../../workflows/document.ts'
import { valueAt } from '../../../workflows/mapping.ts'
import { isOfSeveral, isWithoutValue, JOINS, type Join } from './condition-form.ts'
import { type Fault, rowsAt, type Sent, textAt, textsAt } from './sent.ts'
import { type Around, faultAt } from './value-view.ts'
import { sampleText } from './values.ts'

type RuleView = {
  kind: 'rule'
  name: string
  path: string
  label: string | undefined
  sample: string
  operator: string
  operators: readonly string[]
  hasValue: boolean
  isSeveral: boolean
  typed: string
  chosen: string[]
  options: Option[] | undefined
  /** The labels are names from the account, which are not translated. */
  isLive: boolean
  fault: Fault | undefined
}

/** View data of a group of rules. */
export type GroupView = {
  kind: 'group'
  name: string
  join: Join
  joins: readonly Join[]
  parts: (RuleView | GroupView)[]
  problems: string[]
}

type Filtered = Around & {
  /** Triggers whose filters provide the choices; the first one that knows a path is used. */
  triggers: readonly Trigger[]
  liveFilter(trigger: string, field: string): Promise<Option[] | undefined>
}

type Options = Pick<RuleView, 'options' | 'isLive'>

const fixed = (options: Option[] | undefined): Options => ({ options, isLive: false })

/** The outcomes of waiting for an event. */
const OUTCOMES: Option[] = [
  { value: 'arrived', label: 'It happened' },
  { value: 'timed-out', label: 'It did not happen in time' },
]

const optionsFor = async (path: string, { triggers, known, liveFilter }: Filtered): Promise<Options> => {
  if (/^steps\.[\w-]+\.outcome$/.test(path) && valueAt(known, path) === 'arrived') return fixed(OUTCOMES)
  for (const { id, filters } of triggers) {
    const filter = filters.find((one) => `trigger.${one.path}` === path)
    if (filter?.type === 'toggle') return fixed(['true', 'false'].map((value) => ({ value, label: value })))
    if (!filter?.choices) continue
    if (!Array.isArray(filter.choices)) return { options: await liveFilter(id, filter.path), isLive: true }
    return fixed(filter.choices.map(({ value, label }) => ({ value: String(value), label })))
  }
  return fixed(undefined)
}

const viewRule = async (name: string, around: Filtered): Promise<RuleView> => {
  const { sent, known } = around
  const path = textAt(sent, `${name}.path`)
  const operator = OPERATORS.find((one) => one === textAt(sent, `${name}.operator`)) ?? 'is'
  const chosen = textsAt(sent, `${name}.value`).flatMap((text) => text.split('\n'))
  const isPart = operator === 'contains' || operator === 'contains-not'
  const { options, isLive } = isPart ? fixed(undefined) : await optionsFor(path, around)
  const missing = chosen.filter((value) => value !== '' && !options?.some((one) => one.value === value))
  return {
    kind: 'rule',
    name,
    path,
    label: around.nameOf(path),
    sample: sampleText(valueAt(known, path)),
    operator,
    operators: OPERATORS,
    hasValue: !isWithoutValue(operator),
    isSeveral: isOfSeveral(operator),
    typed: textsAt(sent, `${name}.value`).join('\n'),
    chosen,
    options: options && [...missing.map((value) => ({ value, label: value })), ...options],
    isLive,
    fault: faultAt(around, name, `${name}.path`, `${name}.value`),
  }
}

const isGroup = (sent: Sent, name: string): boolean => textAt(sent, `${name}.join`) !== ''

/** View data of the group below the field name `name`, including nested groups. */
export const viewCondition = async (name: string, around: Filtered): Promise<GroupView> => ({
  kind: 'group',
  name,
  join: JOINS.find((one) => one === textAt(around.sent, `${name}.join`)) ?? 'all',
  joins: JOINS,
  problems: around.problems.get(name) ?? [],
  parts: await Promise.all(
    rowsAt(around.sent, name).map((row) =>
      isGroup(around.sent, row) ? viewCondition(row, around) : viewRule(row, around),
    ),
  ),
})

export type { Filtered }
