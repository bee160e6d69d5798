// Walks a document's steps in order. Completed steps are not repeated and decisions are kept, so that a resumed run
// takes the same path. Results are stored by key: the step's id, prefixed with the loop's round (`each[3]/tag`) and the
// called workflow (`call/tag`).

import { AppError, asAppError } from '../errors.ts'
import type { StepResults } from '../store/runs.ts'
import { holds, same } from './conditions.ts'
import {
  type ActionStep,
  type CallStep,
  type ConditionStep,
  type DelayStep,
  type ForEachStep,
  MOST_ITEMS,
  type Step,
  type SwitchStep,
} from './document.ts'
import { type Knowledge, resolveInput, resolveValue, valueAt } from './mapping.ts'
import { stepNameOf } from './step-name.ts'

/** A workflow that is called by another one. */
export type Called = { id: string; version: number; steps: Step[]; options: Record<string, unknown> }

type At<S extends Step> = { step: S; key: string; known: Knowledge }
/** `workflowId`: whose step it is, the workflow that is walked or one that it calls. */
type AtAction = At<ActionStep> & { workflowId: string }

type Walk = {
  /** Filled in as steps finish. */
  results: StepResults
  /** All but `steps`, which the walk adds. */
  knowledge: () => Promise<Omit<Knowledge, 'steps'>>
  /** Runs a step; a rejection ends the walk. */
  act: (at: AtAction) => Promise<{ output: unknown; hasFailed?: true }>
  /** Called for a delay that has not ended: answers its output, or ends the walk by throwing. */
  wait: (at: At<DelayStep>) => unknown
  /** `version`: the one that the run began with, if it has begun. Undefined when it is not there or switched off. */
  called: (step: CallStep, version: number | undefined) => Promise<Called | undefined>
  /** Called with the key of the step whose failure is about to end the walk. */
  onFault: (key: string) => void
  /** The workflow that is walked. */
  workflowId: string
}

const MOST_CALLS_DEEP = 5

/** Where the walk is: in which rounds and calls, the outermost first, and what is known there only. */
type Scope = {
  prefixes: readonly string[]
  extra: Partial<Knowledge>
  /** Workflows that are being walked. */
  calls: readonly string[]
}

/**
 * Outputs of finished steps as a document reads them at a place: of its own round, and of what lies around it. A loop
 * offers `count` and, of each round, the outputs at `results`.
 */
export const outputsOf = (results: StepResults, prefixes: readonly string[] = ['']): Record<string, unknown> => {
  const outputs: Record<string, unknown> = {}
  const rounds: Record<string, Record<string, unknown>[]> = {}
  for (const [key, { output }] of Object.entries(results)) {
    for (const prefix of prefixes) {
      if (!key.startsWith(prefix) || output === undefined) continue
      const rest = key.slice(prefix.length)
      if (!rest.includes('/')) outputs[rest] = output
      const [, loop, index, id] = /^([\w-]+)\[(\d+)\]\/([\w-]+)$/.exec(rest) ?? []
      if (!loop || !index || !id) continue
      rounds[loop] ??= []
      rounds[loop][Number(index)] = { ...rounds[loop][Number(index)], [id]: output }
    }
  }
  for (const [loop, list] of Object.entries(rounds)) {
    if (outputs[loop]) outputs[loop] = { ...(outputs[loop] as object), results: Array.from(list, (one) => one ?? {}) }
  }
  return outputs
}

const branchOf = ({ branches }: ConditionStep, known: Knowledge): string | null =>
  branches.find(({ when }) => holds(when, known))?.id ?? null

const caseOf = ({ on, cases }: SwitchStep, known: Knowledge): string | null => {
  const value = resolveValue(on, known)
  if (value === undefined || value === null) return null
  return cases.find(({ values }) => values.some((one) => same(value, one)))?.id ?? null
}

const itemsOf = ({ items }: ForEachStep, known: Knowledge): unknown[] => {
  const found = valueAt(known, items)
  return found === undefined || found === null ? [] : Array.isArray(found) ? found : [found]
}

