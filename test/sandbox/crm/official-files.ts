// The official OpenAPI files, where these are at hand, as a check of answers. What the files themselves have wrong is
// listed with the reason.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import type { Answer } from './harness.ts'

const FOLDER = join(import.meta.dirname, '../../../../shared/ghl/openapi')
/** The reason to skip, when the files are absent. */
export const skip = existsSync(FOLDER) ? false : `the official OpenAPI files are not at ${FOLDER}`

export type Generation = 'v2' | 'v3'
type Document = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }

/** Where the files contradict themselves or the platform: an operation and a place in its answer. */
const WRONG_IN_THE_FILES: [operation: RegExp, place: RegExp, reason: string][] = [
  [/invoices|text2pay/, /invoiceItems/, 'items are objects in every sample, not strings'],
  [/pipelines/, /stages/, 'stages are objects, not lists'],
  [/opportunities/, /followers|notes|tasks|calendarEvents/, 'lists of lists in the files'],
  [/tasks\/search/, /tasks/, 'lists of lists in the files'],
  [/records/, /properties/, 'properties are an object, not a string'],
  [/records\/search/, /searchAfter/, 'ends with the id, which is text'],
  [/GET \/associations\/(objectKey.*)?$/, /.*/, 'a list is declared as one association'],
  [/GET \/associations\/relations/, /.*/, 'a list is declared as one association'],
  [/associations/, /Object(Label|Key)|associationType/, 'texts in every sample, not objects'],
  [/bulk\/tags/, /responses/, 'answers for each contact are objects'],
  [/events/, /(start|end)Time|date(Added|Updated)/, 'times are texts in every sample, not objects'],
  [/objects/, /\/type$/, 'a text in the samples, not an object'],
]

const isKnownWrong = (operation: string, { instancePath, params }: ErrorObject): boolean => {
  const place = `${instancePath}/${params.missingProperty ?? ''}`.replace(/\/$/, '')
  return WRONG_IN_THE_FILES.some(([operations, places]) => operations.test(operation) && places.test(place))
}

/** A check of answers; each file is read once. */
export const createContract = () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false })
  const documents = new Map<string, Document>()
  for (const generation of ['v2', 'v3'] as const) {
    const text = readFileSync(join(FOLDER, generation, 'common-schemas.json'), 'utf8')
    ajv.addSchema({ ...JSON.parse(text), $id: `https://files/${generation}/common/common-schemas.json` })
  }
  const load = (generation: Generation, file: string): Document => {
    const name = generation === 'v3' ? `${file}-v3.json` : `${file}.json`
    const key = `${generation}/${name}`
    const known = documents.get(key)
    if (known) return known
    const document = JSON.parse(readFileSync(join(FOLDER, generation, name), 'utf8'))
    documents.set(key, document)
    ajv.addSchema({ ...document, $id: `https://files/${generation}/apps/${name}` })
    return document
  }
  /** Faults of `answer` by the file's schema for its status. */
  return (generation: Generation, file: string, operation: string, answer: Answer): string[] => {
    const [method = '', path = ''] = operation.split(' ')
    const row = load(generation, file).paths[path]?.[method.toLowerCase()]
    if (!row) return [`${operation} is not in ${generation}/${file}`]
    if (!(answer.status in row.responses))
      return [`status ${answer.status} is not declared: ${JSON.stringify(answer.body)}`]
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(answer.status),
      'content',
      'application/json',
      'schema',
    ]
    const content = (row.responses[answer.status] as { content?: Record<string, { schema?: unknown }> }).content
    if (!content?.['application/json']?.schema) return []
    const name = generation === 'v3' ? `${file}-v3.json` : `${file}.json`
    const reference = pointer
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    const validate = ajv.compile({ $ref: `https://files/${generation}/apps/${name}#/${reference}` })
    if (validate(answer.body)) return []
    return validate
      .errors!.filter((error) => !isKnownWrong(operation, error))
      .map((error) => `${error.instancePath} ${error.message}`)
  }
}
