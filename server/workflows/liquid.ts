// Liquid templates (https://shopify.github.io/liquid) filled from a run's data. Reads own members of plain data only,
// no files, with limits on time and memory.

import { Liquid, type TagToken } from 'liquidjs'
import { AppError } from '../errors.ts'

const LIMITS = {
  /** Letters. */
  parseLimit: 10_000,
  /** Milliseconds. */
  renderLimit: 1000,
  /** Characters and list elements produced while rendering. */
  memoryLimit: 1_000_000,
}

/** Tags that read other templates, which are not supported. */
const FOREIGN = ['include', 'render', 'layout', 'block']

/** Any value as readable text: lists with commas, missing values as ''. Also safe for an object with a member `toString`. */
export const asText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(asText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const createEngine = (): Liquid => {
  const engine = new Liquid({
    ...LIMITS,
    ownPropertyOnly: true,
    templates: {},
    cache: false,
    outputEscape: asText,
  })
  for (const name of FOREIGN) {
    engine.registerTag(name, {
      parse: (token: TagToken) => {
        throw new Error(`the tag "${token.name}" is not known`)
      },
      render: () => '',
    })
  }
  return engine
}

const engine = createEngine()

const SIMPLE = /\{\{\s*([\w.-]+)\s*\}\}/g

/** Whether the template has only plain paths, which read lists element by element as everywhere else. */
const isSimple = (template: string): boolean => !/\{[{%]/.test(template.replace(SIMPLE, ''))

/** The paths that a template reads. Throws `value_invalid` for an invalid template. */
export const pathsOfTemplate = (template: string): string[] => {
  if (isSimple(template)) return [...template.matchAll(SIMPLE)].map(([, path]) => path!)
  try {
    return engine.globalFullVariablesSync(engine.parse(template)).map((path) => path.replace(/\[(\d+)\]/g, '.$1'))
  } catch (error) {
    throw faultOf(error)
  }
}

const faultOf = (error: unknown): AppError => {
  const said = error instanceof Error ? error.message.split('\n')[0]!.replace(/, file:.*?(?=, line|$)/, '') : ''
  return new AppError('value_invalid', { detail: `The text cannot be filled in: ${said}.`, cause: error })
}

/** Renders a template; `read` returns the value at a path. Throws `value_invalid`. */
export const fillLiquid = (template: string, knowledge: object, read: (path: string) => unknown): string => {
  if (isSimple(template)) return template.replace(SIMPLE, (_all, path: string) => asText(read(path)))
  try {
    return engine.parseAndRenderSync(template, knowledge)
  } catch (error) {
    throw faultOf(error)
  }
}