/** Returns `stopped` after a stop step; rejects with the error that ended the walk early. */
export const walk = async (steps: Step[], way: Walk): Promise<'stopped' | 'ended'> => {
  const { results } = way

  const knowledgeAt = async ({ prefixes, extra }: Scope): Promise<Knowledge> => ({
    ...(await way.knowledge()),
    ...extra,
    steps: outputsOf(results, prefixes),
  })

  const loop = async ({ step, key, known }: At<ForEachStep>, scope: Scope): Promise<'stopped' | 'ended'> => {
    const items = results[key]?.items ?? itemsOf(step, known)
    const most = step.most ?? MOST_ITEMS
    if (items.length > most) {
      throw new AppError('value_invalid', {
        detail: `${stepNameOf(step)}: The list has ${items.length} elements, more than ${most}.`,
      })
    }
    // Another list after a delay would be other rounds; all else that is read stays as the run found it.
    if (/^(options|account)\b/.test(step.items)) results[key] = { items }
    for (const [index, item] of items.entries()) {
      const inside: Scope = {
        ...scope,
        prefixes: [...scope.prefixes, `${key}[${index}]/`],
        extra: { ...scope.extra, item, loop: { index, count: items.length } },
      }
      if ((await through(step.steps, inside)) === 'stopped') return 'stopped'
    }
    results[key] = { output: { count: items.length } }
    return 'ended'
  }

  const call = async ({ step, key, known }: At<CallStep>, scope: Scope): Promise<void> => {
    const refuse = (why: string) => new AppError('workflow_uncallable', { detail: `${stepNameOf(step)}: ${why}` })
    if (scope.calls.includes(step.workflow)) throw refuse('The workflows call each other in a circle.')
    if (scope.calls.length > MOST_CALLS_DEEP) throw refuse(`Calls are more than ${MOST_CALLS_DEEP} deep.`)
    const begun = results[key]
    const called = await way.called(step, begun?.version)
    if (!called) throw refuse('The called workflow is not there, or is switched off.')
    // What was handed over stays what it was, and so does the version.
    const input = (begun?.input as Record<string, unknown>) ?? resolveInput(step.input, known)
    results[key] = { version: called.version, input }
    // A stop step ends only the called workflow.
    const inside: Scope = {
      prefixes: [`${key}/`],
      extra: { input, options: called.options },
      calls: [...scope.calls, step.workflow],
    }
    const outcome = await through(called.steps, inside)
    results[key] = { ...results[key], output: { outcome, steps: outputsOf(results, [`${key}/`]) } }
  }

  const choose = ({ step, key, known }: At<ConditionStep | SwitchStep>): Step[] => {
    let chosen = results[key]?.branch
    if (chosen === undefined) {
      chosen = step.type === 'condition' ? branchOf(step, known) : caseOf(step, known)
      results[key] = { branch: chosen }
    }
    const ways = step.type === 'condition' ? step.branches : step.cases
    return chosen === null ? step.otherwise : (ways.find(({ id }) => id === chosen)?.steps ?? [])
  }

  const pass = async (step: Step, key: string, scope: Scope): Promise<'stopped' | 'ended'> => {
    const hasEnded = results[key]?.output !== undefined
    switch (step.type) {
      case 'stop':
        return 'stopped'
      case 'action': {
        if (!hasEnded)
          results[key] = await way.act({ step, key, known: await knowledgeAt(scope), workflowId: scope.calls.at(-1)! })
        const hasFailed = results[key]?.hasFailed === true
        return hasFailed && step.onError && 'steps' in step.onError ? through(step.onError.steps, scope) : 'ended'
      }
      case 'delay':
        if (!hasEnded) results[key] = { output: way.wait({ step, key, known: await knowledgeAt(scope) }) }
        return 'ended'
      case 'condition':
      case 'switch':
        return through(choose({ step, key, known: await knowledgeAt(scope) }), scope)
      case 'for-each':
        return hasEnded ? 'ended' : loop({ step, key, known: await knowledgeAt(scope) }, scope)
      case 'call':
        if (!hasEnded) await call({ step, key, known: await knowledgeAt(scope) }, scope)
        return 'ended'
    }
  }

  const through = async (list: Step[], scope: Scope): Promise<'stopped' | 'ended'> => {
    for (const step of list) {
      const key = `${scope.prefixes.at(-1)}${step.id}`
      try {
        if ((await pass(step, key, scope)) === 'stopped') return 'stopped'
      } catch (error) {
        way.onFault(key)
        throw error
      }
    }
    return 'ended'
  }

  return through(steps, { prefixes: [''], extra: {}, calls: [way.workflowId] })
}

/** The output of a failed action whose workflow continues. */
export const failureOutput = (error: unknown): { error: { code: string; detail: string } } => {
  const { code, detail } = asAppError(error)
  return { error: { code, detail } }
}
