// The official OpenAPI files and webhook pages, read for comparison. They lie beside the repository and are not part of
// it: without them `readOfficial()` is undefined. Oddities of the files are mended here, each with its reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Node = { [key: string]: Json }

export type Parameter = { name: string; in: string; required: boolean; schema: Node }

/** A schema with the place it lies at, so that ajv resolves its references. */
export type PlacedSchema = { schema: Node; at: string }

export type Operation = {
  generation: 'v2' | 'v3'
  file: string
  method: string
  path: string
  operationId: string
  /** Values of the Version header; empty when the file declares none. */
  versions: string[]
  /** One entry per way to be let in; empty when the file names no security at all. */
  security: { scheme: string; scopes: string[] }[]
  parameters: Parameter[]
  body: (PlacedSchema & { contentType: string }) | undefined
  /** Undefined when the file describes no answer. */
  answer: PlacedSchema | undefined
}

/** `shown` are the members that the page's own samples have at the top, whether the schema lists them or not. */
export type WebhookPage = { event: string; literal: string | null; schemas: Node[]; shown: string[] }

const FOLDER = new URL('../../../shared/ghl/', import.meta.url)

/** Where the files come from, as their README says. */
export const SOURCE = {
  repository: 'https://github.com/GoHighLevel/highlevel-api-docs',
  commit: '0af86a4cbd48c66a4071c7e509d1079f9f10ed17',
}

export const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const nodes = (value: Json | undefined): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const node = (value: Json | undefined): Node => (isNode(value) ? value : {})
const readJson = (url: URL): Node => JSON.parse(readFileSync(url, 'utf8')) as Node
const pointerPart = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

/**
 * Where the generator of the files did not know a type it wrote `object`, `string` or a list of lists. The example beside
 * it shows better: an "object" that is a text, a "string" that is an object.
 */
const contradicts = (schema: Node): boolean => {
  const bare = schema.properties === undefined && schema.additionalProperties === undefined
  const { example } = schema
  if (schema.type === 'object') return bare && example !== undefined && !isNode(example)
  return schema.type === 'string' && example !== null && typeof example === 'object'
}

const unknownItems = (items: Json, example: Json | undefined): boolean => {
  if (!isNode(items)) return false
  const shown = Array.isArray(example) ? example[0] : example
  return items.type === 'array' || (items.type === 'string' && isNode(shown))
}

const mapNode = (map: Node, change: (value: Json, key: string) => Json): Node =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))

/**
 * One OpenAPI 3.0 schema as JSON Schema. An object with named properties is closed, because the real API refuses unknown
 * properties; `oneOf` becomes `anyOf`, because the files list alternatives that overlap.
 */
const mendSchema = (schema: Json, folder: string): Json => {
  if (!isNode(schema)) return schema
  const mended: Node = {}
  const each = (list: Json) => (Array.isArray(list) ? list.map((item) => mendSchema(item, folder)) : [])
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') {
      return { $ref: value.replace(/^(\.\.\/)*common\/common-schemas\.json/, `/${folder}/common-schemas.json`) }
    }
    if (key === 'properties') mended.properties = mapNode(node(value), (property) => mendSchema(property, folder))
    else if (key === 'items') mended.items = unknownItems(value, schema.example) ? {} : mendSchema(value, folder)
    else if (key === 'additionalProperties') mended.additionalProperties = mendSchema(value, folder)
    else if (key === 'oneOf' || key === 'anyOf') mended.anyOf = each(value)
    else if (key === 'allOf') mended.allOf = each(value)
    // Some files put `required: true` on the property itself, where it means nothing.
    else if (key === 'required') {
      if (Array.isArray(value)) mended.required = value
    } else if (key === 'type') {
      // A few name types that do not exist, such as `any`, `Date` or `Email/SMS`.
      const known = [value].flat().filter((type) => TYPES.includes(type as string))
      if (known.length > 0) mended.type = Array.isArray(value) ? known : value
    } else if (key === 'enum' || key === 'format' || key === 'nullable') mended[key] = value
    else if (['maxLength', 'minLength', 'maximum', 'minimum', 'maxItems', 'minItems', 'pattern'].includes(key)) {
      mended[key] = value
    }
  }
  if (contradicts(schema)) delete mended.type
  if (mended.nullable !== undefined && mended.type === undefined) delete mended.nullable
  // An enum of a list, written on the list instead of its items.
  if (mended.type === 'array' && mended.enum) delete mended.enum
  const named = Object.keys(node(mended.properties)).length > 0
  if (named && mended.additionalProperties === undefined) mended.additionalProperties = false
  return mended
}

/** A whole file with every schema in it mended; nothing else changes. */
const mendFile = (value: Json, folder: string): Json => {
  if (Array.isArray(value)) return value.map((item) => mendFile(item, folder))
  if (!isNode(value)) return value
  return mapNode(value, (item, key) => {
    if (key === 'schema') return mendSchema(item, folder)
    if (key === 'schemas' && isNode(item)) return mapNode(item, (schema) => mendSchema(schema, folder))
    return mendFile(item, folder)
  })
}

