// Which record's event a waiting run waits for. By default the record that started the run; otherwise a rule that ties
// it to the same person. Pure.

import type { Trigger } from '../catalog/schema.ts'
import type { Condition } from './document.ts'
import { valueAt } from './mapping.ts'

/** It comes once for each record. */
const IS_FIRST = /(\.created|\.signed_up|\.detected|Create)$/

/** Whether the event can be of the record that the other one was of. */
const canBeOfRecord = (start: Trigger, awaited: Trigger): boolean =>
  start.system === awaited.system && start.resource === awaited.resource && !IS_FIRST.test(awaited.event)

/** Where an event names its customer or contact. */
const personIn = ({ system, resource, sample, recordKey }: Trigger): string | undefined => {
  const own = (system === 'rankr' ? 'customers' : 'contacts') === resource ? recordKey : []
  const paths = [...own, system === 'rankr' ? 'data.customer_id' : 'contactId']
  return paths.find((path) => valueAt({ trigger: sample }, `trigger.${path}`) !== undefined)
}

/** Whether each start leaves it open whose event is meant, so that a rule has to say it. */
export const needsRule = (starts: readonly Trigger[], awaited: Trigger): boolean =>
  starts.length > 0 && !starts.some((start) => canBeOfRecord(start, awaited))

/** The rule that the event is of the same customer or contact; undefined where none is needed, or they name none alike. */
export const tieOf = (starts: readonly Trigger[], awaited: Trigger): Condition | undefined => {
  if (!needsRule(starts, awaited)) return undefined
  const there = personIn(awaited)
  const here = new Set(starts.map((start) => (start.system === awaited.system ? personIn(start) : undefined)))
  const [only] = here
  if (there === undefined || only === undefined || here.size > 1) return undefined
  return { path: `trigger.${there}`, operator: 'is', value: `{{trigger.${only}}}` }
}
