// Resolves the values of a step's input from a run's data. Pure; paths only read own members of plain data, so that a
// document can reach nothing else.

import { z } from 'zod'
import { AppError, asAppError } from '../errors.ts'
import { type ValueSource, valueSource } from './document.ts'
import { fillLiquid, pathsOfTemplate } from './liquid.ts'
import { applyTransforms, type Surroundings } from './transform.ts'

/** What a document may refer to. */
export type Knowledge = {
  /** The event's payload. */
  trigger: unknown
  /** Outputs of finished steps, by step id. */
  steps: Record<string, unknown>
  /** Choices of the location for this workflow. */
  options: Record<string, unknown>
  /** The location: id, name, time zone. */
  account: Record<string, unknown>
  /** What the calling workflow has handed over. */
  input?: Record<string, unknown>
  /** Inside a for-each: its element, and where that stands. */
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

/** `Hi {{trigger.data.name}}`; what is not known becomes nothing. Throws `value_invalid`. */
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

/** A group without the parts that come to nothing; nothing when none is left. */
const resolveFields = (fields: Record<string, ValueSource>, knowledge: Knowledge): unknown => {
  const values = Object.entries(fields).map(([key, part]) => [key, resolveValue(part, knowledge)] as const)
  const given = values.filter(([, value]) => !isNothing(value))
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/**
 * One value. A fallback stands in for nothing, before and after the transforms; parts that come to nothing are left out.
 * Throws `value_invalid`.
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

/** What people call a field of an action; undefined where only its key is known. */
export type FieldLabel = (key: string) => string | undefined

/** Throws `value_invalid`; its sentence names fields by their labels, its `errors` point at them by their keys. */
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
 * The input of a step. What has no value is left out, so that nothing is overwritten with emptiness. Throws
 * `value_invalid` with a pointer to each field whose value cannot be made.
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

/** Sources by name as they were stored. What was stored by another version may not be readable any more: then none. */
export const readSources = (stored: unknown): Record<string, ValueSource> => sources.safeParse(stored).data ?? {}
