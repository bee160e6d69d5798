// What starts a workflow as a form, and back: triggers in their order, each with the condition its events have to meet. Pure.

import type { WorkflowDocument } from '../../../workflows/document.ts'
import { readCondition, writeCondition } from './condition-form.ts'
import { type Fault, rowsAt, type Sent, textAt } from './sent.ts'

type Triggers = WorkflowDocument['triggers']

const MOST_TRIGGERS = 20

export const writeStart = (triggers: Triggers): Sent =>
  Object.assign(
    {},
    ...triggers.flatMap(({ trigger, filter }, row) => [
      { [`triggers.${row}.trigger`]: trigger },
      writeCondition(filter, `triggers.${row}.filter`),
    ]),
  )

/** `add`: one more trigger, with no filter. A filter that cannot be kept stays as it was. */
export const readStart = (sent: Sent, before: Triggers): { triggers: Triggers; faults: Fault[] } => {
  const faults: Fault[] = []
  const triggers = rowsAt(sent, 'triggers').flatMap((row): Triggers => {
    const trigger = textAt(sent, `${row}.trigger`)
    if (trigger === '') return []
    const { condition, faults: found } = readCondition(sent, `${row}.filter`)
    faults.push(...found)
    const kept = before.find((one) => one.trigger === trigger)?.filter
    const filter = found.length > 0 ? kept : condition
    return [{ trigger, ...(filter ? { filter } : {}) }]
  })
  const added = textAt(sent, 'add')
  if (added !== '') triggers.push({ trigger: added })
  if (triggers.length > MOST_TRIGGERS) faults.push({ name: 'add', code: 'tooMuch' })
  return { triggers: triggers.slice(0, MOST_TRIGGERS), faults }
}
