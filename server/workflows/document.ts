// A workflow as it is kept: what starts it, then a tree of steps. A document is data; what may be wrong with it beyond
// its shape (unknown actions, missing values) is found by check.ts against the catalog.

import { z } from 'zod'

export const WORKFLOW_SCHEMA = 'rankr-connect/workflow@1'

const id = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be lower case letters, digits and hyphens')

/** Dot path into what a run knows: `trigger.data.email`, `steps.contact.contactId`, `options.tags`, `account.timeZone`. */
const path = z
  .string()
  .max(200)
  .regex(/^(trigger|steps|options|account)(\.[\w-]+)+$/, 'must start with trigger, steps, options or account')

/** Where a value comes from: written down, taken from the run, several lists joined, or text with `{{path}}` in it. */
export const valueSource = z.union([
  z.strictObject({ value: z.json() }),
  z.strictObject({ path, fallback: z.json().optional() }),
  z.strictObject({ paths: z.array(path).min(1).max(20) }),
  z.strictObject({ template: z.string().max(5000) }),
])

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

/** A test, or several joined by all, any or not. */
export type Condition = z.infer<typeof test> | { all: Condition[] } | { any: Condition[] } | { not: Condition }

export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    test,
    z.strictObject({ all: z.array(condition).max(20) }),
    z.strictObject({ any: z.array(condition).max(20) }),
    z.strictObject({ not: condition }),
  ]),
)

export type ValueSource = z.infer<typeof valueSource>

export type ActionStep = {
  id: string
  type: 'action'
  /** Id of a catalog action. */
  action: string
  title?: string | undefined
  /** By key of the action's fields. What comes out as nothing is left out of the call. */
  input: Record<string, ValueSource>
}

export type ConditionStep = {
  id: string
  type: 'condition'
  title?: string | undefined
  /** The first branch whose condition holds is taken. */
  branches: { id: string; label: string; when: Condition; steps: Step[] }[]
  otherwise: Step[]
}

export type StopStep = { id: string; type: 'stop'; title?: string | undefined }

export type Step = ActionStep | ConditionStep | StopStep

const title = z.string().min(1).max(120).optional()

const step: z.ZodType<Step> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({
      id,
      type: z.literal('action'),
      action: z.string().min(3).max(120),
      title,
      input: z.record(z.string().max(120), valueSource),
    }),
    z.strictObject({
      id,
      type: z.literal('condition'),
      title,
      branches: z
        .array(
          z.strictObject({ id, label: z.string().min(1).max(120), when: condition, steps: z.array(step).max(200) }),
        )
        .min(1)
        .max(20),
      otherwise: z.array(step).max(200).default([]),
    }),
    z.strictObject({ id, type: z.literal('stop'), title }),
  ]),
)

/** The published shape of a workflow; `z.toJSONSchema(workflowDocument)` gives its JSON schema. */
export const workflowDocument = z.strictObject({
  schema: z.literal(WORKFLOW_SCHEMA),
  name: z.string().min(1).max(120),
  description: z.string().max(500).optional(),
  /** Any of these starts it; a filter is a condition on the event. */
  triggers: z
    .array(z.strictObject({ trigger: z.string().min(3).max(120), filter: condition.optional() }))
    .min(1)
    .max(20),
  steps: z.array(step).max(200),
})

export type WorkflowDocument = z.infer<typeof workflowDocument>

/** Every step of the tree with the JSON pointer of its place, parents first. */
export const stepsOf = (document: Pick<WorkflowDocument, 'steps'>): { step: Step; pointer: string }[] => {
  const walk = (steps: Step[], pointer: string): { step: Step; pointer: string }[] =>
    steps.flatMap((step, index) => {
      const here = `${pointer}/${index}`
      const below =
        step.type === 'condition'
          ? [
              ...step.branches.flatMap((branch, at) => walk(branch.steps, `${here}/branches/${at}/steps`)),
              ...walk(step.otherwise, `${here}/otherwise`),
            ]
          : []
      return [{ step, pointer: here }, ...below]
    })
  return walk(document.steps, '/steps')
}

/** Ids of the catalog actions that a document uses. */
export const actionIdsOf = (document: Pick<WorkflowDocument, 'steps'>): string[] => [
  ...new Set(stepsOf(document).flatMap(({ step }) => (step.type === 'action' ? [step.action] : []))),
]
