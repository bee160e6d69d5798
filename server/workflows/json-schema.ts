// The workflow document as JSON Schema, for tools outside the app.

import { z } from 'zod'
import { workflowDocument } from './document.ts'

/** JSON Schema 2020-12 of a document as it may be imported; `url` is where it is published. */
export const workflowJsonSchema = (url: string): Record<string, unknown> => {
  const { $schema, ...shape } = z.toJSONSchema(workflowDocument, { io: 'input' })
  return {
    $schema,
    $id: url,
    title: 'Workflow',
    description: 'What starts a workflow, then a tree of steps.',
    ...shape,
  }
}
