// A location's field mappings: versions, import and export, suggestions, preview. Changes are made in the transaction
// of their audit entry. Knows no HTTP.

import type { Action, Trigger } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import type { Tx } from '../store/db.ts'
import type { FieldMappings, MappingRow } from '../store/field-mappings.ts'
import type { ValueSource } from './document.ts'
import { type AppliedMapping, type FieldMapping, fieldMapping, goesToCrm, MAPPING_SCHEMA } from './field-mapping.ts'
import { MAPPED_TEMPLATES, type MappedTemplate } from './mapped-templates.ts'
import type { Knowledge } from './mapping.ts'
import { backFault } from './mapping-back.ts'
import { type LookedRow, lookAtRows, type RoughRow, type TargetField } from './mapping-look.ts'
import { type SourceField, type Suggestion, sourcesOf, suggestMapping } from './suggest-mapping.ts'
import { templates } from './templates/index.ts'
import { stepsIn } from './tree.ts'

/** A custom field of the account; `target` is its name in rows. */
export type CustomField = TargetField & { isCustom: true }

export type MappingDiff = { target: string; before: unknown; after: unknown }

type Deps = {
  mappings: FieldMappings
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
  account(locationId: string): Promise<Record<string, unknown>>
}

const NONE: FieldMapping = { schema: MAPPING_SCHEMA, rows: [] }
const MOST_LETTERS = 200_000

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

export type MappingService = ReturnType<typeof createMappingService>

/** The values that the built-in workflow fills in, by target. */
const filledIn = ({ templateId, actionId }: MappedTemplate): Record<string, ValueSource> => {
  const document = templates.find(({ id }) => id === templateId)?.document
  const placed = stepsIn(document?.steps ?? []).find(({ step }) => step.type === 'action' && step.action === actionId)
  return placed?.step.type === 'action' ? placed.step.input : {}
}

const pathsIn = (input: Record<string, ValueSource>): string[] =>
  Object.values(input).flatMap((source) => ('path' in source ? [source.path] : []))

const known = (account: Record<string, unknown>, payload: unknown): Knowledge => ({
  trigger: payload,
  steps: {},
  options: {},
  input: {},
  account,
})

