// Which workflow an event is for, when its trigger is specific: the call of one incoming webhook, one workflow's
// schedule. Pure.

import type { Trigger } from '../catalog/schema.ts'
import type { WorkflowDocument } from './document.ts'

/**
 * The value at the `addressee` path of an event's payload, and between the colons of its record key, that the event must have
 * to start the workflow. Undefined: every event of the trigger starts it.
 */
export const addresseeOf = (
  { settings = {} }: WorkflowDocument['triggers'][number],
  entry: Pick<Trigger, 'addressee'> | undefined,
  workflowId: string,
): string | undefined => {
  const addressee = entry?.addressee
  if (!addressee) return undefined
  const wanted = 'workflow' in addressee ? workflowId : settings[addressee.setting]
  return wanted === undefined || wanted === '' ? undefined : String(wanted)
}
