// The panel next to the tree: the form of the selected step, of the triggers, or the list of steps to choose from. Rendered
// from the document, or from what the user has just typed.

import { action, actions, trigger, triggers } from '../../../catalog/index.ts'
import { checkInput } from '../../../catalog/input.ts'
import type { Trigger } from '../../../catalog/schema.ts'
import { SCOPES, type Scope } from '../../../catalog/scopes.ts'
import type { ChoiceRequest, Option } from '../../../highlevel/choices.ts'
import type { Log } from '../../../log.ts'
import type { Problem } from '../../../workflows/check.ts'
import { actionIdsOf, type Step } from '../../../workflows/document.ts'
import { type PlacedStep, stepsIn } from '../../../workflows/tree.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'
import type { Session } from '../../doors/session.ts'
import type { InstallationReader } from '../deps.ts'
import { installationOf, screenData } from '../screen.ts'
import { createCalls } from './calls.ts'
import { type Filtered, viewCondition } from './condition-view.ts'
import { createExamples, type Example, type ExampleDeps } from './examples.ts'
import { type Selection, selectedText } from './selection.ts'
import { type Fault, rowsAt, type Sent, textAt } from './sent.ts'
import { writeStart } from './start-form.ts'
import { type StepChoices, stepChoices } from './step-choices.ts'
import { writeStep } from './step-form.ts'
import { viewStep } from './step-view.ts'
import { emptyPairs } from './value-form.ts'
import { faultAt, type ValueView, viewValue, writtenIn } from './value-view.ts'
import { nameOf, namesIn } from './values.ts'

/** Dependencies of the panel. */
export type EditorPanelDeps = ExampleDeps & {
  workflowService: Pick<WorkflowService, 'list'>
  installations: Pick<InstallationReader, 'find'>
  /** Throws when the account cannot be asked. */
  choices(request: ChoiceRequest): Promise<{ options: Option[] }>
  log: Pick<Log, 'warn'>
}

/** Input that could not be saved completely; it is shown again as it was typed. */
export type Entered = { sent: Sent; faults: Fault[] }

type Shown = {
  caller: Session
  workflow: OwnWorkflow
  /** Loaded in parallel with the other data. */
  problems(): Promise<readonly Problem[]>
  selection: Selection
  entered?: Entered | undefined
}
type Drawn = { view: string; data: Record<string, unknown> }

const MOST_RECENT = 6

const wordsFor = (scopes: readonly string[], granted: readonly string[]): string[] =>
  scopes.filter((scope) => !granted.includes(scope)).map((scope) => SCOPES[scope as Scope] ?? scope)

