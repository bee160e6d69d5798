// Which record's event a waiting run waits for. By default the record that started the run; otherwise a rule that ties
// it to the same person. Pure.

import type { Trigger } from '../catalog/schema.ts'
import type { Condition } from './document.ts'
import { valueAt } from './mapping.ts'

/** It comes once for each record. */
const IS_FIRST = /(\.created|\.signed_up|\.detected|Create)$/

/** Whether both events can be of the same record. */
const canBeOfRecord = (start: Trigger, awaited: Trigger): boolean =>
  start.system === awaited.system && start.resource === awaited.resource && !IS_FIRST.test(awaited.event)

/** Where an event names its customer or contact. */
const personIn = ({ system, resource, sample, recordKey }: Trigger): string | undefined => {
  const own = (system === 'rankr' ? 'customers' : 'contacts') === resource ? recordKey : []
  const paths = [...own, system === 'rankr' ? 'data.customer_id' : 'contactId']
  return paths.find((path) => valueAt({ trigger: sample }, `trigger.${path}`) !== undefined)
}

/** Whether no trigger determines whose event is awaited, so that a rule is needed. */
export const needsRule = (starts: readonly Trigger[], awaited: Trigger): boolean =>
  starts.length > 0 && !starts.some((start) => canBeOfRecord(start, awaited))

/** The rule that the event belongs to the same customer or contact; undefined when none is needed or no common id exists. */
export const tieOf = (starts: readonly Trigger[], awaited: Trigger): Condition | undefined => {
  if (!needsRule(starts, awaited)) return undefined
  const there = personIn(awaited)
  const here = new Set(starts.map((start) => (start.system === awaited.system ? personIn(start) : undefined)))
  const [only] = here
  if (there === undefined || only === undefined || here.size > 1) return undefined
  return { path: `trigger.${there}`, operator: 'is', value: `{{trigger.${only}}}` }
}
