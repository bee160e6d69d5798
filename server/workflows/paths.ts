// How documents refer to what a run knows. Pure; what lies at a path is read by mapping.ts.

import { z } from 'zod'

/**
 * Where a path may start. `item` and `loop` are known inside a for-each only; `input` holds what a caller handed to the
 * workflow and is empty for one that an event has started.
 */
const ROOTS = ['trigger', 'steps', 'options', 'account', 'input', 'item', 'loop'] as const

const PATH = new RegExp(`^(${ROOTS.join('|')})(\\.[\\w-]+)*$`)

/** Dot path: `trigger.data.email`, `steps.contact.contactId`, `options.tags`, `account.timeZone`, `item.sku`. */
export const path = z
  .string()
  .max(200)
  .regex(PATH, `must start with one of ${ROOTS.join(', ')}`)
