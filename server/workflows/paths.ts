// The path syntax of documents. Pure; mapping.ts reads the values.

import { z } from 'zod'

/**
 * The possible roots of a path. `item` and `loop` exist only inside a for-each; `input` is the input from a calling workflow and
 * is empty when an event started the workflow.
 */
const ROOTS = ['trigger', 'steps', 'options', 'account', 'input', 'item', 'loop'] as const

const PATH = new RegExp(`^(${ROOTS.join('|')})(\\.[\\w-]+)*$`)

/** Dot path: `trigger.data.email`, `steps.contact.contactId`, `options.tags`, `account.timeZone`, `item.sku`. */
export const path = z
  .string()
  .max(200)
  .regex(PATH, `must start with one of ${ROOTS.join(', ')}`)
