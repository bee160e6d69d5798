// One catalog entry in full, as its page shows it. Pure: the view picks the texts.

import { action, trigger } from '../../catalog/index.ts'
import type { Action, Trigger } from '../../catalog/schema.ts'
import { choicesOf, type FieldLine, fieldLines, type ShownChoices, type ShownType, typeOf } from './catalog-fields.ts'
import { type CatalogRow, rowsOf } from './catalog-rows.ts'

/** Text keys below `docs.entry.limit`. */
export type Limit = {
  key: 'planned' | 'calls' | 'pages' | 'company' | 'companyEvent' | 'size' | 'video' | 'provider' | 'always'
  count?: number
}

export type FilterLine = {
  path: string
  label: string
  type: ShownType
  help: string | undefined
  choices: ShownChoices | undefined
}

export type Sample = { key: 'sampleInput' | 'sampleOutput' | 'sampleEvent'; text: string }

export type CatalogEntry = {
  row: CatalogRow
  /** A trigger's event name at its source. */
  event: string | undefined
  /** Whether an action is idempotent. */
  isIdempotent: boolean | undefined
  limits: Limit[]
  fields: FieldLine[]
  filters: FilterLine[]
  samples: Sample[]
  /** How a workflow document refers to it and reads its values. */
  usage: { text: string; path: string }
  related: CatalogRow[]
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** `crm.contacts.add-tags` → `add-tags` */
const stepIdOf = (id: string): string => id.split('.').at(-1)!

const limitsOfAction = ({ system, token, list, input, isPlanned }: Action): Limit[] => [
  ...(isPlanned ? [{ key: 'planned' } as const] : []),
  ...(system === 'crm' ? [{ key: 'calls' } as const] : []),
  ...(list && list.paging.style !== 'none' ? [{ key: 'pages', count: list.paging.maxSize } as const] : []),
  ...input.flatMap(({ file }): Limit[] => [
    ...(file ? [{ key: 'size', count: file.mostMb } as const] : []),
    ...(file?.mostVideoMb ? [{ key: 'video', count: file.mostVideoMb } as const] : []),
  ]),
  ...(token === 'company' ? [{ key: 'company' } as const] : []),
]

const limitsOfTrigger = ({ token, delivery, isPlanned }: Trigger): Limit[] => [
  ...(isPlanned ? [{ key: 'planned' } as const] : []),
  ...(token === 'company' ? [{ key: 'companyEvent' } as const] : []),
  ...(delivery === 'provider' || delivery === 'always' ? [{ key: delivery } as const] : []),
]

/** Sample values, written as a workflow reads them. */
const asSources = (input: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(input).map(([key, value]) => [key, { value }]))

type Parts = Omit<CatalogEntry, 'row' | 'related'>

const partsOfAction = (entry: Action): Parts => {
  const { id, sample, idempotent, input } = entry
  const step = { id: stepIdOf(id), type: 'action', action: id, input: asSources(sample.input) }
  return {
    event: undefined,
    isIdempotent: idempotent,
    limits: limitsOfAction(entry),
    fields: fieldLines(input),
    filters: [],
    samples: [
      { key: 'sampleInput', text: json(sample.input) },
      { key: 'sampleOutput', text: json(sample.output) },
    ],
    usage: { text: json(step), path: `steps.${stepIdOf(id)}.…` },
  }
}

const partsOfTrigger = (entry: Trigger): Parts => ({
  event: entry.event,
  isIdempotent: undefined,
  limits: limitsOfTrigger(entry),
  fields: fieldLines(entry.settings),
  filters: entry.filters.map(({ path, label, type, help, choices }) => ({
    path,
    label,
    type: typeOf({ type }),
    help,
    choices: choicesOf({ ...(choices ? { choices } : {}) }, (key) => key),
  })),
  samples: [{ key: 'sampleEvent', text: json(entry.sample) }],
  usage: {
    text: json({
      triggers: [{ trigger: entry.id, ...(entry.settingsSample ? { settings: entry.settingsSample } : {}) }],
    }),
    path: 'trigger.…',
  },
})

/** Undefined when there is no such entry. */
export const catalogEntry = (id: string): CatalogEntry | undefined => {
  const found = action(id) ?? trigger(id)
  if (!found) return undefined
  const parts = 'input' in found ? partsOfAction(found) : partsOfTrigger(found)
  const siblings = rowsOf(found.resource)
  return { ...parts, row: siblings.find((row) => row.id === id)!, related: siblings.filter((row) => row.id !== id) }
}
