// Reads a step from the form that step-form.ts writes. Input that cannot be saved leaves its value unchanged and is reported
// as a fault, so the rest of the input is not lost. Pure.

import type { Action } from '../../../catalog/schema.ts'
import type {
  ActionStep,
  CallStep,
  ConditionStep,
  DelayStep,
  ForEachStep,
  Span,
  Step,
  StopStep,
  SwitchStep,
  ValueSource,
} from '../../../workflows/document.ts'
import { path as pathSchema } from '../../../workflows/paths.ts'
import { DELAY_UNITS } from '../../../workflows/transforms.ts'
import { readCondition } from './condition-form.ts'
import { ANYTHING, readAny } from './literal-form.ts'
import { type Fault, linesOf, rowsAt, type Sent, textAt } from './sent.ts'
import { slotsOf } from './step-form.ts'
import { readPairs, readValue } from './value-form.ts'

type Read<S extends Step> = { step: S; faults: Fault[] }

const MOST_LETTERS = 120
const MOST_MINUTES = 366 * 1440
const MINUTES = { minutes: 1, hours: 60, days: 1440 }

/** Derives an id from a name: `Paid already` becomes `paid-already`, or `paid-already-2` if that is taken. */
export const idFrom = (text: string, taken: ReadonlySet<string>, otherwise: string): string => {
  const plain = text
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  const base = plain === '' || plain === 'otherwise' ? otherwise : plain
  let id = base
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`
  return id
}

const readSpan = (sent: Sent, at: string, before: Span, faults: Fault[]): Span => {
  const amount = Number(textAt(sent, `${at}.amount`))
  const unit = DELAY_UNITS.find((one) => one === textAt(sent, `${at}.unit`)) ?? before.unit
  if (Number.isInteger(amount) && amount >= 1 && amount * MINUTES[unit] <= MOST_MINUTES) return { amount, unit }
  faults.push({ name: `${at}.amount`, code: 'span' })
  return before
}

const readAction = (step: ActionStep, sent: Sent, action: Action | undefined): Read<ActionStep> => {
  const faults: Fault[] = []
  const input: [string, ValueSource][] = []
  for (const [key, slot] of slotsOf(step, action)) {
    const read = readValue(slot, sent, `input.${key}`)
    faults.push(...read.faults)
    const source = read.faults.length > 0 ? step.input[key] : read.source
    if (source) input.push([key, source])
  }
  const { onError: before, ...rest } = step
  const wanted = textAt(sent, 'onError')
  const held = before && 'steps' in before ? before.steps : []
  // biome-ignore lint/suspicious/noThenProperty: data that is never awaited
  const goOn = wanted === 'continue' ? { then: 'continue' as const } : undefined
  const onError = wanted === 'steps' ? { steps: held } : goOn
  return { step: { ...rest, input: Object.fromEntries(input), ...(onError ? { onError } : {}) }, faults }
}

/** Reads the rows of branches or cases with their labels and ids; new ones get an id from their label. */
const waysAt = <Way extends { id: string; label: string }>(
  sent: Sent,
  { at, before, name, faults }: { at: string; before: readonly Way[]; name: string; faults: Fault[] },
): { row: string; id: string; label: string; was: Way | undefined }[] => {
  const rows = rowsAt(sent, at).map((row) => ({ row, was: before.find(({ id }) => id === textAt(sent, `${row}.was`)) }))
  const taken = new Set(rows.flatMap(({ was }) => was?.id ?? []))
  return rows.map(({ row, was }) => {
    const typed = textAt(sent, `${row}.label`)
    const isFit = typed.trim() !== '' && typed.length <= MOST_LETTERS
    if (!isFit) faults.push({ name: `${row}.label`, code: 'label' })
    const label = isFit ? typed : (was?.label ?? name)
    const id = was?.id ?? idFrom(label, taken, name)
    taken.add(id)
    return { row, id, label, was }
  })
}

const readBranches = (step: ConditionStep, sent: Sent): Read<ConditionStep> => {
  const faults: Fault[] = []
  const ways = waysAt(sent, { at: 'branches', before: step.branches, name: 'branch', faults })
  const branches = ways.map(({ row, id, label, was }) => {
    const { condition, faults: found } = readCondition(sent, `${row}.when`)
    faults.push(...found)
    const when = found.length > 0 && was ? was.when : (condition ?? { all: [] })
    return { id, label, when, steps: was?.steps ?? [] }
  })
  return { step: branches.length > 0 ? { ...step, branches } : step, faults }
}

const readSwitch = (step: SwitchStep, sent: Sent): Read<SwitchStep> => {
  const { source, faults } = readValue(ANYTHING, sent, 'on')
  if (!source && faults.length === 0) faults.push({ name: 'on.kind', code: 'value' })
  const ways = waysAt(sent, { at: 'cases', before: step.cases, name: 'case', faults })
  const cases = ways.map(({ row, id, label, was }): SwitchStep['cases'][number] => {
    const values = linesOf(textAt(sent, `${row}.values`)).map(readAny) as SwitchStep['cases'][number]['values']
    if (values.length === 0) faults.push({ name: `${row}.values`, code: 'values' })
    return { id, label, values: values.length > 0 ? values : (was?.values ?? [label]), steps: was?.steps ?? [] }
  })
  return { step: { ...step, on: source ?? step.on, cases: cases.length > 0 ? cases : step.cases }, faults }
}

const readLoop = ({ most: before, ...step }: ForEachStep, sent: Sent): Read<ForEachStep> => {
  const faults: Fault[] = []
  const items = textAt(sent, 'items').trim()
  const isPath = pathSchema.safeParse(items).success
  if (!isPath) faults.push({ name: 'items', code: items === '' ? 'pick' : 'path' })
  const typed = textAt(sent, 'most')
  const number = Number(typed)
  const isNumber = Number.isInteger(number) && number >= 1 && number <= 1000
  if (typed !== '' && !isNumber) faults.push({ name: 'most', code: 'number' })
  const most = typed === '' ? undefined : isNumber ? number : before
  return { step: { ...step, items: isPath ? items : step.items, ...(most === undefined ? {} : { most }) }, faults }
}

const DAY: Span = { amount: 1, unit: 'days' }

const readDelay = (step: DelayStep, sent: Sent): Read<DelayStep> => {
  const faults: Fault[] = []
  const base = { id: step.id, type: step.type, ...(step.title === undefined ? {} : { title: step.title }) }
  const wait = textAt(sent, 'wait')
  if (wait === 'for') {
    return { step: { ...base, for: readSpan(sent, 'for', 'for' in step ? step.for : DAY, faults) }, faults }
  }
  if (wait === 'until') {
    const { source, faults: found } = readValue(ANYTHING, sent, 'until')
    if (source) return { step: { ...base, until: source }, faults: found }
    return { step, faults: found.length > 0 ? found : [{ name: 'until.kind', code: 'value' }] }
  }
  const trigger = textAt(sent, 'event.trigger')
  if (trigger === '') return { step, faults: [{ name: 'event.trigger', code: 'pick' }] }
  const { condition, faults: found } = readCondition(sent, 'event.filter')
  faults.push(...found)
  const before = 'event' in step ? step : undefined
  const filter = found.length > 0 ? before?.event.filter : condition
  const timeout = readSpan(sent, 'timeout', before?.timeout ?? DAY, faults)
  return { step: { ...base, event: { trigger, ...(filter ? { filter } : {}) }, timeout }, faults }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const readCall = (step: CallStep, sent: Sent): Read<CallStep> => {
  const { pairs, faults } = readPairs(sent, 'given')
  const workflow = textAt(sent, 'workflow')
  const isId = UUID.test(workflow)
  if (!isId) faults.push({ name: 'workflow', code: 'workflow' })
  const isRead = faults.every(({ name }) => name === 'workflow')
  return { step: { ...step, workflow: isId ? workflow : step.workflow, input: isRead ? pairs : step.input }, faults }
}

const readStop = ({ reason: before, ...step }: StopStep, sent: Sent): Read<StopStep> => {
  const typed = textAt(sent, 'reason')
  if (typed.length > 200) {
    return {
      step: before === undefined ? step : { ...step, reason: before },
      faults: [{ name: 'reason', code: 'tooMuch' }],
    }
  }
  return { step: typed === '' ? step : { ...step, reason: typed }, faults: [] }
}

const readOwn = (step: Step, sent: Sent, action: Action | undefined): Read<Step> => {
  switch (step.type) {
    case 'action':
      return readAction(step, sent, action)
    case 'condition':
      return readBranches(step, sent)
    case 'switch':
      return readSwitch(step, sent)
    case 'for-each':
      return readLoop(step, sent)
    case 'delay':
      return readDelay(step, sent)
    case 'call':
      return readCall(step, sent)
    case 'stop':
      return readStop(step, sent)
  }
}

const STEP_ID = /^[a-z][a-z0-9-]{0,59}$/

/**
 * Applies the form to `before`, the stored step. The returned step keeps its id; `id` is the requested one (see `renameStep`).
 * Each fault names a field whose value was left unchanged.
 */
export const readStep = (
  sent: Sent,
  { before, action }: { before: Step; action?: Action | undefined },
): { step: Step; id: string; faults: Fault[] } => {
  const typed = textAt(sent, 'own.title')
  const isFit = typed.length <= MOST_LETTERS
  const { title: old, ...rest } = before
  const title = isFit ? typed : (old ?? '')
  const { step, faults } = readOwn({ ...rest, ...(title === '' ? {} : { title }) } as Step, sent, action)
  if (!isFit) faults.push({ name: 'own.title', code: 'title' })
  const wanted = textAt(sent, 'own.id').trim() || before.id
  const isId = STEP_ID.test(wanted)
  if (!isId) faults.push({ name: 'own.id', code: 'name' })
  return { step, id: isId ? wanted : before.id, faults }
}
