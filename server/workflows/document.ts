// The workflow document: a trigger, then a tree of steps. Plain data; check.ts finds what is wrong beyond its shape
// (unknown actions, missing values).

import { z } from 'zod'
import { path } from './paths.ts'
import { DELAY_UNITS, type Transform, transform } from './transforms.ts'
import { stepsIn } from './tree.ts'

export const WORKFLOW_SCHEMA = 'rankr-connect/workflow@1'

export const MOST_STEPS = 500
export const MOST_STEPS_DEEP = 20

/** The branch that is taken when no other matches; a reserved name. */
const OTHERWISE = 'otherwise'

const id = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be lower case letters, digits and hyphens')
const branchId = id.refine((text) => text !== OTHERWISE, `cannot be "${OTHERWISE}"`)
const title = z.string().min(1).max(120).optional()
const label = z.string().min(1).max(120)

const transforms = z.array(transform).max(20).optional()

/**
 * Where a value comes from: a literal, a path into the run's data, several lists joined, a Liquid template, or parts with their own
 * sources (an object of named fields, or a list).
 */
export type ValueSource =
  | { value: z.core.util.JSONType }
  | { path: string; fallback?: z.core.util.JSONType | undefined; transforms?: Transform[] | undefined }
  | { paths: string[]; transforms?: Transform[] | undefined }
  | { template: string; transforms?: Transform[] | undefined }
  | { fields: Record<string, ValueSource> }
  | { list: ValueSource[] }

export const valueSource: z.ZodType<ValueSource> = z
  .lazy(() =>
    z.union([
      z.strictObject({ value: z.json() }),
      z.strictObject({ path, fallback: z.json().optional(), transforms }),
      z.strictObject({ paths: z.array(path).min(1).max(20), transforms }),
      z.strictObject({ template: z.string().max(5000), transforms }),
      z.strictObject({ fields: z.record(z.string().max(120), valueSource) }),
      z.strictObject({ list: z.array(valueSource).max(100) }),
    ]),
  )
  .meta({ id: 'ValueSource' })

export const OPERATORS = [
  'is',
  'is-not',
  'contains',
  'contains-not',
  'exists',
  'exists-not',
  'greater',
  'less',
  'one-of',
  'none-of',
] as const

const test = z.strictObject({ path, operator: z.enum(OPERATORS), value: z.json().optional() })

/** A comparison, or several combined by all, any or not. */
export type Condition = z.infer<typeof test> | { all: Condition[] } | { any: Condition[] } | { not: Condition }

export const condition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      test,
      z.strictObject({ all: z.array(condition).max(20) }),
      z.strictObject({ any: z.array(condition).max(20) }),
      z.strictObject({ not: condition }),
    ]),
  )
  .meta({ id: 'Condition' })

type StepBase = { id: string; title?: string | undefined }

/** What happens when an action has failed for good: the workflow continues, optionally after error steps. */
export type OnError = { then: 'continue' } | { steps: Step[] }

export type ActionStep = StepBase & {
  type: 'action'
  /** Id of a catalog action. */
  action: string
  /** Sources by field key of the action. Empty values are left out of the call. */
  input: Record<string, ValueSource>
  /** When absent, the run ends as failed. The failure is available at `steps.<id>.error.code` and `….detail`. */
  onError?: OnError | undefined
}

export type ConditionStep = StepBase & {
  type: 'condition'
  /** The first branch whose condition holds is taken. */
  branches: { id: string; label: string; when: Condition; steps: Step[] }[]
  otherwise: Step[]
}

export type SwitchStep = StepBase & {
  type: 'switch'
  on: ValueSource
  /** The first case with that value is taken; values are compared as text. */
  cases: { id: string; label: string; values: z.core.util.JSONType[]; steps: Step[] }[]
  otherwise: Step[]
}

export type ForEachStep = StepBase & {
  type: 'for-each'
  /** Path of a list. Inside the loop, `item` is the element and `loop.index` its index, from 0. */
  items: string
  /** With more elements the run fails before the first one; MOST_ITEMS when absent. */
  most?: number | undefined
  steps: Step[]
}

export type Span = { amount: number; unit: (typeof DELAY_UNITS)[number] }

/** Output: `{ outcome: 'elapsed' | 'arrived' | 'timed-out', event? }`, the event as `{ type, timestamp, data, … }`. */
export type DelayStep = StepBase & { type: 'delay' } & (
    | { for: Span }
    /** An ISO 8601 time. A time in the past does not delay the run. */
    | { until: ValueSource }
    /**
     * An event of the record that started the run or, with a filter, any event that matches it. The filter reads the event as
     * `trigger.…`; `{{…}}` in its values reads the run's data.
     */
    | { event: { trigger: string; filter?: Condition | undefined }; timeout: Span }
  )

/** Runs the steps of another workflow for the same event. The called workflow reads its input at `input.…`. */
export type CallStep = StepBase & { type: 'call'; workflow: string; input: Record<string, ValueSource> }

export type StopStep = StepBase & { type: 'stop'; reason?: string | undefined }

export type Step = ActionStep | ConditionStep | SwitchStep | ForEachStep | DelayStep | CallStep | StopStep

