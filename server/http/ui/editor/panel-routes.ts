// Routes of the panel: steps and values to choose from, forms that save automatically, and testing a single step.

import { z } from 'zod'
import { action, trigger } from '../../../catalog/index.ts'
import type { Trigger } from '../../../catalog/schema.ts'
import { AppError } from '../../../errors.ts'
import { tieOf } from '../../../workflows/awaited.ts'
import { bare } from '../../../workflows/diff.ts'
import type { Condition, DelayStep, Step } from '../../../workflows/document.ts'
import { changeStep, insertStep, renameStep } from '../../../workflows/edit.ts'
import type { RunService, Trial } from '../../../workflows/run-service.ts'
import { stepsIn } from '../../../workflows/tree.ts'
import type { WorkflowService } from '../../../workflows/workflow-service.ts'
import { view } from '../../reply.ts'
import type { Route } from '../../route.ts'
import { defineChange, type Screen, screenData } from '../screen.ts'
import { EDIT, type EditorChanges, editorParams } from './changes.ts'
import { writeCondition } from './condition-form.ts'
import { FLOW_STEPS, type FlowStep, newStep } from './new-step.ts'
import type { EditorPanel } from './panel.ts'
import { readStep } from './read-step.ts'
import { rearranged } from './rearrange.ts'
import { selectionIn, selectionQuery } from './selection.ts'
import type { Sent } from './sent.ts'
import { readStart, writeStart } from './start-form.ts'
import { shownFields } from './step-form.ts'

/** Dependencies of the panel's routes. */
export type PanelRouteDeps = {
  workflowService: Pick<WorkflowService, 'get' | 'list'>
  runService: Pick<RunService, 'sampleEvent' | 'tryOut'>
  panel: EditorPanel
  changes: EditorChanges
}

const form: z.ZodType<Sent> = z.record(z.string().max(400), z.union([z.string(), z.array(z.string()).max(500)]))
/** The document rejects steps with 500 KB of JSON, but a form repeats its values several times. */
const BODY_BYTES = 600_000

const flowStep = (entry: string): FlowStep | undefined => FLOW_STEPS.find((one) => entry === `flow:${one}`)

/** How many calls of a step in a loop are shown. */
const MOST_TRIED = 5

/** Values by field name; fields that are filled automatically are not shown. */
const inWords = ({ actionId, input, ...call }: Trial['calls'][number]) => ({
  ...call,
  values: shownFields(action(actionId)).flatMap(({ key, label }) =>
    Object.hasOwn(input, key) ? [{ label, value: input[key] }] : [],
  ),
})

const startsOf = (triggers: readonly { trigger: string }[]): Trigger[] =>
  triggers.flatMap(({ trigger: id }) => trigger(id) ?? [])

type EventDelay = Extract<DelayStep, { event: unknown }>

/** Whether the user has just chosen another event to wait for and it has no rule yet. */
const isTied = (before: Step, step: Step): step is EventDelay =>
  step.type === 'delay' &&
  'event' in step &&
  step.event.filter === undefined &&
  trigger(step.event.trigger) !== undefined &&
  !(before.type === 'delay' && 'event' in before && before.event.trigger === step.event.trigger)

const withTie = (step: Step, filter: Condition): Step =>
  step.type === 'delay' && 'event' in step ? { ...step, event: { ...step.event, filter } } : step

const stepAt = (steps: readonly Step[], id: string): Step => {
  const found = stepsIn(steps).find(({ step }) => step.id === id)?.step
  if (!found) throw new AppError('not_found', { detail: 'This step is not there any more.' })
  return found
}

