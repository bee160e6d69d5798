// Resolves the values of a step's input from a run's data. Pure; paths only read own members of plain data, so that a
// document can reach nothing else.

import { z } from 'zod'
import { AppError, asAppError } from '../errors.ts'
import { type ValueSource, valueSource } from './document.ts'
import { fillLiquid, pathsOfTemplate } from './liquid.ts'
import { applyTransforms, type Surroundings } from './transform.ts'

/** The data that a document can refer to. */
export type Knowledge = {
  /** The event's payload. */
  trigger: unknown
  /** Outputs of finished steps, by step id. */
  steps: Record<string, unknown>
  /** The location's options for this workflow. */
  options: Record<string, unknown>
  /** The location: id, name, time zone. */
  account: Record<string, unknown>
  /** Input from the calling workflow. */
  input?: Record<string, unknown>
  /** Inside a for-each: the element and its position. */
  item?: unknown
  loop?: { index: number; count: number }
}

/**
 * The value at a dot path, or undefined. A list on the way is read element by element unless the part is its index:
 * `trigger.data.line_items.sku` gives all SKUs.
 */
export const valueAt = (knowledge: unknown, path: string): unknown => {
  const read = (value: unknown, parts: string[]): unknown => {
    const [part, ...rest] = parts
    if (part === undefined) return value
    if (Array.isArray(value) && !/^\d+$/.test(part)) {
      return value.map((element) => read(element, parts)).filter((found) => found !== undefined)
    }
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined
    return read((value as Record<string, unknown>)[part], rest)
  }
  return read(knowledge, path.split('.'))
}

/** Renders a template like `Hi {{trigger.data.name}}`; unknown values become ''. Throws `value_invalid`. */
export const fillTemplate = (template: string, knowledge: Knowledge): string =>
  fillLiquid(template, knowledge, (path) => valueAt(knowledge, path))

/** The paths a source names, for checks and previews. Throws `value_invalid` for a template that cannot be read. */
export const pathsOf = (source: ValueSource): string[] => {
  if ('value' in source) return []
  if ('fields' in source) return Object.values(source.fields).flatMap(pathsOf)
  if ('list' in source) return source.list.flatMap(pathsOf)
  const own = 'path' in source ? [source.path] : 'paths' in source ? source.paths : pathsOfTemplate(source.template)
  const currencies = (source.transforms ?? []).flatMap((transform) =>
    transform.use === 'money' && typeof transform.currency === 'object' ? [transform.currency.path] : [],
  )
  return [...own, ...currencies]
}

const surroundingsOf = (knowledge: Knowledge): Surroundings => {
  const { timeZone, country, locale } = knowledge.account
  return {
    read: (path) => valueAt(knowledge, path),
    zone: typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC',
    country: typeof country === 'string' ? country : undefined,
    locale: typeof locale === 'string' && locale !== '' ? locale : 'en',
  }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** An object without its empty parts; undefined when none is left. */
const resolveFields = (fields: Record<string, ValueSource>, knowledge: Knowledge): unknown => {
  const values = Object.entries(fields).map(([key, part]) => [key, resolveValue(part, knowledge)] as const)
  const given = values.filter(([, value]) => !isNothing(value))
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/**
 * Resolves one value. A fallback replaces a missing value, before and after the transforms; empty parts are left out. Throws
 * `value_invalid`.
 */
export const resolveValue = (source: ValueSource, knowledge: Knowledge): unknown => {
  if ('value' in source) return source.value
  if ('fields' in source) return resolveFields(source.fields, knowledge)
  if ('list' in source) {
    const values = source.list.map((part) => resolveValue(part, knowledge)).filter((value) => !isNothing(value))
    return values.length === 0 ? undefined : values
  }
  const changed = (value: unknown): unknown =>
    source.transforms ? applyTransforms(value, source.transforms, surroundingsOf(knowledge)) : value
  if ('template' in source) return changed(fillTemplate(source.template, knowledge))
  if ('paths' in source) return changed(source.paths.flatMap((path) => valueAt(knowledge, path) ?? []))
  const found = changed(valueAt(knowledge, source.path))
  return found === undefined || found === null ? source.fallback : found
}

/** The label of an action's field; undefined when only its key is known. */
export type FieldLabel = (key: string) => string | undefined

/** Throws `value_invalid`; its detail names fields by label, its `errors` point to their keys. */
export const refuseValues = (
  faults: { key: string; detail: string }[],
  labelOf: FieldLabel = () => undefined,
): never => {
  throw new AppError('value_invalid', {
    detail: faults.map(({ key, detail }) => `"${labelOf(key) ?? key}": ${detail}`).join(' '),
    errors: faults.map(({ key, detail }) => ({ pointer: `/${key}`, detail })),
  })
}

/**
 * Resolves the input of a step. Missing values are left out, so that nothing is overwritten with an empty value. Throws
 * `value_invalid` with a pointer to each field whose value cannot be produced.
 */
export const resolveInput = (
  input: Record<string, ValueSource>,
  knowledge: Knowledge,
  labelOf?: FieldLabel,
): Record<string, unknown> => {
  const values: [string, unknown][] = []
  const faults: { key: string; detail: string }[] = []
  for (const [key, source] of Object.entries(input)) {
    try {
      const value = resolveValue(source, knowledge)
      if (!isNothing(value)) values.push([key, value])
    } catch (error) {
      const { code, detail } = asAppError(error)
      if (code !== 'value_invalid') throw error
      faults.push({ key, detail })
    }
  }
  if (faults.length > 0) refuseValues(faults, labelOf)
  return Object.fromEntries(values)
}

const sources = z.record(z.string(), valueSource)

/** Stored sources by name; none when another app version stored them and they cannot be read. */
export const readSources = (stored: unknown): Record<string, ValueSource> => sources.safeParse(stored).data ?? {}
