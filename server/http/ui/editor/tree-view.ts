// View data of the workflow tree: the name, one-line summary and problems of each step. Parts that depend on the user's
// language are text keys. Pure.

import { trigger } from '../../../catalog/index.ts'
import type { Problem } from '../../../workflows/check.ts'
import type { Step, WorkflowDocument } from '../../../workflows/document.ts'
import type { Trial } from '../../../workflows/run-service.ts'
import { branchesOf, stepsIn } from '../../../workflows/tree.ts'
import { type Drawn, touchedBy } from './on-screen.ts'
import { type Selection, selectedText } from './selection.ts'
import { iconOf, type Summary, summaryOf, titleOf } from './step-words.ts'

/** The name of a step; `title` is undefined for a step that is named by its type only. */
export type StepName = { type: Step['type']; title: string | undefined }

/** The name of a list of steps; `label` is undefined for lists that every step of the type has. */
export type ListName = { branch: string; label: string | undefined }

type StepView = StepName & {
  id: string
  /** As in the editor's address. */
  key: string
  icon: string
  summary: Summary
  problems: string[]
  lists: ListView[]
  /** The number of steps below it. */
  inside: number
  /** What the page already has: the whole step, or only the part below it. */
  same: 'all' | 'inside' | undefined
  /** In a test run: the step would make calls, would fail, or was passed. */
  tried: 'calls' | 'fails' | 'passed' | undefined
}

/** A list of steps; `parent` and `branch` are empty at the top level. */
export type ListView = ListName & { parent: string; steps: StepView[] }

/** What is on the user's screen, with the problems shown there. */
export type DrawnTree = Drawn & { problems: readonly Problem[] }

type Around = {
  problems: ReadonlyMap<string | undefined, Problem[]>
  sameness: Sameness
  workflowNames: ReadonlyMap<string, string>
  trial: Trial | undefined
}

const keyOf = (id: string): string => selectedText({ kind: 'step', id })

/** The name of a step. */
export const stepName = (step: Step): StepName => ({ type: step.type, title: titleOf(step) })

/** The step id in a key of a run, regardless of the round of a loop. */
const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

const triedOf = (id: string, trial: Trial | undefined): StepView['tried'] => {
  if (!trial) return undefined
  const calls = trial.calls.filter(({ stepId }) => idOf(stepId) === id)
  const failed = trial.failure?.stepId
  if (calls.some(({ fault }) => fault !== null) || (failed && idOf(failed) === id)) return 'fails'
  if (calls.length > 0) return 'calls'
  return Object.keys(trial.steps).some((key) => idOf(key) === id) ? 'passed' : undefined
}

const stepView = ({ step, at }: { step: Step; at: string }, around: Around): StepView => {
  const lists = branchesOf(step).map(({ branch, label, steps }) => ({
    parent: step.id,
    branch,
    label,
    steps: steps.map((one, index) => stepView({ step: one, at: placeOf(step.id, branch, index) }, around)),
  }))
  return {
    ...stepName(step),
    id: step.id,
    key: keyOf(step.id),
    icon: iconOf(step),
    summary: summaryOf(step, around.workflowNames),
    problems: (around.problems.get(step.id) ?? []).map(({ detail }) => detail),
    lists,
    same: around.sameness(step, at),
    inside: lists.flatMap(({ steps }) => steps).reduce((sum, one) => sum + 1 + one.inside, 0),
    tried: triedOf(step.id, around.trial),
  }
}

type Sameness = (step: Step, at: string) => StepView['same']

const placeOf = (parent: string, branch: string, index: number): string => `${parent},${branch},${index}`

const detailsOf = (byStep: ReadonlyMap<string | undefined, Problem[]>, id: string): string =>
  JSON.stringify((byStep.get(id) ?? []).map(({ detail }) => detail))

/** A step is unchanged if it is the same object (edit.ts) in the same place with the same problems, and not selected. */
const samenessOf = (
  now: Drawn & { problems: ReadonlyMap<string | undefined, Problem[]> },
  drawn: DrawnTree | undefined,
): Sameness => {
  if (!drawn) return () => undefined
  const before = new Map(stepsIn(drawn.document.steps).map((placed) => [placed.step.id, placed]))
  const problems = Map.groupBy(drawn.problems, ({ stepId }) => stepId)
  const touched = new Set([...touchedBy(now), ...touchedBy(drawn)])
  // A picked place is visible in its list.
  const holders = new Set(
    [now, drawn].map(({ selection }) => (selection.kind === 'pick' ? selection.at.parent : undefined)),
  )
  const isSame = (step: Step): boolean =>
    before.get(step.id)?.step === step &&
    !touched.has(step.id) &&
    // The called workflow may have been renamed.
    step.type !== 'call' &&
    detailsOf(now.problems, step.id) === detailsOf(problems, step.id) &&
    isSameBelow(step)
  const isSameBelow = (step: Step): boolean => branchesOf(step).every(({ steps }) => steps.every(isSame))
  return (step, at) => {
    const was = before.get(step.id)
    if (was?.step !== step) return undefined
    if (placeOf(was.parent ?? '', was.branch ?? '', was.index) === at && isSame(step)) return 'all'
    return !holders.has(step.id) && isSameBelow(step) ? 'inside' : undefined
  }
}

type Wish = Pick<Around, 'workflowNames' | 'trial'> & {
  problems: readonly Problem[]
  selection: Selection
  drawn: DrawnTree | undefined
}

/** Builds the tree. `workflowNames`: names of the account's workflows by id, for steps that call them. */
export const treeView = (
  document: WorkflowDocument,
  { problems, selection, drawn, workflowNames, trial }: Wish,
): ListView => {
  const byStep = Map.groupBy(problems, ({ stepId }) => stepId)
  const sameness = samenessOf({ document, selection, problems: byStep }, drawn)
  const around: Around = { problems: byStep, sameness, workflowNames, trial }
  return {
    parent: '',
    branch: '',
    label: undefined,
    steps: document.steps.map((step, index) => stepView({ step, at: placeOf('', '', index) }, around)),
  }
}

/** View data of the triggers and their problems. */
export const startView = ({ triggers }: WorkflowDocument, problems: readonly Problem[]) => ({
  triggers: triggers.map(({ trigger: id, filter }) => ({
    label: trigger(id)?.label ?? id,
    isFiltered: filter !== undefined,
  })),
  problems: problems.filter(({ stepId }) => stepId === undefined).map(({ detail }) => detail),
})

/** Every problem with the step it belongs to; problems without a step belong to the start. */
export const problemsOf = (document: WorkflowDocument, problems: readonly Problem[]) => {
  const steps = new Map(stepsIn(document.steps).map(({ step }) => [step.id, step]))
  return problems.map(({ stepId, detail }) => {
    const step = steps.get(stepId ?? '')
    return { key: step ? keyOf(step.id) : selectedText({ kind: 'start' }), detail, step: step && stepName(step) }
  })
}
