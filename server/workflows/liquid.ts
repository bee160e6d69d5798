// Liquid templates (https://shopify.github.io/liquid) filled from a run's data. Reads own members of plain data only,
// no files, with limits on time and memory.

import { Liquid, type TagToken } from 'liquidjs'
import { AppError } from '../errors.ts'

const LIMITS = {
  /** Letters. */
  parseLimit: 10_000,
  /** Milliseconds. */
  renderLimit: 1000,
  /** Letters and list elements that are made while it is filled. */
  memoryLimit: 1_000_000,
}

/** Tags that read other templates: there are none here. */
const FOREIGN = ['include', 'render', 'layout', 'block']

/** As people read it: a list with commas, nothing as nothing. Of any value, also of an object that has a member `toString`. */
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

/** Whether it is text with paths only, in which a path reads lists element by element as it does everywhere else. */
const isSimple = (template: string): boolean => !/\{[{%]/.test(template.replace(SIMPLE, ''))

/** The paths that a template reads; what is wrong with it is thrown as `value_invalid`. */
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

/** Throws `value_invalid`. `read` answers the value at a path. */
export const fillLiquid = (template: string, knowledge: object, read: (path: string) => unknown): string => {
  if (isSimple(template)) return template.replace(SIMPLE, (_all, path: string) => asText(read(path)))
  try {
    return engine.parseAndRenderSync(template, knowledge)
  } catch (error) {
    throw faultOf(error)
  }
}
