// Field mappings: for one action of a built-in workflow, which value goes to which field beyond what the workflow fills in
// itself. Data; applied when the action's input is made. Pure.

import { z } from 'zod'
import { AppError } from '../errors.ts'
import { type ValueSource, valueSource } from './document.ts'
import { type Knowledge, resolveInput } from './mapping.ts'

export const MAPPING_SCHEMA = 'rankr-connect/mapping@1'

/** A field of the action, or a custom field of the account by its id. */
const target = z
  .string()
  .max(120)
  .regex(/^([a-z][A-Za-z0-9]*|customFields\.[\w-]+)$/, 'must be a field or customFields.<id>')

const row = z.strictObject({
  target,
  source: valueSource,
  /** Without a value the step fails and names the field, instead of leaving the field as it is. */
  isRequired: z.boolean().optional(),
})

export const fieldMapping = z
  .strictObject({ schema: z.literal(MAPPING_SCHEMA), rows: z.array(row).max(200) })
  .refine(({ rows }) => new Set(rows.map(({ target }) => target)).size === rows.length, 'must fill each field once')

export type FieldMapping = z.infer<typeof fieldMapping>

/** A mapping as it applies to runs. */
export type AppliedMapping = { actionId: string; version: number; mapping: FieldMapping }

const CUSTOM = 'customFields.'

type CustomField = { id: string; value: unknown }

const asCustomFields = (value: unknown): CustomField[] => (Array.isArray(value) ? (value as CustomField[]) : [])

/**
 * The input with what the mapping adds; the mapping wins over what the workflow has filled in. Throws `value_invalid`
 * with a pointer to each target whose value cannot be made or is missing.
 */
export const applyMapping = (
  { rows }: FieldMapping,
  { input, known }: { input: Record<string, unknown>; known: Knowledge },
): Record<string, unknown> => {
  const sources: Record<string, ValueSource> = Object.fromEntries(rows.map(({ target, source }) => [target, source]))
  const values = resolveInput(sources, known)
  const missing = rows.filter(({ target, isRequired }) => isRequired && !(target in values))
  if (missing.length > 0) {
    const errors = missing.map(({ target }) => ({ pointer: `/${target}`, detail: 'It has no value.' }))
    throw new AppError('value_invalid', {
      detail: errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(' '),
      errors,
    })
  }
  const entries = Object.entries(values)
  const plain = entries.filter(([key]) => !key.startsWith(CUSTOM))
  const custom = entries
    .filter(([key]) => key.startsWith(CUSTOM))
    .map(([key, value]): CustomField => ({ id: key.slice(CUSTOM.length), value }))
  if (custom.length === 0) return { ...input, ...Object.fromEntries(plain) }
  const kept = asCustomFields(input.customFields).filter(({ id }) => !custom.some((one) => one.id === id))
  return { ...input, ...Object.fromEntries(plain), customFields: [...kept, ...custom] }
}
