// The JSON Schema of workflow documents, for tools that check or write them.

import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'

export const WORKFLOW_SCHEMA_PATH = '/docs/workflow.schema.json'

/** `GET /docs/workflow.schema.json`. */
export const workflowSchemaRoute = (schema: Record<string, unknown>): Route =>
  defineRoute({
    method: 'GET',
    path: WORKFLOW_SCHEMA_PATH,
    door: 'open',
    audit: { none: 'reads only' },
    handler: () =>
      json(schema, { headers: { 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' } }),
  })
