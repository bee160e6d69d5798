// Compares one catalog entry with its official operation and tells every point of it, agreed or not. Knows nothing of
// deviations: what may differ, and why, is the business of the test.

import { buildRequest } from '../../server/catalog/request.ts'
import { pathParts } from '../../server/catalog/rules.ts'
import type { Action, Field, Trigger } from '../../server/catalog/schema.ts'
import { isNode, type Json, type Node, type Official, type Operation } from './official.ts'

/** One compared point. `found` says what is wrong; undefined means that both sides agree. */
export type Point = { entry: string; check: string; about: string; found?: string }

const CONTEXT = {
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  companyId: 'cO5mP8aNy2XqT7wRz4Vb',
  userId: 'uJ3sN6aPq8Zt1VxR4mLk',
  appId: '665c6bb13d4e5364bdec0e2f',
}

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
}

/** JSON types that a field may turn into. */
const jsonTypes = (field: Field): string[] => {
  if (field.list) return ['array']
  switch (field.type) {
    case 'numerical':
      return ['number', 'integer']
    case 'toggle':
    case 'checkbox':
      return ['boolean']
    case 'object':
    case 'map':
      return ['object']
    case 'json':
    case 'attachment':
      return []
    case 'hidden':
      return field.fill && 'constant' in field.fill ? [jsonType(field.fill.constant)] : ['string']
    case 'date-time':
      return field.format?.startsWith('epoch') ? ['number', 'integer'] : ['string']
    case 'select':
    case 'radio':
      return Array.isArray(field.choices) ? [...new Set(field.choices.map(({ value }) => typeof value))] : ['string']
    default:
      return ['string']
  }
}

const jsonType = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const typesOf = (schema: Node): string[] => {
  if (typeof schema.type === 'string') return [schema.type]
  if (Array.isArray(schema.type)) return schema.type as string[]
  return []
}

const flatten = (official: Official, schema: Node, file: string): { schema: Node; file: string }[] => {
  const resolved = official.resolve(schema, file)
  const branches = [resolved.schema.anyOf, resolved.schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []))
  return [resolved, ...branches.filter(isNode).flatMap((branch) => flatten(official, branch, resolved.file))]
}

const listed = (errors: readonly { instancePath: string; message?: string; params?: unknown }[] | null | undefined) =>
  (errors ?? [])
    .map(({ instancePath, message, params }) => {
      const extra =
        isNode(params) && typeof params.additionalProperty === 'string' ? ` (${params.additionalProperty})` : ''
      return `${instancePath || 'the whole'} ${message}${extra}`
    })
    .slice(0, 6)
    .join('; ')

/** The generation of official files that an action is held against: v3 by its version, else the dated ones. */
const generationOf = (action: Action): 'v2' | 'v3' => (action.version === 'v3' ? 'v3' : 'v2')

/** All points in which an action and its official operation can agree. */
export const compareAction = (action: Action, official: Official): Point[] => {
  const points: Point[] = []
  const point = (check: string, about: string, found?: string) =>
    points.push({ entry: action.id, check, about, ...(found ? { found } : {}) })
  const operation = official.operation(generationOf(action), action.method!, action.path!)
  point('operation', `${action.method} ${action.path}`, operation ? undefined : `not in the ${action.version} files`)
  if (!operation) return points

  const newer = official.operation('v3', action.method!, action.path!)
  point('version', 'newest', newer && action.version !== 'v3' ? 'the v3 files have this operation too' : undefined)
  const declares = operation.versions.length === 0 || operation.versions.includes(action.version!)
  point('version', 'header', declares ? undefined : `the file wants ${operation.versions.join(', ')}`)
  compareSecurity(action, operation, point)
  compareParameters(action, operation, point)

  const contentType = operation.body?.contentType
  const bodyFields = action.input.filter((field) => field.in === 'body')
  if (bodyFields.length > 0 || contentType) {
    const expected = bodyFields.length > 0 ? CONTENT_TYPES[action.bodyStyle] : contentType
    point('body', 'content type', contentType === expected ? undefined : `the file wants ${contentType ?? 'no body'}`)
  }
  if (operation.body) {
    compareFields({
      fields: bodyFields,
      schema: operation.body.schema,
      file: operation.file,
      at: 'body',
      official,
      point,
    })
  }
  compareCleared(action, operation, official, point)
  compareSamples(action, operation, official, point)
  return points
}

