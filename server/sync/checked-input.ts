// Validates an action's input against its fields. Pure.

import { checkInput } from '../catalog/input.ts'
import type { Action } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { ActionCall } from './action.ts'

type Given = Pick<ActionCall, 'locationId' | 'input'>

/**
 * The input as an action gets it. An e-mail address or a phone number that cannot be used is left out: it must not keep
 * the rest of a record out. Throws `action_input_invalid` with the faults.
 */
export const checkedInput = (entry: Action, { locationId, input }: Given): Record<string, unknown> => {
  const checked = checkInput({ fields: entry.input, input, context: { locationId } })
  if (checked.ok) return checked.value
  const optional = entry.input.filter(
    ({ required, type, format }) => !required && (type === 'phone' || format === 'email'),
  )
  const unusable = new Set(
    optional.map(({ key }) => key).filter((key) => checked.faults.some((f) => f.pointer === `/${key}`)),
  )
  if (unusable.size === 0) throw new AppError('action_input_invalid', { errors: checked.faults })
  const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !unusable.has(key)))
  return checkedInput(entry, { locationId, input: rest })
}
