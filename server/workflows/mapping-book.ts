// The field mappings of a location: for which built-in workflows there can be one, versions, import and export, suggestions
// and a preview. Changes are made in the transaction of their audit entry. Knows no HTTP.

import type { Action } from '../catalog/schema.ts'
import { AppError, asAppError } from '../errors.ts'
import type { Tx } from '../store/db.ts'
import type { StoredEvent } from '../store/events.ts'
import type { FieldMappings, MappingRow } from '../store/field-mappings.ts'
import { type AppliedMapping, applyMapping, type FieldMapping, fieldMapping, MAPPING_SCHEMA } from './field-mapping.ts'
import { type Suggestion, sourcesOf, suggestMapping, type TargetField } from './suggest-mapping.ts'

/** The action of a built-in workflow that takes a mapping, and the trigger whose events it maps. */
export type MappedTemplate = { templateId: string; actionId: string; triggerId: string }

const MAPPED_TEMPLATES: readonly MappedTemplate[] = [
  { templateId: 'customers', actionId: 'app.customers.upsert-contact', triggerId: 'rankr.customer.updated' },
]

/** A custom field of the account as it is now. */
export type CustomField = { id: string; name: string; type: string }

export type MappingDiff = { target: string; before: unknown; after: unknown }

/** What a row comes to for an event; `fault` in the place of a value that cannot be made. */
export type PreviewRow = { target: string; value: unknown; fault: string | null }

type Deps = {
  mappings: FieldMappings
  action(id: string): Action | undefined
  account(locationId: string): Promise<Record<string, unknown>>
}

const NONE: FieldMapping = { schema: MAPPING_SCHEMA, rows: [] }
const MOST_LETTERS = 200_000

/** Fields that say which record it is: a mapping must not send a customer to somebody else's contact. */
const FIXED = ['rankrId', 'contactId', 'customFields', 'tags']

const parse = (given: unknown): FieldMapping => {
  const { data, error } = fieldMapping.safeParse(given)
  if (data) return data
  const errors = error.issues.map(({ path, message }) => ({
    pointer: `/${path.map(String).join('/')}`,
    detail: message,
  }))
  throw new AppError('workflow_invalid', { errors, cause: error })
}

const templateOf = (templateId: string): MappedTemplate => {
  const found = MAPPED_TEMPLATES.find((one) => one.templateId === templateId)
  if (!found) throw new AppError('not_found', { detail: 'This workflow takes no mapping.' })
  return found
}

export type MappingBook = ReturnType<typeof createMappingBook>

