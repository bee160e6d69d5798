// Writes a step as form fields. Nested steps are not part of the form; they are found again by the id of their branch. Pure.

import type { Action, Field } from '../../../catalog/schema.ts'
import type { ActionStep, DelayStep, Span, Step } from '../../../workflows/document.ts'
import { writeCondition } from './condition-form.ts'
import { ANYTHING, type Slot, writeAny } from './literal-form.ts'
import type { Sent } from './sent.ts'
import { writePairsAt, writeValue } from './value-form.ts'

/** Fields that the user fills in; hidden ones are filled from the account. */
export const shownFields = (action: Action | undefined): Field[] =>
  (action?.input ?? []).filter(({ type }) => type !== 'hidden')

/** Every value of an action's input: the catalog's fields, then those that the catalog does not know (any more). */
export const slotsOf = ({ input }: Pick<ActionStep, 'input'>, action: Action | undefined): [string, Slot][] => {
  const fields = shownFields(action)
  const known = new Set(fields.map(({ key }) => key))
  const unknown = Object.keys(input).filter((key) => !known.has(key))
  return [
    ...fields.map((field): [string, Slot] => [field.key, field]),
    ...unknown.map((key): [string, Slot] => [key, ANYTHING]),
  ]
}

const merged = (forms: readonly Sent[]): Sent => Object.assign({}, ...forms)

const writeSpan = ({ amount, unit }: Span, at: string): Sent => ({
  [`${at}.amount`]: String(amount),
  [`${at}.unit`]: unit,
})

const writeDelay = (step: DelayStep): Sent => {
  if ('for' in step) return { wait: 'for', ...writeSpan(step.for, 'for') }
  if ('until' in step) return { wait: 'until', ...writeValue(ANYTHING, step.until, 'until') }
  const { event, timeout } = step
  return {
    wait: 'event',
    'event.trigger': event.trigger,
    ...writeCondition(event.filter, 'event.filter'),
    ...writeSpan(timeout, 'timeout'),
  }
}

const ownOf = (step: Step, action: Action | undefined): Sent => {
  switch (step.type) {
    case 'action':
      return merged([
        { onError: step.onError === undefined ? 'fail' : 'steps' in step.onError ? 'steps' : 'continue' },
        ...slotsOf(step, action).map(([key, slot]) => writeValue(slot, step.input[key], `input.${key}`)),
      ])
    case 'condition':
      return merged(
        step.branches.flatMap(({ id, label, when }, row) => [
          { [`branches.${row}.was`]: id, [`branches.${row}.label`]: label },
          writeCondition(when, `branches.${row}.when`),
        ]),
      )
    case 'switch':
      return merged([
        writeValue(ANYTHING, step.on, 'on'),
        ...step.cases.map(({ id, label, values }, row) => ({
          [`cases.${row}.was`]: id,
          [`cases.${row}.label`]: label,
          [`cases.${row}.values`]: values.map(writeAny).join('\n'),
        })),
      ])
    case 'for-each':
      return { items: step.items, most: step.most === undefined ? '' : String(step.most) }
    case 'delay':
      return writeDelay(step)
    case 'call':
      return { workflow: step.workflow, ...writePairsAt(step.input, 'given') }
    case 'stop':
      return { reason: step.reason ?? '' }
  }
}

/**
 * Writes a step as form fields. `action` is the catalog entry of an action step, undefined when it has none. No field is called
 * `id` or `title`, because scripts would get it instead of the form's own property.
 */
export const writeStep = (step: Step, action?: Action): Sent => ({
  'own.id': step.id,
  'own.title': step.title ?? '',
  ...ownOf(step, action),
})
