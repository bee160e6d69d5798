// The API's document as its reference page shows it: plain rows, made once at the start. Pure.

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
}

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

export const referenceOf = (source: ApiDocument, publicUrl: string): ReferencePage => {
  const document = JSON.parse(JSON.stringify(source)) as Json

  const resolved = (schema: Json): Json =>
    schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema

  /** Members of an object; those of objects within have a dot in their name. */
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

  const curlOf = (method: string, path: string, { parameters = [], requestBody }: Json): string => {
    const query = parameters
      .filter(({ in: place, required }: Json) => place === 'query' && required)
      .map(({ name, schema }: Json) => `${name}=${encodeURIComponent(schema.example ?? '')}`)
    const id = path.includes('/events/') ? '$EVENT_ID' : 'cus_10482'
    const address = `${publicUrl}${path.replace('{id}', id)}${query.length > 0 ? `?${query.join('&')}` : ''}`
    const body = requestBody && exampleBody(requestBody.content['application/json'].schema)
    return [
      `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${address}"`,
      '  -H "Authorization: Bearer $RANKR_KEY"',
      ...(body ? ['  -H "Content-Type: application/json"', `  -d '${body}'`] : []),
    ].join(' \\\n')
  }

  const operationOf = (method: string, path: string, operation: Json): OperationPage => {
    const responses = Object.entries<Json>(operation.responses)
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
      example: curlOf(method, path, operation),
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