export const createMappingBook = ({ mappings, action, account }: Deps) => {
  const targetsOf = (templateId: string, customFields: readonly CustomField[]): TargetField[] => {
    const entry = action(templateOf(templateId).actionId)
    const own = (entry?.input ?? []).filter(({ key, fill }) => !FIXED.includes(key) && fill === undefined)
    return [
      ...own.map(({ key, label, type }) => ({ target: key, label, type })),
      ...customFields.map(({ id, name, type }) => ({ target: `customFields.${id}`, label: name, type })),
    ]
  }

  const read = async (locationId: string, templateId: string, version?: number) => {
    templateOf(templateId)
    const row = await mappings.get(locationId, templateId, version === undefined ? {} : { version })
    if (!row && version !== undefined) throw new AppError('not_found', { detail: 'There is no such version.' })
    return { version: row?.version ?? 0, mapping: row ? parse(row.mapping) : NONE }
  }

  type Save = { mapping: FieldMapping; version: number; by: string; on: Tx }

  const save = async (locationId: string, templateId: string, { mapping, ...rest }: Save): Promise<number> => {
    const known = new Set(targetsOf(templateId, []).map(({ target }) => target))
    const checked = parse(mapping)
    const errors = checked.rows.flatMap(({ target }, index) =>
      known.has(target) || target.startsWith('customFields.')
        ? []
        : [{ pointer: `/rows/${index}/target`, detail: `There is no field "${target}".` }],
    )
    if (errors.length > 0) throw new AppError('workflow_invalid', { errors })
    if (!(await mappings.save(locationId, templateId, { mapping: checked, ...rest }))) {
      throw new AppError('conflict', { detail: 'Somebody else has changed this mapping meanwhile.' })
    }
    return rest.version + 1
  }

  return {
    /** The built-in workflows that take a mapping. */
    templates: MAPPED_TEMPLATES,

    /** The mapping that counts; version 0 and no rows when there is none yet. Throws `not_found`. */
    read: (locationId: string, templateId: string) => read(locationId, templateId),

    /** The latest first. */
    versions: (locationId: string, templateId: string): Promise<MappingRow[]> =>
      mappings.versions(locationId, templateId),

    /** Fields that a mapping may fill, the account's own among them. Throws `not_found`. */
    targets: targetsOf,

    /**
     * Keeps the mapping as the version after `version`; events from now on follow it. Answers the new version. Throws
     * `workflow_invalid` with the place of each fault, `conflict` when somebody has saved since, `not_found`.
     */
    save,

    /** Makes an earlier version the one that counts, as a new version. Throws as `save`. */
    async restore(
      locationId: string,
      templateId: string,
      { earlier, ...rest }: { earlier: number; version: number; by: string; on: Tx },
    ): Promise<number> {
      const { mapping } = await read(locationId, templateId, earlier)
      return save(locationId, templateId, { mapping, ...rest })
    },

    /** Targets whose row differs between two versions. Throws `not_found`. */
    async diff(locationId: string, templateId: string, { from, to }: { from: number; to: number }) {
      const [before, after] = await Promise.all([read(locationId, templateId, from), read(locationId, templateId, to)])
      const rowsOf = ({ rows }: FieldMapping) => new Map(rows.map((row) => [row.target, row]))
      const [earlier, later] = [rowsOf(before.mapping), rowsOf(after.mapping)]
      return [...new Set([...earlier.keys(), ...later.keys()])]
        .filter((target) => JSON.stringify(earlier.get(target)) !== JSON.stringify(later.get(target)))
        .map((target): MappingDiff => ({ target, before: earlier.get(target), after: later.get(target) }))
    },

    /** As text, to be kept or imported elsewhere. Throws `not_found`. */
    exportJson: async (locationId: string, templateId: string): Promise<string> =>
      `${JSON.stringify((await read(locationId, templateId)).mapping, null, 2)}\n`,

    /** From such a text, of any origin; to be saved. Throws `workflow_invalid`. */
    readJson(json: string): FieldMapping {
      if (json.length > MOST_LETTERS) throw new AppError('workflow_invalid', { detail: 'It is too long.' })
      try {
        return parse(JSON.parse(json))
      } catch (cause) {
        throw cause instanceof AppError ? cause : new AppError('workflow_invalid', { detail: 'It is not JSON.', cause })
      }
    },

    /** Which value of an event probably goes where, for fields that no row fills yet. Throws `not_found`. */
    suggest(
      templateId: string,
      {
        event,
        customFields,
        mapping,
      }: { event: StoredEvent; customFields: readonly CustomField[]; mapping: FieldMapping },
    ): Suggestion[] {
      const filled = new Set(mapping.rows.map(({ target }) => target))
      const open = targetsOf(templateId, customFields).filter(({ target }) => !filled.has(target))
      return suggestMapping(sourcesOf(event.payload), open)
    },

    /** What each row comes to for an event. */
    async preview(mapping: FieldMapping, event: StoredEvent): Promise<PreviewRow[]> {
      const known = {
        ...{ trigger: event.payload, steps: {}, options: {}, input: {} },
        account: await account(event.locationId),
      }
      return mapping.rows.map((row): PreviewRow => {
        const { target } = row
        try {
          const input = applyMapping({ ...mapping, rows: [row] }, { input: {}, known })
          const [custom] = (input.customFields ?? []) as { value: unknown }[]
          return { target, value: target.startsWith('customFields.') ? custom?.value : input[target], fault: null }
        } catch (error) {
          return { target, value: undefined, fault: asAppError(error).detail }
        }
      })
    },

    /** For runs: of each built-in workflow its mapping. One that another version wrote and cannot be read does not apply. */
    async applied(locationId: string): Promise<Map<string, AppliedMapping>> {
      const rows = await mappings.current(locationId)
      return new Map(
        rows.flatMap(({ templateId, version, mapping }) => {
          const template = MAPPED_TEMPLATES.find((one) => one.templateId === templateId)
          const { data } = fieldMapping.safeParse(mapping)
          if (!template || !data || data.rows.length === 0) return []
          return [[templateId, { actionId: template.actionId, version, mapping: data }] as const]
        }),
      )
    },
  }
}
