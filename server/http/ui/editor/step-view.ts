// View data of a step in the panel, by type: values, branches, cases, delays. Built from the form fields.

import type { Action, Field } from '../../../catalog/schema.ts'
import type { Step } from '../../../workflows/document.ts'
import { valueAt } from '../../../workflows/mapping.ts'
import { DELAY_UNITS } from '../../../workflows/transforms.ts'
import { type Filtered, type GroupView, viewCondition } from './condition-view.ts'
import { ANYTHING } from './literal-form.ts'
import { type Fault, rowsAt, textAt } from './sent.ts'
import { slotsOf } from './step-form.ts'
import { faultAt, pairViews, type ValueView, viewValue, writtenIn } from './value-view.ts'

type FieldGroup = { title: string | undefined; isOpen: boolean; values: ValueView[] }
type Span = { name: string; amount: string; unit: string; units: readonly string[]; fault: Fault | undefined }
type Way = {
  name: string
  was: string
  label: string
  fault: Fault | undefined
  isFirst: boolean
  isLast: boolean
  steps: number
}
type TextView = { name: string; typed: string; fault: Fault | undefined; problems: string[] }

/** View data by type of step. */
export type StepBody =
  | { type: 'action'; groups: FieldGroup[]; onError: string; rescue: number }
  | { type: 'condition'; branches: (Way & { when: GroupView })[] }
  | { type: 'switch'; on: ValueView; cases: (Way & { values: TextView })[] }
  /** `elements`: length of the list in the example; undefined when the example has no list there. */
  | {
      type: 'for-each'
      items: TextView & { label: string | undefined }
      elements: number | undefined
      most: TextView
    }
  | {
      type: 'delay'
      wait: string
      span: Span
      until: ValueView
      trigger: TextView
      filter: GroupView
      timeout: Span
    }
  | { type: 'call'; workflow: TextView; pairs: ValueView['parts'] }
  | { type: 'stop'; reason: TextView }

const typedAt = (name: string, around: Filtered): TextView => ({
  name,
  typed: textAt(around.sent, name),
  fault: faultAt(around, name),
  problems: around.problems.get(name) ?? [],
})

const isFilled = ({ kind, kinds, typed, parts, fault, problems }: ValueView): boolean =>
  kind !== kinds[0] ||
  typed.value !== '' ||
  typed.json !== '' ||
  fault !== undefined ||
  problems.length > 0 ||
  parts.some(({ value }) => isFilled(value))

/** Required fields and fields without a group are open; a group of optional fields is collapsed until it has a value. */
const inGroups = (values: { group: string | undefined; value: ValueView }[]): FieldGroup[] =>
  [...Map.groupBy(values, ({ group, value }) => (value.isRequired ? '' : (group ?? '')))]
    .sort(([a], [b]) => Number(a !== '') - Number(b !== ''))
    .map(([title, members]) => {
      const shown = members.map(({ value }) => value)
      return { title: title || undefined, isOpen: title === '' || shown.some(isFilled), values: shown }
    })

const viewAction = async (
  step: Extract<Step, { type: 'action' }>,
  action: Action | undefined,
  around: Filtered,
): Promise<StepBody> => {
  const beside = writtenIn(action?.input ?? [], around.sent, (key) => `input.${key}`)
  const values = await Promise.all(
    slotsOf(step, action).map(async ([key, slot]) => ({
      group: (slot as Partial<Field>).group,
      value: await viewValue(
        { slot, name: `input.${key}`, field: key, beside, ...(slot === ANYTHING ? { label: key } : {}) },
        around,
      ),
    })),
  )
  return {
    type: 'action',
    groups: inGroups(values),
    onError: textAt(around.sent, 'onError'),
    rescue: step.onError && 'steps' in step.onError ? step.onError.steps.length : 0,
  }
}

const waysAt = (name: string, held: readonly { id: string; steps: Step[] }[], around: Filtered): Way[] => {
  const rows = rowsAt(around.sent, name)
  return rows.map((row, at) => {
    const was = textAt(around.sent, `${row}.was`)
    return {
      name: row,
      was,
      label: textAt(around.sent, `${row}.label`),
      fault: faultAt(around, `${row}.label`),
      isFirst: at === 0,
      isLast: at === rows.length - 1,
      steps: held.find(({ id }) => id === was)?.steps.length ?? 0,
    }
  })
}

const spanAt = (name: string, around: Filtered): Span => ({
  name,
  amount: textAt(around.sent, `${name}.amount`) || '1',
  unit: textAt(around.sent, `${name}.unit`) || 'days',
  units: DELAY_UNITS,
  fault: faultAt(around, `${name}.amount`),
})

/** Builds the view data of a step. `action` is the catalog entry of an action step. */
export const viewStep = async (step: Step, action: Action | undefined, around: Filtered): Promise<StepBody> => {
  const anything = (name: string) => viewValue({ slot: ANYTHING, name, field: '', beside: {} }, around)
  switch (step.type) {
    case 'action':
      return viewAction(step, action, around)
    case 'condition': {
      const branches = waysAt('branches', step.branches, around)
      const whens = await Promise.all(branches.map(({ name }) => viewCondition(`${name}.when`, around)))
      return { type: 'condition', branches: branches.map((branch, at) => ({ ...branch, when: whens[at]! })) }
    }
    case 'switch': {
      const cases = waysAt('cases', step.cases, around)
      return {
        type: 'switch',
        on: await anything('on'),
        cases: cases.map((one) => ({ ...one, values: typedAt(`${one.name}.values`, around) })),
      }
    }
    case 'for-each': {
      const items = typedAt('items', around)
      const list = valueAt(around.known, items.typed)
      return {
        type: 'for-each',
        items: { ...items, label: around.nameOf(items.typed) },
        elements: Array.isArray(list) ? list.length : undefined,
        most: typedAt('most', around),
      }
    }
    case 'delay':
      return {
        type: 'delay',
        wait: textAt(around.sent, 'wait'),
        span: spanAt('for', around),
        until: await anything('until'),
        trigger: typedAt('event.trigger', around),
        filter: await viewCondition('event.filter', around),
        timeout: spanAt('timeout', around),
      }
    case 'call':
      return { type: 'call', workflow: typedAt('workflow', around), pairs: await pairViews('given', around) }
    case 'stop':
      return { type: 'stop', reason: typedAt('reason', around) }
  }
}