type Report = (check: string, about: string, found?: string) => void

const compareSecurity = (action: Action, operation: Operation, point: Report) => {
  const sorted = (scopes: readonly string[]) => [...scopes].sort().join(' ')
  const named = operation.security.filter(({ scopes }) => scopes.length > 0)
  const agrees = named.some(({ scopes }) => sorted(scopes) === sorted(action.scope))
  const official = named.map(({ scopes }) => sorted(scopes)).join(' or ')
  point('scope', sorted(action.scope) || 'none', agrees ? undefined : `the file names ${official || 'none'}`)
  const schemes = operation.security.map(({ scheme }) => scheme)
  const forCompany = schemes.length > 0 && schemes.every((scheme) => scheme.startsWith('Agency'))
  const wanted = forCompany ? 'company' : 'location'
  const allowed =
    action.token === wanted || (action.token === 'company' && schemes.some((scheme) => scheme.startsWith('Agency')))
  point('token', action.token, allowed ? undefined : `the file wants the token of the ${wanted}`)
}

const compareParameters = (action: Action, operation: Operation, point: Report) => {
  const parts = pathParts(operation.path)
  for (const parameter of operation.parameters) {
    const field = action.input.find(
      (entry) => entry.in === parameter.in && (entry.name ?? entry.key) === parameter.name,
    )
    const about = `${parameter.in} ${parameter.name}`
    if (!field) {
      if (parameter.required) point('required', about, 'the file requires it')
      continue
    }
    point('required', about, parameter.required && !field.required ? 'the file requires it' : undefined)
    compareChoices(field, [parameter.schema], about, point)
  }
  for (const field of action.input) {
    if (field.in === 'body' || field.in === 'cleared') continue
    const name = field.name ?? field.key
    const known = operation.parameters.some((parameter) => parameter.in === field.in && parameter.name === name)
    // A part of the path exists even where the file forgot to declare it.
    const inPath = field.in === 'path' && parts.includes(name)
    point('parameter', `${field.in} ${name}`, known || inPath ? undefined : 'the file does not know it')
  }
}

/** What may be cleared must be what the file lets be null. */
const compareCleared = (action: Action, { body, file }: Operation, official: Official, point: Report) => {
  const branches = body ? flatten(official, body.schema, file) : []
  for (const field of action.input) {
    if (field.in !== 'cleared' || !Array.isArray(field.choices)) continue
    for (const { value } of field.choices) {
      const known = branches.flatMap(({ schema }) => {
        const { properties } = schema
        return isNode(properties) && isNode(properties[String(value)]) ? [properties[String(value)] as Node] : []
      })
      const isNullable = known.some(({ nullable }) => nullable === true)
      point('cleared', String(value), isNullable ? undefined : 'the file does not let it be null')
    }
  }
}

const compareChoices = (field: Field, schemas: Node[], about: string, point: Report) => {
  const allowed = schemas.flatMap((schema) => {
    const items = isNode(schema.items) ? schema.items.enum : undefined
    return (Array.isArray(schema.enum) ? schema.enum : Array.isArray(items) ? items : []) as Json[]
  })
  const ours = Array.isArray(field.choices)
    ? field.choices.map(({ value }) => value)
    : field.fill && 'constant' in field.fill && typeof field.fill.constant !== 'object'
      ? [field.fill.constant]
      : undefined
  if (!ours || allowed.length === 0) return
  const foreign = ours.filter((value) => !allowed.includes(value as Json))
  point('enum', about, foreign.length === 0 ? undefined : `the file does not know ${foreign.join(', ')}`)
}

