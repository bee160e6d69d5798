// The API document as rows for the reference page, built once at startup. Pure.

import type { Scope } from '../../api/scopes.ts'
import type { ApiDocument } from '../api/document.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JSON document of many shapes
type Json = any

export type FieldRow = { name: string; type: string; isRequired: boolean; description: string; example?: string }

export type OperationPage = {
  id: string
  method: string
  path: string
  summary: string
  description: string
  scopes: string[]
  parameters: (FieldRow & { in: string })[]
  body: FieldRow[]
  answers: { status: string; description: string; fields: FieldRow[] }[]
  errors: { status: string; codes: string[] }[]
  example: string
  /** The same call for the element that tries it. */
  trial: TryOperation
}

/** An API call that can be tried: its address with sample values, and its body. */
export type TryOperation = {
  id: string
  method: string
  path: string
  summary: string
  scopes: Scope[]
  body: string | undefined
}

/** Placeholder of an id only the caller knows: `/v1/dead-letters/{id}` → `$DEAD_LETTER_ID`. */
const variableOf = (path: string): string =>
  `$${path.split('/')[2]!.replace(/s$/, '').replaceAll('-', '_').toUpperCase()}_ID`

export type ReferencePage = { name: string; description: string; operations: OperationPage[] }[]

const METHODS = ['get', 'post', 'patch', 'delete'] as const
const DEEPEST = 3

const typeOf = (schema: Json): string => {
  if (schema.enum) return schema.enum.map((value: unknown) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf && !schema.type) return schema.anyOf.map(typeOf).join(' or ')
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`
  return schema.$ref ? schema.$ref.split('/').at(-1) : (schema.format ?? schema.type ?? 'anything')
}

const rowOf = (name: string, schema: Json, isRequired: boolean): FieldRow => ({
  name,
  type: typeOf(schema),
  isRequired,
  description: schema.description ?? '',
  ...(schema.example === undefined ? {} : { example: [schema.example].flat().join(', ') }),
})

/** The reference page's rows, by tag. */
export const referenceOf = (source: ApiDocument, publicUrl: string): ReferencePage => {
  const document = JSON.parse(JSON.stringify(source)) as Json

  const resolved = (schema: Json): Json =>
    schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema

  /** Members of an object; nested ones have a dot in their name. */
  const fieldsOf = (schema: Json, above = '', depth = 0): FieldRow[] => {
    const whole = resolved(schema) ?? {}
    if (whole.type === 'array') return fieldsOf(whole.items, `${above.replace(/\.$/, '')}[].`, depth)
    return Object.entries<Json>(whole.properties ?? {}).flatMap(([key, member]) => {
      const row = rowOf(`${above}${key}`, member, whole.required?.includes(key) ?? false)
      return depth >= DEEPEST ? [row] : [row, ...fieldsOf(member, `${above}${key}.`, depth + 1)]
    })
  }

  const exampleBody = (schema: Json): string | undefined => {
    const whole = resolved(schema)
    if (!whole?.properties) return undefined
    if (whole.properties.items)
      return JSON.stringify({ items: [JSON.parse(exampleBody(whole.properties.items.items)!)] })
    const members = Object.entries<Json>(whole.properties).filter(([, { example }]) => example !== undefined)
    return JSON.stringify(Object.fromEntries(members.map(([key, { example }]) => [key, example])))
  }

  const trialOf = (method: string, path: string, operation: Json): TryOperation => {
    const { parameters = [], requestBody } = operation
    const examples = (of: 'path' | 'query') =>
      parameters
        .filter(({ in: place, required }: Json) => place === of && required)
        // For ids that we generate, the example is nobody's record.
        .filter(({ schema }: Json) => schema.format !== 'uuid')
        .map(({ name, schema }: Json) => [name, String(schema.example ?? '')] as const)
    const query = new URLSearchParams(examples('query')).toString()
    const filled = examples('path').reduce(
      (text: string, [name, value]: readonly [string, string]) => (value ? text.replace(`{${name}}`, value) : text),
      path,
    )
    const schema = requestBody?.content['application/json'].schema
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path: `${filled}${query ? `?${query}` : ''}`,
      summary: operation.summary,
      scopes: operation.security[0].oauth,
      body: schema && exampleBody(schema),
    }
  }

  const curlOf = ({ method, path, body }: TryOperation): string =>
    [
      `curl --fail-with-body ${method === 'GET' ? '' : `-X ${method} `}"${publicUrl}${path.replace('{id}', variableOf(path))}"`,
      '  -H "Authorization: Bearer $RANKR_KEY"',
      ...(body ? ['  -H "Content-Type: application/json"', `  -d '${body}'`] : []),
    ].join(' \\\n')

  const operationOf = (method: string, path: string, operation: Json): OperationPage => {
    const responses = Object.entries<Json>(operation.responses)
    const trial = trialOf(method, path, operation)
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      summary: operation.summary,
      description: operation.description.split('\n\n')[0],
      scopes: operation.security[0].oauth,
      parameters: (operation.parameters ?? []).map(({ name, in: place, required, schema, description }: Json) => ({
        ...rowOf(name, { description, ...schema }, required ?? false),
        in: place,
      })),
      body: operation.requestBody ? fieldsOf(operation.requestBody.content['application/json'].schema) : [],
      answers: responses
        .filter(([status]) => Number(status) < 300)
        .map(([status, { description, content }]) => ({
          status,
          description,
          fields: fieldsOf(content['application/json'].schema),
        })),
      errors: responses
        .filter(([, response]) => response['x-codes'])
        .map(([status, response]) => ({ status, codes: response['x-codes'] })),
      example: curlOf(trial),
      trial,
    }
  }

  return document.tags.map(({ name, description }: Json) => ({
    name,
    description,
    operations: Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]?.tags.includes(name)).map((method) =>
        operationOf(method, path, item[method]),
      ),
    ),
  }))
}