/** Field mappings for screens. Throws `not_found`, `workflow_invalid`, `conflict`. */
export const createMappingService = ({ mappings, action, trigger, account }: Deps) => {
  const targetsOf = (templateId: string, customFields: readonly CustomField[]): TargetField[] => {
    const { actionId, fields } = templateOf(templateId)
    const own = (action(actionId)?.input ?? []).filter(({ key }) => fields.includes(key))
    return [
      ...own.map(({ key, label, type, format }) => ({ target: key, label, type: format === 'email' ? format : type })),
      ...customFields,
    ]
  }

  const read = async (locationId: string, templateId: string, version?: number) => {
    templateOf(templateId)
    const row = await mappings.get(locationId, templateId, version === undefined ? {} : { version })
    if (!row && version !== undefined) throw new AppError('not_found', { detail: 'There is no such version.' })
    return { version: row?.version ?? 0, mapping: row ? parse(row.mapping) : NONE }
  }

  type Save = { mapping: unknown; version: number; by: string; on: Tx }

  const save = async (locationId: string, templateId: string, { mapping, ...rest }: Save): Promise<number> => {
    const known = new Set(targetsOf(templateId, []).map(({ target }) => target))
    const { custom, back } = templateOf(templateId)
    const prefix = custom === 'contact' ? 'customFields.' : custom === 'order' ? 'properties.' : undefined
    const checked = parse(mapping)
    const errors = checked.rows.flatMap((row, index) => {
      const isField = known.has(row.target) || (prefix !== undefined && row.target.startsWith(prefix))
      const isOneWay = (row.direction ?? 'to-crm') === 'to-crm'
      const canGo = isOneWay || (back !== undefined && backFault(row) === undefined)
      return [
        ...(isField ? [] : [{ pointer: `/rows/${index}/target`, detail: `There is no field "${row.target}".` }]),
        ...(canGo ? [] : [{ pointer: `/rows/${index}/direction`, detail: 'It cannot go to Rankr.' }]),
      ]
    })
    if (errors.length > 0) throw new AppError('workflow_invalid', { errors })
    if (!(await mappings.save(locationId, templateId, { mapping: checked, ...rest }))) {
      throw new AppError('conflict', { detail: 'Somebody else has changed this mapping meanwhile.' })
    }
    return rest.version + 1
  }

  return {
    /** The built-in workflows that take a mapping. */
    templates: MAPPED_TEMPLATES,

    /** Throws `not_found`. */
    template: templateOf,

    /** The current version of each template, with its rows. */
    current: (locationId: string): Promise<MappingRow[]> => mappings.current(locationId),

    /** The current mapping; version 0 without rows when there is none yet. Throws `not_found`. */
    read: (locationId: string, templateId: string, version?: number) => read(locationId, templateId, version),

    /** The latest first. */
    versions: (locationId: string, templateId: string): Promise<MappingRow[]> =>
      mappings.versions(locationId, templateId),

    /** Fields that a mapping can fill, including the account's custom fields. Throws `not_found`. */
    targets: targetsOf,

    /** Fields that the workflow fills in without a mapping. Throws `not_found`. */
    filledIn(templateId: string): TargetField[] {
      const own = filledIn(templateOf(templateId))
      return targetsOf(templateId, []).filter(({ target }) => target in own)
    },

    /** Where the workflow takes values from without a mapping. Throws `not_found`. */
    filledPaths: (templateId: string): string[] => pathsIn(filledIn(templateOf(templateId))),

    /** The values of an event that may be mapped. */
    sources: (payload: unknown): SourceField[] => sourcesOf(payload),

    /** Types of the events that a mapping is applied to. Throws `not_found`. */
    eventTypes: (templateId: string): string[] =>
      templateOf(templateId).triggerIds.flatMap((id) => trigger(id)?.event ?? []),

    /** The catalog's sample event, used until one has arrived. Throws `not_found`. */
    sample: (templateId: string): Record<string, unknown> =>
      trigger(templateOf(templateId).triggerIds[0]!)?.sample ?? {},

    /**
     * Saves the mapping as the version after `version`; it applies to events from now on. Returns the new version. Throws
     * `workflow_invalid` with the location of each fault, `conflict` when someone has saved since, `not_found`.
     */
    save,

    /** Restores an earlier version as a new version. Throws like `save`. */
    async restore(
      locationId: string,
      templateId: string,
      { earlier, ...rest }: { earlier: number; version: number; by: string; on: Tx },
    ): Promise<number> {
      const { mapping } = await read(locationId, templateId, earlier)
      return save(locationId, templateId, { mapping, ...rest })
    },

    /** Targets whose row differs between two versions; version 0 has none. Throws `not_found`. */
    async diff(locationId: string, templateId: string, { from, to }: { from: number; to: number }) {
      const rowsOf = async (version: number) => {
        if (version === 0) return new Map<string, FieldMapping['rows'][number]>()
        const { mapping } = await read(locationId, templateId, version)
        return new Map(mapping.rows.map((row) => [goesToCrm(row) ? row.target : `${row.target} (to Rankr)`, row]))
      }
      const [earlier, later] = await Promise.all([rowsOf(from), rowsOf(to)])
      return [...new Set([...earlier.keys(), ...later.keys()])]
        .filter((target) => JSON.stringify(earlier.get(target)) !== JSON.stringify(later.get(target)))
        .map((target): MappingDiff => ({ target, before: earlier.get(target), after: later.get(target) }))
    },

    /** Exports the mapping as text. Throws `not_found`. */
    exportJson: async (locationId: string, templateId: string): Promise<string> =>
      `${JSON.stringify((await read(locationId, templateId)).mapping, null, 2)}\n`,

    /** Parses an exported mapping from any source, without saving it. Throws `workflow_invalid`. */
    readJson(json: string): FieldMapping {
      if (json.length > MOST_LETTERS) throw new AppError('workflow_invalid', { detail: 'It is too long.' })
      try {
        return parse(JSON.parse(json))
      } catch (cause) {
        throw cause instanceof AppError ? cause : new AppError('workflow_invalid', { detail: 'It is not JSON.', cause })
      }
    },

    /** Suggests event values for fields that no row fills yet. Throws `not_found`. */
    suggest(
      templateId: string,
      {
        payload,
        customFields,
        rows,
      }: { payload: unknown; customFields: readonly CustomField[]; rows: readonly { target: string }[] },
    ): Suggestion[] {
      const own = filledIn(templateOf(templateId))
      const taken = new Set(pathsIn(own))
      const filled = new Set([...rows.map(({ target }) => target), ...Object.keys(own)])
      const sources = sourcesOf(payload).filter(({ path }) => path.startsWith('trigger.data.') && !taken.has(path))
      const open = targetsOf(templateId, customFields).filter(({ target }) => !filled.has(target))
      return suggestMapping(sources, open)
    },

    /**
     * The result and the faults of each row for an event. `customFields` undefined: they could not be read. `held`: the current
     * record of the CRM. Throws `not_found`.
     */
    async look(
      locationId: string,
      templateId: string,
      {
        rows,
        payload,
        customFields,
        held = () => undefined,
      }: {
        rows: readonly RoughRow[]
        payload: unknown
        customFields: readonly CustomField[] | undefined
        held?: ((target: string) => unknown) | undefined
      },
    ): Promise<LookedRow[]> {
      return lookAtRows(rows, {
        targets: targetsOf(templateId, customFields ?? []),
        areAllKnown: customFields !== undefined,
        hasBack: templateOf(templateId).back !== undefined,
        known: known(await account(locationId), payload),
        held,
      })
    },

    /** For runs: the mapping of each built-in workflow. A mapping of another app version that cannot be read is ignored. */
    async applied(locationId: string): Promise<Map<string, AppliedMapping>> {
      const rows = await mappings.current(locationId)
      return new Map(
        rows.flatMap(({ templateId, version, mapping }) => {
          const template = MAPPED_TEMPLATES.find((one) => one.templateId === templateId)
          const { data } = fieldMapping.safeParse(mapping)
          if (!template || !data || data.rows.length === 0) return []
          const { actionId, back } = template
          const shared = { templateId, version, mapping: data }
          const ways: [string, AppliedMapping][] = [[templateId, { ...shared, actionId, way: 'in' }]]
          if (back) ways.push([back.templateId, { ...shared, actionId: back.actionId, way: 'back' }])
          return ways
        }),
      )
    },
  }
}
