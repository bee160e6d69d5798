// Operations that keep no state: each answers what it was given as a sample. Token, scope, version and location are checked
// as for every other operation; what a query or a body must hold is not known here.

import { z } from 'zod'
import { type AnyOperation, type Operation, operation, type Version } from './operation.ts'

export type SampleAnswer = {
  method: Operation['method']
  /** With `{name}` for parts that vary, as the platform's pages have it. */
  path: string
  version: Version
  /** The token needs at least one of them. */
  scope: readonly string[]
  /** Whose token is taken; the location's when left out. */
  token?: 'location' | 'company'
  /** 200 when left out. */
  status?: number
  body: unknown
}

type Named = Record<string, unknown>

const anything = z.record(z.string(), z.unknown())

/** The location that a request names, wherever it does. */
const namedLocation = (places: Named[]): string | undefined => {
  for (const { locationId, altType, altId } of places) {
    if (typeof locationId === 'string') return locationId
    if (altType === 'location' && typeof altId === 'string') return altId
  }
  return undefined
}

/** One operation for each answer. Of several for the same method, path and version the first one answers. */
export const sampleOperations = (samples: readonly SampleAnswer[]): AnyOperation[] =>
  samples.map(({ method, path, version, scope, token = 'location', status = 200, body }) =>
    operation<Named, Named>({
      method,
      path: path.replaceAll(/\{(\w+)\}/g, ':$1').replace(/\/$/, ''),
      versions: [version],
      tokens: token === 'company' ? ['Company'] : ['Location'],
      scopes: scope,
      query: anything,
      body: anything,
      location: (request) => namedLocation([request.params, request.query, request.body]),
      isSample: true,
      status,
      handle: () => body,
    }),
  )
