// Values of a step's input from what a run knows. Pure; paths only read own members of plain data, so that a document
// can reach nothing else.

import type { ValueSource } from './document.ts'

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

const asText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(asText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `Hi {{trigger.data.name}}`; what is not known becomes nothing. */
export const fillTemplate = (template: string, knowledge: Knowledge): string =>
  template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_all, path: string) => asText(valueAt(knowledge, path)))

/** The paths a template names, for checks and previews. */
export const pathsOf = (source: ValueSource): string[] => {
  if ('path' in source) return [source.path]
  if ('paths' in source) return source.paths
  if ('template' in source) return [...source.template.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map(([, path]) => path!)
  return []
}

/** One value. */
export const resolveValue = (source: ValueSource, knowledge: Knowledge): unknown => {
  if ('value' in source) return source.value
  if ('template' in source) return fillTemplate(source.template, knowledge)
  if ('paths' in source) return source.paths.flatMap((path) => valueAt(knowledge, path) ?? [])
  const found = valueAt(knowledge, source.path)
  return found === undefined || found === null ? source.fallback : found
}

/** The input of a step. What has no value is left out, so that nothing is overwritten with emptiness. */
export const resolveInput = (input: Record<string, ValueSource>, knowledge: Knowledge): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input)
      .map(([key, source]) => [key, resolveValue(source, knowledge)] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )
