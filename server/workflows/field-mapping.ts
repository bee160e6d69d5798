// Field mappings: for one action of a built-in workflow, which values go to which fields beyond those the workflow
// fills in. Data; applied when the action's input is built. Pure.

import { z } from 'zod'
import { type ValueSource, valueSource } from './document.ts'
import { type FieldLabel, type Knowledge, refuseValues, resolveInput } from './mapping.ts'
import { rankrFieldOf } from './mapping-back.ts'

export const MAPPING_SCHEMA = 'rankr-connect/mapping@1'

/** The direction of a row; to the CRM when absent. */
const DIRECTIONS = ['to-crm', 'to-rankr', 'both'] as const

const CUSTOM_FIELDS = 'customFields.'
const PROPERTIES = 'properties.'

/** A field of the action, a custom field of the account by its id, or a field of a custom object by its key. */
const target = z
  .string()
  .max(120)
  .regex(
    /^([a-z][A-Za-z0-9]*|(customFields|properties)\.[\w-]+)$/,
    'must be a field, customFields.<id> or properties.<key>',
  )

/** Values made of parts are not supported in mappings. */
const source = valueSource.refine((one) => !('fields' in one || 'list' in one), 'must be one value, a list or a text')

export const mappingRow = z.strictObject({
  target,
  /** For rows to Rankr only: the path of the Rankr field, and the transforms of the CRM's value. */
  source,
  /** Without a value the step fails and names the field, instead of leaving the field unchanged. */
  isRequired: z.boolean().optional(),
  direction: z.enum(DIRECTIONS).optional(),
})

export type MappingLine = z.infer<typeof mappingRow>

const isOnce = (values: readonly string[]): boolean => new Set(values).size === values.length

/** @internal */
export const goesToCrm = ({ direction }: Pick<MappingLine, 'direction'>): boolean => direction !== 'to-rankr'

/** @internal */
export const goesToRankr = ({ direction = 'to-crm' }: Pick<MappingLine, 'direction'>): boolean => direction !== 'to-crm'

export const fieldMapping = z
  .strictObject({ schema: z.literal(MAPPING_SCHEMA), rows: z.array(mappingRow).max(200) })
  .refine(({ rows }) => isOnce(rows.filter(goesToCrm).map((row) => row.target)), 'must fill each field once')
  .refine(
    ({ rows }) => isOnce(rows.filter(goesToRankr).map(({ source }) => rankrFieldOf(source) ?? '')),
    'must fill each field of Rankr once',
  )

export type FieldMapping = z.infer<typeof fieldMapping>

/** A mapping as it applies to runs. */
export type AppliedMapping = {
  /** The built-in workflow it was made for; in the other direction it applies to another workflow. */
  templateId: string
  actionId: string
  version: number
  mapping: FieldMapping
  /** `back`: applied by the action itself, which alone knows both sides. */
  way: 'in' | 'back'
}

type CustomField = { id: string; value: unknown }

const asCustomFields = (value: unknown): CustomField[] => (Array.isArray(value) ? (value as CustomField[]) : [])

const under = (prefix: string, entries: readonly [string, unknown][]): [string, unknown][] =>
  entries
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, unknown] => [key.slice(prefix.length), value])

/** `labelOf`: the name of a target in messages. */
type Filling = { input: Record<string, unknown>; known: Knowledge; labelOf?: FieldLabel | undefined }

/**
 * The input with the mapped values, which override those of the workflow. Throws `value_invalid` with a pointer to each target
 * whose value is missing or cannot be produced.
 */
export const applyMapping = (
  mapping: Pick<FieldMapping, 'rows'>,
  { input, known, labelOf }: Filling,
): Record<string, unknown> => {
  const rows = mapping.rows.filter(goesToCrm)
  const sources: Record<string, ValueSource> = Object.fromEntries(rows.map(({ target, source }) => [target, source]))
  const values = resolveInput(sources, known, labelOf)
  const missing = rows.filter(({ target, isRequired }) => isRequired && !(target in values))
  if (missing.length > 0) {
    refuseValues(
      missing.map(({ target }) => ({ key: target, detail: 'It has no value.' })),
      labelOf,
    )
  }
  const entries = Object.entries(values)
  const plain = Object.fromEntries(entries.filter(([key]) => !key.includes('.')))
  const custom = under(CUSTOM_FIELDS, entries).map(([id, value]): CustomField => ({ id, value }))
  const properties = under(PROPERTIES, entries)
  const kept = asCustomFields(input.customFields).filter(({ id }) => !custom.some((one) => one.id === id))
  return {
    ...input,
    ...plain,
    ...(custom.length > 0 ? { customFields: [...kept, ...custom] } : {}),
    ...(properties.length > 0
      ? { properties: { ...(input.properties as object | undefined), ...Object.fromEntries(properties) } }
      : {}),
  }
}

/** The input of an action whose mapping this is. Throws as `applyMapping`. */
export const mapInput = ({ way, mapping }: AppliedMapping, given: Filling): Record<string, unknown> =>
  way === 'in'
    ? applyMapping(mapping, given)
    : { ...given.input, mapping: { rows: mapping.rows, account: given.known.account } }
