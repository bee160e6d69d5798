// Validates a document beyond its shape: unknown catalog entries, missing values, references to steps that have not run
// yet, missing permissions. Pure.

import { checkInput } from '../catalog/input.ts'
import type { Action, Field, Trigger } from '../catalog/schema.ts'
import { asAppError, type FieldFault } from '../errors.ts'
import { needsRule } from './awaited.ts'
import { readCadence, SCHEDULE_TRIGGER } from './cadence.ts'
import type { Condition, Step, ValueSource, WorkflowDocument } from './document.ts'
import { pathsOf } from './mapping.ts'
import { stepNameOf } from './step-name.ts'
import { type PlacedStep, stepsIn } from './tree.ts'

export type Catalog = {
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
}

/** Members that are left out are not checked. */
export type CheckContext = {
  grantedScopes?: readonly string[]
  /** Ids of the location's workflows that may be called. */
  callable?: readonly string[]
  /** The workflow that the document belongs to. */
  workflowId?: string
}

/** `stepId`: the step it belongs to; undefined for triggers and the whole document. `code` selects a translated text. */
export type Problem = FieldFault & { code: string; stepId?: string }

const pathsOfCondition = (condition: Condition): string[] => {
  if ('all' in condition) return condition.all.flatMap(pathsOfCondition)
  if ('any' in condition) return condition.any.flatMap(pathsOfCondition)
  if ('not' in condition) return pathsOfCondition(condition.not)
  return [condition.path]
}

/** A group without rules always or never holds, which is probably not intended. */
const hasEmptyGroup = (condition: Condition): boolean => {
  if ('not' in condition) return hasEmptyGroup(condition.not)
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined
  return parts !== undefined && (parts.length === 0 || parts.some(hasEmptyGroup))
}

/** Everything a step reads, with its position within the step. */
const readsOf = (step: Step): { at: string; source: ValueSource | Condition }[] => {
  const inputs = (input: Record<string, ValueSource>) =>
    Object.entries(input).map(([key, source]) => ({ at: `/input/${key}`, source }))
  switch (step.type) {
    case 'action':
    case 'call':
      return inputs(step.input)
    case 'condition':
      return step.branches.map(({ when }, index) => ({ at: `/branches/${index}/when`, source: when }))
    case 'switch':
      return [{ at: '/on', source: step.on }]
    case 'for-each':
      return [{ at: '/items', source: { path: step.items } }]
    case 'delay':
      return 'until' in step ? [{ at: '/until', source: step.until }] : []
    case 'stop':
      return []
  }
}

/** Every path that a step reads; none for a template that cannot be parsed. */
export const pathsRead = (step: Step): string[] =>
  readsOf(step).flatMap(({ source }) => {
    try {
      return isCondition(source) ? pathsOfCondition(source) : pathsOf(source)
    } catch {
      return []
    }
  })

const isCondition = (source: ValueSource | Condition): source is Condition =>
  'operator' in source || 'all' in source || 'any' in source || 'not' in source

/** Ids of the steps that ran, or may have run, before `pointer`: earlier siblings and those of its ancestors. */
const runsBefore = (earlier: string, later: string): boolean => {
  const [a, b] = [earlier.split('/'), later.split('/')]
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue
    const [left, right] = [Number(a[i]), Number(b[i])]
    // They part at an index among siblings (of `steps`), not at two branches of one condition.
    const isOfSiblings = a[i - 1] !== 'branches' && a[i - 1] !== 'cases'
    return !Number.isNaN(left) && !Number.isNaN(right) && isOfSiblings && left < right
  }
  return a.length < b.length
}

/** Steps of a loop are visible only inside it; afterwards the loop's own results contain them. */
const isInLoop = (all: readonly PlacedStep[], { pointer }: PlacedStep): boolean =>
  all.some(({ step, pointer: loop }) => step.type === 'for-each' && pointer.startsWith(`${loop}/`))

const hides = (all: readonly PlacedStep[], source: PlacedStep, reader: PlacedStep): boolean =>
  all.some(
    ({ step, pointer }) =>
      step.type === 'for-each' && source.pointer.startsWith(`${pointer}/`) && !reader.pointer.startsWith(`${pointer}/`),
  )

/** Steps whose results can be read at a step, in the order of the document; none when there is no such step. */
export const readableAt = (document: Pick<WorkflowDocument, 'steps'>, stepId: string): PlacedStep[] => {
  const all = stepsIn(document.steps)
  const reader = all.find(({ step }) => step.id === stepId)
  if (!reader) return []
  return all.filter((source) => runsBefore(source.pointer, reader.pointer) && !hides(all, source, reader))
}

const needsValue = (field: Field): boolean => field.required && field.fill === undefined

