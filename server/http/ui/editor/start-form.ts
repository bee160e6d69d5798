// Converts the triggers of a workflow to form fields and back: each has settings and a condition that its events must meet.
// Pure.

import type { Trigger } from '../../../catalog/schema.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import { readCondition, writeCondition } from './condition-form.ts'
import { type Fault, rowsAt, type Sent, textAt } from './sent.ts'
import { readValue, writeValue } from './value-form.ts'

type Start = WorkflowDocument['triggers'][number]
type Settings = NonNullable<Start['settings']>

/** Looks up the catalog entry of a trigger. */
type TriggerOf = (id: string) => Trigger | undefined

const MOST_TRIGGERS = 20

const fieldsOf = (entry: Trigger | undefined) => (entry?.settings ?? []).filter(({ type }) => type !== 'hidden')

const writeSettings = (settings: Settings, entry: Trigger | undefined, at: string): Sent =>
  Object.assign(
    {},
    ...fieldsOf(entry).map((field) => {
      const source = Object.hasOwn(settings, field.key) ? { value: settings[field.key]! } : undefined
      return writeValue(field, source, `${at}.${field.key}`)
    }),
  )

/** Writes the triggers as form fields below `triggers`. */
export const writeStart = (starts: readonly Start[], triggerOf: TriggerOf): Sent =>
  Object.assign(
    {},
    ...starts.flatMap(({ trigger, settings = {}, filter }, row) => [
      { [`triggers.${row}.trigger`]: trigger },
      writeSettings(settings, triggerOf(trigger), `triggers.${row}.settings`),
      writeCondition(filter, `triggers.${row}.filter`),
    ]),
  )

/** Reads settings. They are literal values, because there is no event yet to take them from. */
const readSettings = (
  sent: Sent,
  { at, entry, before }: { at: string; entry: Trigger | undefined; before: Settings },
): { settings: Settings; faults: Fault[] } => {
  const fields = fieldsOf(entry)
  const settings: Settings = Object.fromEntries(
    Object.entries(before).filter(([key]) => !fields.some((field) => field.key === key)),
  )
  const faults: Fault[] = []
  for (const field of fields) {
    const { source, faults: found } = readValue(field, sent, `${at}.${field.key}`)
    faults.push(...found)
    if (found.length > 0 && Object.hasOwn(before, field.key)) settings[field.key] = before[field.key]!
    else if (source && 'value' in source) settings[field.key] = source.value
  }
  return { settings, faults }
}

/** A new trigger with its sample settings, except those that refer to something in the account. */
const newStart = (id: string, triggerOf: TriggerOf, timeZone: string | undefined): Start => {
  const entry = triggerOf(id)
  const sample = entry?.settingsSample ?? {}
  const own = fieldsOf(entry).filter(
    ({ key, choices }) => Object.hasOwn(sample, key) && (!choices || Array.isArray(choices)),
  )
  const settings = Object.fromEntries(own.map(({ key }) => [key, sample[key]])) as Settings
  if (timeZone !== undefined && Object.hasOwn(settings, 'timeZone')) settings.timeZone = timeZone
  return Object.keys(settings).length > 0 ? { trigger: id, settings } : { trigger: id }
}

/** Reads the triggers. The field `add` adds a trigger without a filter. Input that cannot be saved leaves the stored value unchanged. */
export const readStart = (
  sent: Sent,
  { before, triggerOf, timeZone }: { before: readonly Start[]; triggerOf: TriggerOf; timeZone?: string | undefined },
): { triggers: Start[]; faults: Fault[] } => {
  const faults: Fault[] = []
  const triggers = rowsAt(sent, 'triggers').flatMap((row): Start[] => {
    const trigger = textAt(sent, `${row}.trigger`)
    if (trigger === '') return []
    const kept = before.find((one) => one.trigger === trigger)
    const { condition, faults: found } = readCondition(sent, `${row}.filter`)
    const read = readSettings(sent, { at: `${row}.settings`, entry: triggerOf(trigger), before: kept?.settings ?? {} })
    faults.push(...found, ...read.faults)
    const filter = found.length > 0 ? kept?.filter : condition
    const settings = Object.keys(read.settings).length > 0 ? { settings: read.settings } : {}
    return [{ trigger, ...settings, ...(filter ? { filter } : {}) }]
  })
  const added = textAt(sent, 'add')
  if (added !== '') triggers.push(newStart(added, triggerOf, timeZone))
  if (triggers.length > MOST_TRIGGERS) faults.push({ name: 'add', code: 'tooMuch' })
  return { triggers: triggers.slice(0, MOST_TRIGGERS), faults }
}