/** A few webhook pages write a schema as names with their types: `{ "id": "string" }`. */
const longhand = (schema: Node): Node =>
  schema.properties === undefined && typeof schema.id === 'string'
    ? { type: 'object', properties: mapNode(schema, (type) => (typeof type === 'string' ? { type } : {})) }
    : schema

const readOperations = (options: { root: Node; file: string; generation: 'v2' | 'v3' }): Operation[] => {
  const { root, file, generation } = options
  const resolve = (value: Node): Node => {
    if (typeof value.$ref !== 'string') return value
    return value.$ref
      .slice(2)
      .split('/')
      .reduce<Node>((found, key) => node(found[key]), root)
  }
  return Object.entries(node(root.paths)).flatMap(([path, item]) =>
    Object.entries(node(item))
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, raw]) => {
        const operation = node(raw)
        const at = (...keys: string[]) => `${file}#/${['paths', path, method, ...keys].map(pointerPart).join('/')}`
        const parameters = [...nodes(node(item).parameters), ...nodes(operation.parameters)].map(resolve)
        const content = node(node(operation.requestBody).content)
        const contentType = Object.keys(content)[0]
        const status = Object.keys(node(operation.responses)).find((code) => code.startsWith('2'))
        const answer = status ? node(node(node(operation.responses)[status]).content)['application/json'] : undefined
        return {
          generation,
          file,
          method: method.toUpperCase(),
          path,
          operationId: String(operation.operationId ?? ''),
          versions: parameters
            .filter((parameter) => String(parameter.name).toLowerCase() === 'version')
            .flatMap((parameter) => (node(parameter.schema).enum as string[] | undefined) ?? []),
          security: nodes(operation.security).flatMap((way) =>
            Object.entries(way).map(([scheme, scopes]) => ({ scheme, scopes: scopes as string[] })),
          ),
          // Version and Authorization are headers of every call and not inputs.
          parameters: parameters
            .filter((parameter) => !['version', 'authorization'].includes(String(parameter.name).toLowerCase()))
            .map((parameter) => ({
              name: String(parameter.name),
              in: String(parameter.in),
              required: parameter.required === true,
              schema: node(parameter.schema),
            })),
          body: contentType
            ? {
                contentType,
                schema: node(node(content[contentType]).schema),
                at: at('requestBody', 'content', contentType, 'schema'),
              }
            : undefined,
          answer:
            status && isNode(answer) && isNode(answer.schema)
              ? { schema: answer.schema, at: at('responses', status, 'content', 'application/json', 'schema') }
              : undefined,
        }
      }),
  )
}

export type Official = {
  operations: Operation[]
  operation(generation: 'v2' | 'v3', method: string, path: string): Operation | undefined
  /** A schema with its references followed. */
  resolve(schema: Node, file: string): { schema: Node; file: string }
  validator(placed: PlacedSchema): ValidateFunction
  webhooks: Map<string, WebhookPage>
  webhookValidator(schema: Node): ValidateFunction
}

/** Reads the official files, or undefined when they are not there. Takes about a second. */
export const readOfficial = (): Official | undefined => {
  if (!existsSync(new URL('openapi/v3/', FOLDER))) return undefined
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, logger: false })
  addFormats.default(ajv)
  const files = new Map<string, Node>()
  const operations: Operation[] = []
  for (const generation of ['v2', 'v3'] as const) {
    for (const name of readdirSync(new URL(`openapi/${generation}/`, FOLDER))) {
      const root = mendFile(readJson(new URL(`openapi/${generation}/${name}`, FOLDER)), generation) as Node
      const file = `/${generation}/${name}`
      files.set(file, root)
      ajv.addSchema(root, file)
      operations.push(...readOperations({ root, file, generation }))
    }
  }
  const byKey = new Map(operations.map((entry) => [`${entry.generation} ${entry.method} ${entry.path}`, entry]))
  const webhooks = new Map(
    readdirSync(new URL('webhooks/', FOLDER)).map((name) => {
      const page = readJson(new URL(`webhooks/${name}`, FOLDER))
      const event = String(page.event)
      const shown = nodes(page.examples).flatMap((example) => Object.keys(node(example.payload)))
      const schemas = nodes(page.schemas).map(longhand)
      return [event, { event, literal: page.typeLiteral as string | null, schemas, shown }]
    }),
  )
  const resolve: Official['resolve'] = (schema, file) => {
    if (typeof schema.$ref !== 'string') return { schema, file }
    const [target, pointer = ''] = schema.$ref.split('#')
    const next = target || file
    const keys = pointer
      .split('/')
      .slice(1)
      .map((key) => decodeURIComponent(key).replaceAll('~1', '/'))
    return resolve(
      keys.reduce<Node>((found, key) => node(found[key]), files.get(next) ?? {}),
      next,
    )
  }
  return {
    operations,
    operation: (generation, method, path) => byKey.get(`${generation} ${method} ${path}`),
    resolve,
    validator: (placed) => ajv.compile({ $ref: placed.at }),
    webhooks,
    webhookValidator: (schema) => ajv.compile(node(mendSchema(schema, 'v2'))),
  }
}
