// What is wrong with a document beyond its shape: names that the catalog does not know, values that a step needs and
// nobody gives, steps that refer to steps which have not run yet. Pure.

import type { Action, Trigger } from '../catalog/schema.ts'
import type { FieldFault } from '../errors.ts'
import { type Condition, type Step, stepsOf, type WorkflowDocument } from './document.ts'
import { pathsOf } from './mapping.ts'

export type Catalog = {
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
}

const pathsOfCondition = (condition: Condition): string[] => {
  if ('all' in condition) return condition.all.flatMap(pathsOfCondition)
  if ('any' in condition) return condition.any.flatMap(pathsOfCondition)
  if ('not' in condition) return pathsOfCondition(condition.not)
  return [condition.path]
}

const pathsOfStep = (step: Step): string[] => {
  if (step.type === 'action') return Object.values(step.input).flatMap(pathsOf)
  if (step.type === 'condition') return step.branches.flatMap(({ when }) => pathsOfCondition(when))
  return []
}

/** Ids of the steps that have surely or possibly run before `pointer`: earlier siblings and those of its ancestors. */
const runsBefore = (earlier: string, later: string): boolean => {
  const [a, b] = [earlier.split('/'), later.split('/')]
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue
    const [left, right] = [Number(a[i]), Number(b[i])]
    // They part at an index among siblings (of `steps`), not at two branches of one condition.
    return !Number.isNaN(left) && !Number.isNaN(right) && a[i - 1] !== 'branches' && left < right
  }
  return a.length < b.length
}

/** Every problem with the JSON pointer of its place; an empty list means that the document may be published. */
export const checkWorkflow = (document: WorkflowDocument, catalog: Catalog): FieldFault[] => {
  const faults: FieldFault[] = []
  const report = (pointer: string, detail: string) => faults.push({ pointer, detail })

  document.triggers.forEach(({ trigger }, index) => {
    if (!catalog.trigger(trigger)) report(`/triggers/${index}/trigger`, `There is no trigger "${trigger}".`)
  })

  const all = stepsOf(document)
  const seen = new Set<string>()
  for (const { step, pointer } of all) {
    if (seen.has(step.id)) report(`${pointer}/id`, `Another step is called "${step.id}" already.`)
    seen.add(step.id)

    for (const path of pathsOfStep(step)) {
      const [root, id] = path.split('.')
      if (root !== 'steps') continue
      const source = all.find(({ step: candidate }) => candidate.id === id)
      if (!source) report(pointer, `It uses the step "${id}", which does not exist.`)
      else if (!runsBefore(source.pointer, pointer))
        report(pointer, `It uses the step "${id}", which has not run by then.`)
    }

    if (step.type !== 'action') continue
    const action = catalog.action(step.action)
    if (!action) {
      report(`${pointer}/action`, `There is no action "${step.action}".`)
      continue
    }
    for (const field of action.input) {
      if (field.required && field.fill === undefined && !(field.key in step.input)) {
        report(`${pointer}/input/${field.key}`, `"${field.label}" needs a value.`)
      }
    }
    const known = new Set(action.input.map(({ key }) => key))
    for (const key of Object.keys(step.input)) {
      if (!known.has(key)) report(`${pointer}/input/${key}`, `"${action.label}" has no field "${key}".`)
    }
  }
  return faults
}
