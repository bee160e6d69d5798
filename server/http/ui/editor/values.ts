// The values that can be chosen at a step: a tree of names and samples, from the data a run would have there. Pure.

import type { Action, Trigger } from '../../../catalog/schema.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { Knowledge } from '../../../workflows/mapping.ts'
import { stepsIn } from '../../../workflows/tree.ts'

/** A value that can be chosen. */
export type ValueNode = {
  path: string
  label: string
  /** Shortened; empty for a node that only contains others. */
  sample: string
  /** 0: directly below the group. */
  depth: number
  /** Occurs once per element of a list. */
  isEach: boolean
}

/**
 * Values of one source. `title`: of the step or event; undefined for groups named by their `kind`. `labels`: names of paths that
 * the example may lack.
 */
export type ValueGroup = {
  kind: keyof Knowledge
  title?: string
  nodes: ValueNode[]
  labels?: ReadonlyMap<string, string>
}

const MOST_NODES = 300
const MOST_DEEP = 6
const LONGEST_SAMPLE = 60
const PART = /^[\w-]+$/

const ABBREVIATION = /\b(http|id|sku|sms|url|utm)(s?)\b/gi

/** A readable name of a key: `lineItems` or `line_items` becomes `Line items`, `image_url` becomes `Image URL`. */
export const nameOf = (key: string): string => {
  const words = key
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase()
    // The CRM's own term, which users of another brand do not know.
    .replace(/^location (?=ids?$)/, 'account ')
    .replaceAll(ABBREVIATION, (_all, letters: string, plural: string) => letters.toUpperCase() + plural)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A value as readable text: lists with commas, objects as JSON. */
export const sampleText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  const text = Array.isArray(value)
    ? value.map((one) => (typeof one === 'object' ? '{…}' : String(one))).join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
  return text.length > LONGEST_SAMPLE ? `${text.slice(0, LONGEST_SAMPLE - 1)}…` : text
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** `labels`: names by path, where one is known. */
const nodesOf = (
  value: unknown,
  { path, labels }: { path: string; labels: ReadonlyMap<string, string> },
): ValueNode[] => {
  const nodes: ValueNode[] = []
  const walk = (group: Record<string, unknown>, at: string, depth: number, isEach: boolean): void => {
    for (const [key, inner] of Object.entries(group)) {
      if (!PART.test(key) || nodes.length >= MOST_NODES) continue
      const here = `${at}.${key}`
      const element = Array.isArray(inner) ? inner[0] : inner
      const sample = isGroup(inner) ? '' : sampleText(inner)
      nodes.push({ path: here, label: labels.get(here) ?? nameOf(key), sample, depth, isEach })
      if (isGroup(element) && depth < MOST_DEEP) walk(element, here, depth + 1, isEach || Array.isArray(inner))
    }
  }
  if (isGroup(value)) walk(value, path, 0, false)
  else if (value !== undefined)
    nodes.push({ path, label: nameOf(path.split('.').at(-1)!), sample: sampleText(value), depth: 0, isEach: false })
  return nodes
}

const none = new Map<string, string>()

/** The CRM calls an account `location`. In other systems' data a location is a place and keeps its name. */
const labelsOfOutput = (path: string, action: Action | undefined): ReadonlyMap<string, string> =>
  action?.system === 'crm' ? new Map([[`${path}.location`, 'Account']]) : none

type Names = {
  document: Pick<WorkflowDocument, 'steps'>
  /** The trigger of the example event. */
  trigger: Trigger | undefined
  action(id: string): Action | undefined
}

/** The groups in display order with their nodes, parents before their children. */
export const valuesIn = (known: Knowledge, { document, trigger, action }: Names): ValueGroup[] => {
  const filters = new Map(trigger?.filters.map(({ path, label }) => [`trigger.${path}`, label]))
  const single = (kind: 'item' | 'loop' | 'options' | 'account' | 'input'): ValueGroup => ({
    kind,
    nodes: nodesOf(known[kind], { path: kind, labels: none }),
  })
  const steps = new Map(stepsIn(document.steps).map(({ step }) => [step.id, step]))
  const stepGroup = (id: string, output: unknown): ValueGroup => {
    const step = steps.get(id)
    const entry = step?.type === 'action' ? action(step.action) : undefined
    const path = `steps.${id}`
    const labels = labelsOfOutput(path, entry)
    return {
      kind: 'steps',
      title: step?.title ?? entry?.label ?? id,
      nodes: nodesOf(output, { path, labels }),
      labels,
    }
  }
  const groups: ValueGroup[] = [
    single('item'),
    {
      kind: 'trigger',
      ...(trigger ? { title: trigger.label } : {}),
      nodes: nodesOf(known.trigger, { path: 'trigger', labels: filters }),
    },
    ...Object.entries(known.steps)
      .reverse()
      .map(([id, output]) => stepGroup(id, output)),
    single('input'),
    single('options'),
    single('account'),
    single('loop'),
  ]
  return groups.filter(({ nodes }) => nodes.length > 0)
}

/** Returns a look-up of display names, e.g. `Customer created › E-mail`, also for paths missing in the example; undefined when it is not a path. */
export const namesIn = (groups: readonly ValueGroup[]): ((path: string) => string | undefined) => {
  const known = new Map(
    groups.flatMap(({ title, nodes }) =>
      nodes.map(({ path, label }) => [path, title === undefined ? label : `${title} › ${label}`] as const),
    ),
  )
  return (path) => {
    if (path === '' || known.has(path)) return known.get(path)
    const [root = '', id] = path.split('.')
    const parts = path.split('.').slice(root === 'steps' ? 2 : 1)
    const group = groups.find(
      ({ kind, nodes }) => kind === root && (root !== 'steps' || nodes[0]?.path.split('.')[1] === id),
    )
    const last = parts.at(-1)
    const name = last && (group?.labels?.get(path) ?? nameOf(last))
    return [group?.title ?? nameOf((root === 'steps' && id) || root), ...(name ? [name] : [])].join(' › ')
  }
}
