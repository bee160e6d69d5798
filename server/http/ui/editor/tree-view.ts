// A workflow's tree as the editor draws it: what each step is called, what it does in one line, what is wrong with it.
// Words that depend on the reader's language are keys of texts here. Pure.

import { action, trigger } from '../../../catalog/index.ts'
import type { Problem } from '../../../workflows/check.ts'
import type { Span, Step, WorkflowDocument } from '../../../workflows/document.ts'
import { branchesOf, stepsIn } from '../../../workflows/tree.ts'

/** A text of `editor.summaries` with its values, or words that are the same in every language. */
export type Summary = { key: string; values: Record<string, string | number> } | { words: string } | undefined

export type StepView = {
  id: string
  type: Step['type']
  icon: string
  /** Undefined: the name of its type. */
  title: string | undefined
  summary: Summary
  problems: string[]
  lists: ListView[]
  /** How many steps stand below it. */
  inside: number
}

/** A list of steps; `parent` and `branch` are empty at the top. */
export type ListView = {
  parent: string
  branch: string
  /** Of a branch that was given one. */
  label: string | undefined
  steps: StepView[]
}

export type StartView = { label: string; isFiltered: boolean }[]

const ICONS: Record<Exclude<Step['type'], 'action'>, string> = {
  condition: 'git-branch',
  switch: 'git-branch',
  'for-each': 'repeat',
  delay: 'clock',
  call: 'workflow',
  stop: 'ban',
}

const SYSTEM_ICONS: Record<string, string> = { crm: 'building', rankr: 'layers', support: 'life-buoy', http: 'webhook' }

const FIELDS_NAMED = 3

const iconOf = (step: Step): string =>
  step.type === 'action' ? (SYSTEM_ICONS[action(step.action)?.system ?? ''] ?? 'zap') : ICONS[step.type]

const titleOf = (step: Step): string | undefined =>
  step.title ?? (step.type === 'action' ? (action(step.action)?.label ?? step.action) : undefined)

const spanOf = ({ amount, unit }: Span): Summary => ({ key: unit, values: { count: amount } })

const fieldsOf = (step: Extract<Step, { type: 'action' }>): Summary => {
  const fields = action(step.action)?.input ?? []
  const labels = Object.keys(step.input).map((key) => fields.find((field) => field.key === key)?.label ?? key)
  if (labels.length === 0) return undefined
  const rest = labels.length - FIELDS_NAMED
  return { words: labels.slice(0, FIELDS_NAMED).join(', ') + (rest > 0 ? ` +${rest}` : '') }
}

const pathWords = (path: string): string => path.replace(/^trigger\.(data\.)?/, '')

const sourceWords = (source: object): string =>
  'path' in source ? pathWords(String(source.path)) : 'value' in source ? String(source.value) : '…'

const summaryOf = (step: Step, workflowNames: ReadonlyMap<string, string>): Summary => {
  switch (step.type) {
    case 'action':
      return step.title ? { words: action(step.action)?.label ?? step.action } : fieldsOf(step)
    case 'condition':
      return { key: 'ways', values: { count: step.branches.length } }
    case 'switch':
      return { key: 'by', values: { what: sourceWords(step.on) } }
    case 'for-each':
      return { key: 'each', values: { what: pathWords(step.items) } }
    case 'delay':
      if ('for' in step) return spanOf(step.for)
      if ('until' in step) return { key: 'until', values: { what: sourceWords(step.until) } }
      return { key: 'event', values: { what: trigger(step.event.trigger)?.label ?? step.event.trigger } }
    case 'call':
      return { words: workflowNames.get(step.workflow) ?? step.workflow }
    case 'stop':
      return step.reason ? { words: step.reason } : undefined
  }
}

type Around = { problems: ReadonlyMap<string, string[]>; workflowNames: ReadonlyMap<string, string> }

const stepView = (step: Step, around: Around): StepView => ({
  id: step.id,
  type: step.type,
  icon: iconOf(step),
  title: titleOf(step),
  summary: summaryOf(step, around.workflowNames),
  problems: around.problems.get(step.id) ?? [],
  lists: branchesOf(step).map(({ branch, label, steps }) => ({
    parent: step.id,
    branch,
    label,
    steps: steps.map((one) => stepView(one, around)),
  })),
  inside: stepsIn([step]).length - 1,
})

/** `workflowNames`: of the account's workflows by id, for steps that call them. */
export const treeView = (
  document: WorkflowDocument,
  { problems, workflowNames }: { problems: readonly Problem[]; workflowNames: ReadonlyMap<string, string> },
): ListView => {
  const byStep = new Map<string, string[]>()
  for (const { stepId, detail } of problems) {
    if (stepId !== undefined) byStep.set(stepId, [...(byStep.get(stepId) ?? []), detail])
  }
  const around = { problems: byStep, workflowNames }
  return { parent: '', branch: '', label: undefined, steps: document.steps.map((step) => stepView(step, around)) }
}

export const startView = ({ triggers }: Pick<WorkflowDocument, 'triggers'>): StartView =>
  triggers.map(({ trigger: id, filter }) => ({ label: trigger(id)?.label ?? id, isFiltered: filter !== undefined }))