/** Problem codes by the name of the form field they concern; those of the whole step have an empty name. */
const byName = (problems: readonly Problem[], pointer: string): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const problem of problems) {
    const isHere = problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`)
    if (!isHere) continue
    const name = problem.pointer.slice(pointer.length + 1).replaceAll('/', '.')
    const key = name === 'action' ? '' : name
    found.set(key, [...(found.get(key) ?? []), problem.code])
  }
  return found
}

/** Faults for literal values that the action would reject. */
const unfit = (step: Step, locationId: string): Fault[] => {
  if (step.type !== 'action') return []
  return (action(step.action)?.input ?? []).flatMap((field): Fault[] => {
    const source = Object.hasOwn(step.input, field.key) ? step.input[field.key] : undefined
    if (!source || !('value' in source) || field.fill) return []
    const checked = checkInput({ fields: [field], input: { [field.key]: source.value }, context: { locationId } })
    if (checked.ok) return []
    return [
      { name: `input.${field.key}`, code: 'unfit', detail: checked.faults.map(({ detail }) => detail).join(', ') },
    ]
  })
}

/** Triggers to choose from, grouped by system and resource. */
const triggerOptions = (): (Option & { group: string })[] =>
  triggers
    .filter(({ isPlanned }) => !isPlanned)
    .map(({ id, label, system, resource }) => ({
      value: id,
      label,
      group: system === 'rankr' ? `Rankr · ${nameOf(resource)}` : nameOf(resource),
    }))
    .sort(
      (a, b) =>
        Number(b.group.startsWith('Rankr')) - Number(a.group.startsWith('Rankr')) || a.group.localeCompare(b.group),
    )

/** The settings of a trigger: literal values, with choices that depend on each other. */
const settingViews = (entry: Trigger | undefined, at: string, around: Filtered): Promise<ValueView[]> => {
  const fields = (entry?.settings ?? []).filter(({ type }) => type !== 'hidden')
  const beside = writtenIn(fields, around.sent, (key) => `${at}.${key}`)
  return Promise.all(
    fields.map((slot) =>
      viewValue({ slot, name: `${at}.${slot.key}`, field: slot.key, beside, isFixed: true }, around),
    ),
  )
}

/** See `createEditorPanel`. */
export type EditorPanel = ReturnType<typeof createEditorPanel>

/** Renders the panel and provides the choices in it. */
export const createEditorPanel = (deps: EditorPanelDeps) => {
  const { workflowService, installations, log } = deps
  const examples = createExamples(deps)
  const { callableIn, handedOver } = createCalls(deps)

  const liveIn =
    (locationId: string, entryId: string) =>
    async (field: string, values: Record<string, unknown>): Promise<Option[] | undefined> => {
      try {
        return (await deps.choices({ locationId, entryId, field, values })).options
      } catch (err) {
        log.warn({ err, locationId, entryId }, 'a list to choose from could not be read')
        return undefined
      }
    }

  type Standing = {
    shown: Shown
    handed: Record<string, unknown>
    sent: Sent
    faults: readonly Fault[]
    example: Example
    entryId: string
    stepId: string | undefined
    started: readonly Trigger[]
  }

  const around = (
    { shown, handed, sent, faults, example, entryId, stepId, started }: Standing,
    problems: Map<string, string[]>,
  ): Filtered => {
    const { locationId } = shown.caller
    const { known, groups } = examples.valuesAt({ workflow: shown.workflow, example, stepId, handed })
    const live = liveIn(locationId, entryId)
    return {
      sent,
      faults,
      problems,
      known,
      nameOf: namesIn(groups),
      live,
      triggers: started,
      liveFilter: (id, field) => liveIn(locationId, id)(field, {}),
    }
  }

  const showStep = async (shown: Shown, { step, pointer }: PlacedStep): Promise<Drawn> => {
    const { caller, workflow, entered } = shown
    const { locationId } = caller
    const entry = step.type === 'action' ? action(step.action) : undefined
    const [example, installation, callable, handed, found] = await Promise.all([
      examples.eventOf(locationId, { id: workflow.id, triggers: workflow.draft.triggers }),
      installationOf(caller, installations),
      step.type === 'call' ? callableIn(locationId, workflow.id) : [],
      handedOver(locationId, workflow),
      shown.problems(),
    ])
    const problems = byName(found, pointer)
    const written = entered?.sent ?? writeStep(step, entry)
    const called = callable.find(({ value }) => value === textAt(written, 'workflow'))
    const sent = { ...written, ...emptyPairs(written, 'given', called?.wants ?? []) }
    const faults = [...(entered?.faults ?? []), ...unfit(step, locationId)]
    const awaited = step.type === 'delay' ? trigger(textAt(sent, 'event.trigger')) : undefined
    const started = awaited ? [awaited] : workflow.draft.triggers.flatMap(({ trigger: id }) => trigger(id) ?? [])
    const seen = examples.ofAwaited(example, step)
    const standing = { shown, handed, sent, faults, example: seen, entryId: entry?.id ?? '', stepId: step.id, started }
    return {
      view: 'editor/panel/step',
      data: {
        step: {
          id: step.id,
          type: step.type,
          title: step.title,
          label: entry?.label ?? '',
          description: entry?.description ?? '',
          risk: entry?.risk,
          missing: wordsFor(entry?.scope ?? [], installation.scopes),
        },
        body: await viewStep(step, entry, around(standing, problems)),
        typedTitle: textAt(sent, 'own.title'),
        typedId: textAt(sent, 'own.id'),
        faultOf: (name: string) => faultAt({ faults }, name),
        problems: (problems.get('') ?? []).filter((code) => code !== 'scope_missing'),
        triggers: step.type === 'delay' ? triggerOptions() : [],
        callable,
      },
    }
  }

  const showStart = async (shown: Shown): Promise<Drawn> => {
    const { caller, workflow, entered } = shown
    const { triggers: starts } = workflow.draft
    const [example, installation, found] = await Promise.all([
      examples.eventOf(caller.locationId, { id: workflow.id, triggers: starts }),
      installationOf(caller, installations),
      shown.problems(),
    ])
    const sent = entered?.sent ?? writeStart(starts, trigger)
    const faults = entered?.faults ?? []
    const rows = rowsAt(sent, 'triggers').filter((row) => textAt(sent, `${row}.trigger`) !== '')
    const views = rows.map(async (row, at) => {
      const id = textAt(sent, `${row}.trigger`)
      const entry = trigger(id)
      const standing = {
        shown,
        handed: {},
        sent,
        faults,
        example,
        entryId: id,
        stepId: undefined,
        started: entry ? [entry] : [],
      }
      const problems = byName(found, `/triggers/${at}`)
      const inForm = new Map([...problems].map(([name, codes]) => [`${row}.${name}`, codes]))
      const here = around(standing, inForm)
      return {
        name: row,
        trigger: id,
        label: entry?.label ?? id,
        description: entry?.description ?? '',
        missing: wordsFor(entry?.scope ?? [], installation.scopes),
        problems: (problems.get('trigger') ?? []).filter((code) => code !== 'scope_missing'),
        settings: await settingViews(entry, `${row}.settings`, here),
        filter: await viewCondition(`${row}.filter`, here),
        isFirst: at === 0,
        isLast: at === rows.length - 1,
      }
    })
    return {
      view: 'editor/panel/start',
      data: {
        starts: await Promise.all(views),
        triggers: triggerOptions().filter(({ value }) => !rows.some((row) => textAt(sent, `${row}.trigger`) === value)),
        faultOf: (name: string) => faultAt({ faults }, name),
        problems: found.filter(({ pointer }) => pointer === '/triggers').map(({ code }) => code),
      },
    }
  }

  /** The steps that can be added, filtered by the search text. */
  const choose = async (caller: Session, search: string): Promise<StepChoices> => {
    const [all, installation] = await Promise.all([
      workflowService.list(caller.locationId),
      installationOf(caller, installations),
    ])
    const recent = [...new Set(all.flatMap(({ draft }) => actionIdsOf(draft)))].slice(0, MOST_RECENT)
    return stepChoices({ actions, granted: installation.scopes, recent, search })
  }

  const drawn = async (shown: Shown): Promise<Drawn> => {
    const { caller, workflow, selection } = shown
    if (selection.kind === 'start') return showStart(shown)
    if (selection.kind === 'pick') {
      return { view: 'editor/panel/pick', data: { at: selection.at, search: '', choices: await choose(caller, '') } }
    }
    const placed =
      selection.kind === 'step' ? stepsIn(workflow.draft.steps).find(({ step }) => step.id === selection.id) : undefined
    return placed ? showStep(shown, placed) : { view: 'editor/panel/none', data: {} }
  }

  return {
    /** The panel's view (a path below `views/`) and its data. Each view has one `<h2 id="step-panel-title">`. */
    async show(shown: Shown): Promise<Drawn> {
      const { view, data } = await drawn(shown)
      const { caller, workflow, selection } = shown
      const base = `/settings/workflows/${workflow.id}/edit`
      return {
        view,
        data: { ...screenData(caller), base, selected: selectedText(selection), ...data },
      }
    },

    choose,

    handedOver,

    examples,
  }
}
