// Which workflow an event is for, when its trigger is specific: the call of one incoming webhook, one workflow's
// schedule. Pure.

import type { Trigger } from '../catalog/schema.ts'
import type { WorkflowDocument } from './document.ts'

/**
 * The value that must stand at the `addressee` path of an event's payload, and stands between the colons of the key of its
 * record, for the event to start the workflow. Undefined: any event of the trigger is for it.
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