const compareFields = (options: {
  fields: Field[]
  schema: Node
  file: string
  at: string
  official: Official
  point: Report
}) => {
  const { fields, official, point, at } = options
  const shapes = flatten(official, options.schema, options.file)
  const properties = shapes.flatMap(({ schema, file }) =>
    Object.entries(isNode(schema.properties) ? schema.properties : {}).map(([name, value]) => ({ name, value, file })),
  )
  if (properties.length === 0) return
  // What only one of several alternatives requires is not required.
  const required = shapes.some(({ schema }) => schema.anyOf)
    ? []
    : shapes.flatMap(({ schema }) => (Array.isArray(schema.required) ? (schema.required as string[]) : []))
  for (const name of new Set(required)) {
    const field = fields.find((entry) => (entry.name ?? entry.key) === name)
    point('required', `${at}.${name}`, field?.required ? undefined : 'the file requires it')
  }
  for (const field of fields) {
    const name = field.name ?? field.key
    const about = `${at}.${name}`
    const found = properties.filter((property) => property.name === name)
    point('parameter', about, found.length > 0 ? undefined : 'the file does not know it')
    if (found.length === 0) continue
    const variants = found.flatMap(({ value, file }) => (isNode(value) ? flatten(official, value, file) : []))
    const types = variants.flatMap(({ schema }) => typesOf(schema))
    const ours = jsonTypes(field)
    const fits = ours.length === 0 || types.length === 0 || ours.every((type) => fitsType(type, types))
    point('type', about, fits ? undefined : `ours is ${ours.join('|')}, the file says ${[...new Set(types)].join('|')}`)
    const items = field.list
      ? variants.flatMap(({ schema, file }) => (isNode(schema.items) ? flatten(official, schema.items, file) : []))
      : variants
    compareChoices(
      field,
      items.map(({ schema }) => schema),
      about,
      point,
    )
    if (!field.fields) continue
    for (const { schema, file } of items.slice(0, 1)) {
      compareFields({ fields: field.fields, schema, file, at: about, official, point })
    }
  }
}

const fitsType = (ours: string, theirs: string[]): boolean =>
  theirs.includes(ours) ||
  (ours === 'integer' && theirs.includes('number')) ||
  (ours === 'number' && theirs.includes('integer'))

const compareSamples = (action: Action, operation: Operation, official: Official, point: Report) => {
  const built = buildRequest(action, action.sample.input, CONTEXT)
  const faults = built.ok ? '' : built.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
  point('sample', 'input', faults || undefined)
  if (built.ok && operation.body && action.bodyStyle !== 'multipart') {
    const validate = official.validator(operation.body)
    point('sample', 'request body', validate(built.request.body ?? {}) ? undefined : listed(validate.errors))
  }
  if (operation.answer) {
    const validate = official.validator(operation.answer)
    point('sample', 'answer', validate(action.sample.output) ? undefined : listed(validate.errors))
  }
}

/** Members that every delivery may carry, whatever its event; most pages leave them out. */
const ENVELOPE = ['type', 'locationId', 'companyId', 'appId', 'versionId', 'timestamp', 'webhookId']

/** All points in which a trigger and its event's official page can agree. */
export const compareTrigger = (trigger: Trigger, official: Official): Point[] => {
  const points: Point[] = []
  const point = (check: string, about: string, found?: string) =>
    points.push({ entry: trigger.id, check, about, ...(found ? { found } : {}) })
  const page = official.webhooks.get(trigger.event)
  point('event', trigger.event, page ? undefined : 'no page of this name')
  if (!page) return points
  const literal = trigger.literal ?? trigger.event
  if (page.literal) point('literal', literal, page.literal === literal ? undefined : `the page says ${page.literal}`)
  else
    point(
      'literal',
      'own address',
      trigger.ownAddress || trigger.delivery === 'provider' ? undefined : 'the body has no type',
    )
  const results = page.schemas.map((schema) => {
    const known = isNode(schema.properties) ? schema.properties : {}
    const open = Object.fromEntries(
      [...ENVELOPE, ...page.shown].filter((key) => !Object.hasOwn(known, key)).map((key) => [key, {}]),
    )
    const validate = official.webhookValidator({ ...schema, properties: { ...known, ...open } })
    return validate(trigger.sample) ? '' : listed(validate.errors)
  })
  point('sample', 'body', results.some((faults) => faults === '') ? undefined : results.join(' / '))
  return points
}
