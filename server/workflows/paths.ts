// The path syntax of documents. Pure; mapping.ts reads the values.

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