/** Every problem with its JSON pointer; an empty list means that the document can be published. */
export const checkWorkflow = (document: WorkflowDocument, catalog: Catalog, context: CheckContext = {}): Problem[] => {
  const problems: Problem[] = []
  const all = stepsIn(document.steps)
  // It reads input from a caller, so it needs no trigger.
  let isMadeToBeCalled = false
  const report = (code: string, pointer: string, detail: string, stepId?: string): void =>
    void problems.push({ code, pointer, detail, ...(stepId === undefined ? {} : { stepId }) })

  const checkScopes = (scopes: readonly string[], pointer: string, stepId?: string): void => {
    const missing = scopes.filter((scope) => context.grantedScopes && !context.grantedScopes.includes(scope))
    for (const scope of missing) report('scope_missing', pointer, `It needs the permission "${scope}".`, stepId)
  }

  const checkTrigger = (id: string, pointer: string, stepId?: string): void => {
    const trigger = catalog.trigger(id)
    if (trigger?.isPlanned) report('not_available_yet', pointer, `Nothing starts with "${trigger.label}" yet.`, stepId)
    if (trigger) checkScopes(trigger.scope, pointer, stepId)
    else report('trigger_unknown', pointer, `There is no trigger "${id}".`, stepId)
  }

  const checkPaths = (placed: PlacedStep, source: ValueSource | Condition, pointer: string): void => {
    const { id: stepId } = placed.step
    let paths: string[] = []
    try {
      paths = isCondition(source) ? pathsOfCondition(source) : pathsOf(source)
    } catch (error) {
      report('template_invalid', pointer, asAppError(error).detail, stepId)
    }
    for (const path of paths) {
      const [root, id] = path.split('.')
      isMadeToBeCalled ||= root === 'input'
      if ((root === 'item' || root === 'loop') && !isInLoop(all, placed)) {
        report('outside_loop', pointer, 'It uses the element of a loop, which is known inside that loop only.', stepId)
      }
      if (root !== 'steps' || id === undefined) continue
      const read = all.find(({ step }) => step.id === id)
      if (!read) {
        report('step_unknown', pointer, 'It uses a step that is not there any more.', stepId)
        continue
      }
      const name = stepNameOf(read.step, catalog)
      if (!runsBefore(read.pointer, placed.pointer))
        report('step_later', pointer, `It uses the step "${name}", which has not run by then.`, stepId)
      else if (hides(all, read, placed))
        report(
          'step_in_loop',
          pointer,
          `It uses the step "${name}" of a loop that has ended; read it from the loop.`,
          stepId,
        )
    }
  }

  const checkAction = (step: Extract<Step, { type: 'action' }>, pointer: string): void => {
    const action = catalog.action(step.action)
    if (!action) {
      report('action_unknown', `${pointer}/action`, `There is no action "${step.action}".`, step.id)
      return
    }
    if (action.isPlanned) {
      report('not_available_yet', `${pointer}/action`, `"${action.label}" cannot be carried out yet.`, step.id)
    }
    checkScopes(action.scope, `${pointer}/action`, step.id)
    for (const field of action.input) {
      if (needsValue(field) && !(field.key in step.input)) {
        report('value_missing', `${pointer}/input/${field.key}`, `"${field.label}" needs a value.`, step.id)
      }
    }
    const known = new Set(action.input.map(({ key }) => key))
    for (const key of Object.keys(step.input)) {
      if (known.has(key)) continue
      report('field_unknown', `${pointer}/input/${key}`, `"${action.label}" has no field "${key}".`, step.id)
    }
  }

  const checkBranches = ({ id, branches }: Extract<Step, { type: 'condition' }>, pointer: string): void => {
    for (const [index, { label, when }] of branches.entries()) {
      if (hasEmptyGroup(when))
        report('rule_missing', `${pointer}/branches/${index}/when`, `"${label}" needs a rule.`, id)
    }
  }

  const checkSettings = ({ trigger: id, settings = {} }: WorkflowDocument['triggers'][number], at: string): void => {
    const entry = catalog.trigger(id)
    if (!entry || (entry.settings.length === 0 && Object.keys(settings).length === 0)) return
    const labelOf = (key: string): string => entry.settings.find((field) => field.key === key)?.label ?? key
    const checked = checkInput({ fields: entry.settings, input: settings, context: { locationId: '' } })
    const read = checked.ok && id === SCHEDULE_TRIGGER ? readCadence(checked.value) : { faults: [] }
    const faults = checked.ok
      ? ('faults' in read ? read.faults : []).map(({ key, detail }) => ({ pointer: `/${key}`, detail }))
      : checked.faults
    for (const { pointer, detail } of faults) {
      report('setting_invalid', `${at}/settings${pointer}`, `"${labelOf(pointer.split('/')[1]!)}" ${detail}.`)
    }
  }

  for (const [index, own] of document.triggers.entries()) {
    checkTrigger(own.trigger, `/triggers/${index}/trigger`)
    checkSettings(own, `/triggers/${index}`)
  }

  const seen = new Set<string>()
  for (const placed of all) {
    const { step, pointer } = placed
    if (seen.has(step.id)) report('id_taken', `${pointer}/id`, 'Another step has the same short name.', step.id)
    seen.add(step.id)
    for (const { at, source } of readsOf(step)) checkPaths(placed, source, pointer + at)
    if (step.type === 'action') checkAction(step, pointer)
    if (step.type === 'condition') checkBranches(step, pointer)
    if (step.type === 'delay' && 'event' in step) checkTrigger(step.event.trigger, `${pointer}/event/trigger`, step.id)
    if (step.type === 'delay' && 'event' in step && !step.event.filter) {
      const awaited = catalog.trigger(step.event.trigger)
      const starts = document.triggers.flatMap(({ trigger: id }) => catalog.trigger(id) ?? [])
      if (awaited && needsRule(starts, awaited))
        report('awaited_open', `${pointer}/event/filter`, 'It needs a rule that says whose event is meant.', step.id)
    }
    if (step.type !== 'call') continue
    if (step.workflow === context.workflowId) report('calls_itself', pointer, 'It calls itself.', step.id)
    else if (context.callable && !context.callable.includes(step.workflow))
      report('workflow_unknown', `${pointer}/workflow`, 'The workflow it calls does not exist or is off.', step.id)
  }
  if (document.triggers.length === 0 && !isMadeToBeCalled) {
    report('trigger_missing', '/triggers', 'Nothing starts this workflow.')
  }
  return problems
}