export const MOST_ITEMS = 100

const steps: z.ZodType<Step[]> = z.array(z.lazy(() => step)).max(MOST_STEPS)

const span = z
  .strictObject({ amount: z.number().int().min(1), unit: z.enum(DELAY_UNITS) })
  .refine(({ amount, unit }) => amount * { minutes: 1, hours: 60, days: 1440 }[unit] <= 366 * 1440, {
    message: 'must be a year at most',
  })

const trigger = z.string().min(3).max(120)
const inputs = z.record(z.string().max(120), valueSource)

/** Exactly one of `for`, `until` and `event`, the last with its `timeout`. */
const delayStep = z
  .strictObject({
    id,
    type: z.literal('delay'),
    title,
    for: span.optional(),
    until: valueSource.optional(),
    event: z.strictObject({ trigger, filter: condition.optional() }).optional(),
    timeout: span.optional(),
  })
  .refine(
    (given) =>
      [given.for, given.until, given.event].filter((one) => one !== undefined).length === 1 &&
      (given.event === undefined) === (given.timeout === undefined),
    'must have one of for, until, or event with timeout',
  )

const step = z
  .discriminatedUnion('type', [
    z.strictObject({
      id,
      type: z.literal('action'),
      action: z.string().min(3).max(120),
      title,
      input: inputs,
      // biome-ignore lint/suspicious/noThenProperty: data that is never awaited
      onError: z.union([z.strictObject({ then: z.literal('continue') }), z.strictObject({ steps })]).optional(),
    }),
    z.strictObject({
      id,
      type: z.literal('condition'),
      title,
      branches: z
        .array(z.strictObject({ id: branchId, label, when: condition, steps }))
        .min(1)
        .max(20),
      otherwise: steps.default([]),
    }),
    z.strictObject({
      id,
      type: z.literal('switch'),
      title,
      on: valueSource,
      cases: z
        .array(z.strictObject({ id: branchId, label, values: z.array(z.json()).min(1).max(50), steps }))
        .min(1)
        .max(50),
      otherwise: steps.default([]),
    }),
    z.strictObject({
      id,
      type: z.literal('for-each'),
      title,
      items: path,
      most: z.number().int().min(1).max(1000).optional(),
      steps,
    }),
    delayStep,
    z.strictObject({ id, type: z.literal('call'), title, workflow: z.uuid(), input: inputs }),
    z.strictObject({ id, type: z.literal('stop'), title, reason: z.string().min(1).max(200).optional() }),
  ])
  .meta({ id: 'Step' }) as z.ZodType<Step>

/** Limits that a tree of steps exceeds. */
export const excessOf = (steps: readonly Step[]): string[] => {
  const all = stepsIn(steps)
  return [
    ...(all.length > MOST_STEPS ? [`must have at most ${MOST_STEPS} steps in all`] : []),
    ...(all.some(({ depth }) => depth > MOST_STEPS_DEEP) ? [`must have at most ${MOST_STEPS_DEEP} levels`] : []),
  ]
}

/** The published shape of a workflow; `z.toJSONSchema(workflowDocument, { io: 'input' })` gives its JSON schema. */
export const workflowDocument = z
  .strictObject({
    schema: z.literal(WORKFLOW_SCHEMA),
    name: z.string().min(1).max(120),
    description: z.string().max(500).optional(),
    /** Each of these can start the workflow. A filter is a condition on the event; settings are those of the trigger in the catalog. */
    triggers: z
      .array(
        z.strictObject({
          trigger,
          settings: z.record(z.string().max(60), z.json()).optional(),
          filter: condition.optional(),
        }),
      )
      .max(20),
    steps,
  })
  .superRefine(({ steps }, context) => {
    for (const message of excessOf(steps)) context.addIssue({ code: 'custom', path: ['steps'], message })
  })

export type WorkflowDocument = z.infer<typeof workflowDocument>

/** Every step of the tree with its JSON pointer, parents first. */
export const stepsOf = (document: Pick<WorkflowDocument, 'steps'>): { step: Step; pointer: string }[] =>
  stepsIn(document.steps)

/** Ids of the catalog actions that a document uses. */
export const actionIdsOf = (document: Pick<WorkflowDocument, 'steps'>): string[] => [
  ...new Set(stepsOf(document).flatMap(({ step }) => (step.type === 'action' ? [step.action] : []))),
]

/** Whether runs of any of them may wait. */
export const mayWait = (documents: readonly (Pick<WorkflowDocument, 'steps'> | undefined)[]): boolean =>
  documents.some((document) => document && stepsOf(document).some(({ step }) => step.type === 'delay'))

/** Ids of the catalog triggers that its delays wait for. */
export const awaitsOf = (document: Pick<WorkflowDocument, 'steps'>): string[] =>
  stepsOf(document).flatMap(({ step }) => (step.type === 'delay' && 'event' in step ? [step.event.trigger] : []))

/** Ids of the workflows that it calls. */
export const callsOf = (document: Pick<WorkflowDocument, 'steps'>): string[] =>
  stepsOf(document).flatMap(({ step }) => (step.type === 'call' ? [step.workflow] : []))
