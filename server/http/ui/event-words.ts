// Describes an event to people: what happened, to which record.

import { triggersForEvent } from '../../catalog/index.ts'
import type { ActivityEntry } from './deps.ts'

/** Events between our own parts, which cannot be triggers. */
const INTERNAL: Record<string, string> = { 'run.continued': 'A workflow goes on' }

/** The catalog's label of an event type, or the type itself. */
export const eventLabel = (source: 'rankr' | 'crm' | 'app', type: string): string =>
  triggersForEvent(source, type)[0]?.label ?? (source === 'app' ? INTERNAL[type] : undefined) ?? type

/** `customer:cus_1001` → `cus_1001`, for where the kind is shown already. */
export const recordOf = (recordKey: string): string => recordKey.slice(recordKey.indexOf(':') + 1)

/** Adds `label` ('Customer created') and `record` ('cus_1001'). */
export const inWords = <Entry extends Pick<ActivityEntry, 'source' | 'type' | 'recordKey'>>(entry: Entry) => ({
  ...entry,
  label: eventLabel(entry.source === 'crm' || entry.source === 'app' ? entry.source : 'rankr', entry.type),
  record: recordOf(entry.recordKey),
})

/** The same for an unknown source: the first one with such an event. */
export const labelOfType = (type: string): string =>
  (['rankr', 'crm', 'app'] as const).map((source) => eventLabel(source, type)).find((label) => label !== type) ?? type
