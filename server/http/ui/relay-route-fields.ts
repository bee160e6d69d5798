// The fields a relay route can filter on or pass on, taken from the catalog examples of its event types. Pure.

import { trigger } from '../../catalog/index.ts'
import type { RelayRoute } from '../../store/relay-routes.ts'
import { type Condition, condition } from '../../workflows/document.ts'
import { readSources } from '../../workflows/mapping.ts'
import { nameOf, valuesIn } from './editor/values.ts'

export type RouteField = {
  /** Below the event: `data.address.city`. */
  path: string
  /** From the outside in: `Address`, `City`. Leaves out Rankr's event envelope. */
  labels: string[]
  /** Shortened; empty for a container. */
  sample: string
  /** A container or list: can be passed on whole, but not compared. */
  isGroup: boolean
}

const ROOT = 'trigger.'
const ENVELOPE = 'data'
/** The CRM's own event names, unknown to people who use it under another brand. */
const CRM_WORDS = new Set(['type', 'altType'])

const withoutRoot = (path: string): string => (path.startsWith(ROOT) ? path.slice(ROOT.length) : path)

const fieldsOfKind = (id: string): RouteField[] => {
  const entry = trigger(id)
  if (!entry) return []
  const known = { trigger: entry.sample, steps: {}, options: {}, account: {} }
  const groups = valuesIn(known, { document: { steps: [] }, trigger: entry, action: () => undefined })
  const nodes = groups.find(({ kind }) => kind === 'trigger')?.nodes ?? []
  const around: string[] = []
  return nodes.flatMap(({ path, label, sample, depth, isEach }, place) => {
    around.length = depth
    around.push(label)
    const isGroup = (nodes[place + 1]?.depth ?? 0) > depth
    const own = withoutRoot(path)
    // List elements are covered by their list.
    if (isEach || own === ENVELOPE || (entry.system === 'crm' && CRM_WORDS.has(own))) return []
    return [{ path: own, labels: own.startsWith(`${ENVELOPE}.`) ? around.slice(1) : [...around], sample, isGroup }]
  })
}

/** The fields of these event types (ids of catalog triggers), each path once, with its first label. */
export const fieldsOf = (types: readonly string[]): RouteField[] => {
  const fields = new Map<string, RouteField>()
  for (const field of types.flatMap(fieldsOfKind)) if (!fields.has(field.path)) fields.set(field.path, field)
  return [...fields.values()]
}

/** Also for a path that no example has. */
export const labelsOfPath = (path: string, fields: readonly RouteField[]): string[] => {
  const found = fields.find((field) => field.path === path)?.labels
  if (found) return found
  const parts = path.split('.')
  return (parts[0] === ENVELOPE && parts.length > 1 ? parts.slice(1) : parts).map(nameOf)
}

type Only = { labels: string[]; operator: string; value: string }

const onlyOf = (filter: Condition, fields: readonly RouteField[]): Only | undefined =>
  'path' in filter
    ? {
        labels: labelsOfPath(withoutRoot(filter.path), fields),
        operator: filter.operator,
        value: String(filter.value ?? ''),
      }
    : undefined

/** What both sides are told about a relay route besides its event types: its condition and the fields passed on. */
export const termsOf = ({ eventTypes, filter, mapping }: Pick<RelayRoute, 'eventTypes' | 'filter' | 'mapping'>) => {
  const fields = fieldsOf(eventTypes)
  const read = condition.safeParse(filter).data
  return {
    only: read && onlyOf(read, fields),
    fields: Object.entries(readSources(mapping)).flatMap(([name, source]) =>
      'path' in source ? [{ name, labels: labelsOfPath(withoutRoot(String(source.path)), fields) }] : [],
    ),
  }
}
