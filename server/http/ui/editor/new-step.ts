// Creates new steps that are as complete as possible: required fields get values of the same name, and lists and dates are
// taken from those available. Pure.

import type { Action, Field } from '../../../catalog/schema.ts'
import type { Step, ValueSource } from '../../../workflows/document.ts'
import { idFrom } from './read-step.ts'
import { shownFields } from './step-form.ts'
import type { ValueGroup, ValueNode } from './values.ts'

/** The types of steps that are not actions. */
export const FLOW_STEPS = ['condition', 'switch', 'for-each', 'delay', 'call', 'stop'] as const
/** One of `FLOW_STEPS`. */
export type FlowStep = (typeof FLOW_STEPS)[number]

type Surroundings = {
  /** Values available at the place. */
  values: readonly ValueGroup[]
  /** Workflows that can be called. */
  callable: readonly string[]
  /** Names for parts that need one. */
  words: { yes: string; first: string }
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** `contactId` matches `….contactId` or `….contact.id`. */
const isCalled = (key: string, { path }: ValueNode): boolean => {
  const parts = path.split('.')
  return plain(key) === plain(parts.at(-1)!) || plain(key) === plain(parts.slice(-2).join(''))
}

const nodesIn = (values: readonly ValueGroup[]): ValueNode[] =>
  values.filter(({ kind }) => kind !== 'account' && kind !== 'loop').flatMap(({ nodes }) => nodes)

const valueFor = ({ key, choices }: Field, nodes: readonly ValueNode[]): ValueSource | undefined => {
  if (Array.isArray(choices)) return undefined
  const found = nodes.find((node) => node.sample !== '' && !node.isEach && isCalled(key, node))
  return found && { path: found.path }
}

const actionStep = (action: Action, { values }: Surroundings): Step => {
  const nodes = nodesIn(values)
  const filled = shownFields(action).flatMap((field): [string, ValueSource][] => {
    const source = field.required ? valueFor(field, nodes) : undefined
    return source ? [[field.key, source]] : []
  })
  return {
    id: idFrom(action.label, new Set(), 'step'),
    type: 'action',
    action: action.id,
    input: Object.fromEntries(filled),
  }
}

const flowStep = (type: FlowStep, { values, callable, words }: Surroundings): Step | undefined => {
  const nodes = nodesIn(values)
  switch (type) {
    case 'condition':
      return {
        id: 'if',
        type,
        branches: [{ id: 'yes', label: words.yes, when: { all: [] }, steps: [] }],
        otherwise: [],
      }
    case 'switch': {
      // The event's type is already determined by the trigger.
      const texts = nodes.filter(({ sample, isEach, path }) => sample !== '' && !isEach && path !== 'trigger.type')
      const on = [/status$/i, /type$/i, /^trigger\.data\./, /./].flatMap(
        (usual) => texts.find(({ path }) => usual.test(path)) ?? [],
      )[0]
      const values = [on?.sample ?? words.first]
      return {
        id: 'switch',
        type,
        on: { path: on?.path ?? 'trigger' },
        cases: [{ id: 'first', label: values[0]!.slice(0, 120) || words.first, values, steps: [] }],
        otherwise: [],
      }
    }
    case 'for-each': {
      const list = nodes.find(
        ({ path, depth, isEach }) =>
          !isEach && nodes.some((one) => one.isEach && one.depth === depth + 1 && one.path.startsWith(`${path}.`)),
      )
      return { id: 'each', type, items: list?.path ?? 'trigger.data', steps: [] }
    }
    case 'delay':
      return { id: 'wait', type, for: { amount: 1, unit: 'days' } }
    case 'call': {
      const [workflow] = callable
      return workflow === undefined ? undefined : { id: 'call', type, workflow, input: {} }
    }
    case 'stop':
      return { id: 'stop', type }
  }
}

/** Creates a step for an action or of a flow type; undefined for a call when no workflow can be called. */
export const newStep = (what: Action | FlowStep, around: Surroundings): Step | undefined =>
  typeof what === 'string' ? flowStep(what, around) : actionStep(what, around)