/** Routes of the panel, below the editor's path. */
export const panelRoutes = (
  screen: Screen,
  { workflowService, runService, panel, changes }: PanelRouteDeps,
): Route[] => [
  screen({
    path: `${EDIT}/choices`,
    input: { params: editorParams, query: z.object({ search: z.string().max(200).default('') }) },
    async handler({ caller, query: { search } }) {
      const choices = await panel.choose(caller, search)
      return view('editor/panel/choices', { ...screenData(caller), choices, search })
    },
  }),

  screen({
    path: `${EDIT}/values`,
    input: {
      params: editorParams,
      query: z.object({ step: z.string().max(60).default(''), event: z.string().max(60).optional() }),
    },
    async handler({ caller, params: { workflowId }, query: { step, event } }) {
      const workflow = await workflowService.get(caller.locationId, workflowId)
      const startable = { id: workflowId, triggers: workflow.draft.triggers }
      const [example, events, handed] = await Promise.all([
        panel.examples.eventOf(caller.locationId, startable, event),
        panel.examples.recent(caller.locationId, startable),
        panel.handedOver(caller.locationId, workflow),
      ])
      const asked = stepsIn(workflow.draft.steps).find(({ step: one }) => one.id === step)?.step
      const seen = panel.examples.ofAwaited(example, asked)
      const { groups } = panel.examples.valuesAt({ workflow, example: seen, stepId: step || undefined, handed })
      const base = `/settings/workflows/${workflowId}/edit`
      return view('editor/panel/values', { ...screenData(caller), groups, example, events, base, stepId: step })
    },
  }),

  changes.change({
    path: 'insert',
    audit: 'workflow.changed',
    body: z.object({
      entry: z.string().max(120),
      pick: z.string().max(200),
      yes: z.string().max(60).default('Yes'),
      first: z.string().max(60).default('1'),
    }),
    async apply(document, { entry, pick, yes, first }, { caller, workflow }) {
      const selection = selectionIn(document, selectionQuery.parse({ pick }))
      if (selection.kind !== 'pick') throw new AppError('not_found', { detail: 'This place is not there any more.' })
      const what = flowStep(entry) ?? action(entry)
      if (!what || (typeof what === 'object' && what.isPlanned)) {
        throw new AppError('not_found', { detail: 'There is no such step.' })
      }
      const [example, handed, all] = await Promise.all([
        panel.examples.eventOf(caller.locationId, { id: workflow.id, triggers: document.triggers }),
        panel.handedOver(caller.locationId, workflow),
        what === 'call' ? workflowService.list(caller.locationId) : [],
      ])
      const others = all.filter(({ id }) => id !== workflow.id)
      const callable = others.toSorted((a, b) => Number(b.isEnabled) - Number(a.isEnabled)).map(({ id }) => id)
      // The values before the place are known only once a step is there, so an empty one is inserted first.
      const taken = new Set(stepsIn(document.steps).map(({ step }) => step.id))
      const blank = insertStep(document, { id: 'new-step', type: 'stop' }, selection.at)
      const blankId = stepsIn(blank.steps).find(({ step }) => !taken.has(step.id))!.step.id
      const after = { ...workflow, draft: blank }
      const { groups } = panel.examples.valuesAt({ workflow: after, example, stepId: blankId, handed })
      const step = newStep(what, { values: groups, callable, words: { yes, first } })
      if (!step) throw new AppError('conflict', { detail: 'There is no other workflow that could be called.' })
      const made = insertStep(document, step, selection.at)
      const id = stepsIn(made.steps).find(({ step: one }) => !taken.has(one.id))!.step.id
      return { document: made, selection: { kind: 'step', id }, focus: 'panel' }
    },
    message: 'added',
  }),

  changes.change({
    path: 'form',
    isState: true,
    partOf: ({ steps }, selection) =>
      stepsIn(steps).flatMap(({ step }) => (selection.kind === 'step' && step.id === selection.id ? bare(step) : [])),
    audit: 'workflow.changed',
    body: form,
    bodyLimitBytes: BODY_BYTES,
    apply(document, body, { selection }) {
      if (selection.kind !== 'step') throw new AppError('not_found', { detail: 'This step is not there any more.' })
      const before = stepAt(document.steps, selection.id)
      const sent = rearranged(body)
      const entry = before.type === 'action' ? action(before.action) : undefined
      const { step, id: wanted, faults } = readStep(sent, { before, action: entry })
      const changed = changeStep(document, before.id, () => step)
      const isTaken = wanted !== before.id && stepsIn(changed.steps).some(({ step: one }) => one.id === wanted)
      const id = isTaken ? before.id : wanted
      const tie = isTied(before, step) ? tieOf(startsOf(document.triggers), trigger(step.event.trigger)!) : undefined
      const tied = tie ? changeStep(changed, before.id, (one) => withTie(one, tie)) : changed
      const typed = tie ? { ...sent, ...writeCondition(tie, 'event.filter') } : sent
      const found = isTaken ? [...faults, { name: 'own.id', code: 'nameTaken' as const }] : faults
      return {
        document: renameStep(tied, before.id, id),
        selection: { kind: 'step', id },
        entered: { sent: withKept(typed, changed.steps, before.id), faults: found },
      }
    },
  }),

  changes.change({
    path: 'start',
    isState: true,
    partOf: ({ triggers }) => triggers,
    audit: 'workflow.changed',
    body: form,
    bodyLimitBytes: BODY_BYTES,
    async apply(document, body, { caller }) {
      const sent = rearranged(body)
      const { timeZone } = await panel.examples.accountOf(caller.locationId)
      const { triggers, faults } = readStart(sent, {
        before: document.triggers,
        triggerOf: trigger,
        timeZone: timeZone ?? undefined,
      })
      const added = triggers.length > document.triggers.length
      const { add: _add, ...typed } = sent
      return {
        document: { ...document, triggers },
        selection: { kind: 'start' },
        entered: { sent: added ? writeStart(triggers, trigger) : typed, faults },
      }
    },
  }),

  defineChange({
    path: `${EDIT}/try`,
    audit: { none: 'makes no call and keeps nothing' },
    input: { params: editorParams, body: z.object({ selected: z.string().max(80) }) },
    async handler({ caller, params: { workflowId: id }, body }) {
      const { locationId } = caller
      const { draft, options } = await workflowService.get(locationId, id)
      const selection = selectionIn(draft, body)
      if (selection.kind !== 'step') throw new AppError('not_found')
      const example = await panel.examples.eventOf(locationId, { id, triggers: draft.triggers })
      const { trigger: entry } = example
      if (!entry) return view('editor/panel/tried', { example, calls: [], failure: null })
      const sample = {
        ...runService.sampleEvent(locationId, entry.id),
        payload: example.payload as Record<string, unknown>,
      }
      const { calls, failure } = await runService.tryOut(sample, { id, document: draft, options })
      const own = calls.filter(({ stepId }) => stepId.slice(stepId.lastIndexOf('/') + 1) === selection.id)
      return view('editor/panel/tried', { example, calls: own.slice(0, MOST_TRIED).map(inWords), failure })
    },
  }),
]

/** New branches and cases get their ids now, so that the next form finds their steps. */
const withKept = (sent: Sent, steps: readonly Step[], id: string): Sent => {
  const step = stepAt(steps, id)
  const ways = step.type === 'condition' ? step.branches : step.type === 'switch' ? step.cases : []
  const list = step.type === 'condition' ? 'branches' : 'cases'
  const rows = Object.keys(sent).filter((name) => new RegExp(`^${list}\\.\\d+\\.label$`).test(name))
  const sorted = rows.sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
  return Object.assign({}, sent, ...sorted.map((name, at) => ({ [name.replace(/label$/, 'was')]: ways[at]?.id ?? '' })))
}
