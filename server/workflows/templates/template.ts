// A built-in workflow that a location switches on: a document like any other, and the few choices it offers.

import type { z } from 'zod'
import type { WorkflowDocument } from '../document.ts'

export type Template<Options extends z.ZodType = z.ZodType> = {
  /** Kept with the location's workflow; never changes. */
  id: string
  /** The location's choices, readable in the document as `options.…`. All have defaults. */
  options: Options
  document: WorkflowDocument
}
