// The fields a relay route can filter on or pass on, taken from the catalog examples of its event types. Pure.

import { trigger } from '../../catalog/index.ts'
import type { RelayRoute } from '../../store/relay-routes.ts'
import { type Condition, condition } from '../../workflows/document.ts'
import { readSources } from '../../workflows/mapping.ts'
import { nameOf, valuesIn } from './editor/values.ts'

export type RouteField = {
  /** Below the event: `data.address.city`. */
  path: string
  /** From the outside in: `Address`, `City`. The envelope that all events of Rankr share is left out. */
  labels: string[]
  /** Shortened; empty for what only holds others. */
  sample: string
  /** It holds others, or is a list: it can be passed on whole, but not compared. */
  isGroup: boolean
}

const ROOT = 'trigger.'
const ENVELOPE = 'data'
/** The CRM's own words for its events, which its people do not know under another brand. */
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
    // What comes once for each element goes with its list.
    if (isEach || own === ENVELOPE || (entry.system === 'crm' && CRM_WORDS.has(own))) return []
    return [{ path: own, labels: own.startsWith(`${ENVELOPE}.`) ? around.slice(1) : [...around], sample, isGroup }]
  })
}

/** What events of these kinds (ids of catalog triggers) have, each path once, as the first of them calls it. */
export const fieldsOf = (types: readonly string[]): RouteField[] => {
  const fields = new Map<string, RouteField>()
  for (const field of types.flatMap(fieldsOfKind)) if (!fields.has(field.path)) fields.set(field.path, field)
  return [...fields.values()]
}

/** For a path that no example has, too. */
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

/** What both sides are told about a route beside its kinds of events: which of them pass, and what of each. */
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
