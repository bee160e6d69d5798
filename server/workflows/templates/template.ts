// A built-in workflow: an ordinary document plus the options it offers. Its texts are in server/texts (`syncs.<id>.…`).

import type { z } from 'zod'
import type { WorkflowDocument } from '../document.ts'

/** One choice as the form shows it; `key` is a member of the template's options. */
export type OptionField = { key: string } & (
  | { kind: 'switch' }
  /** A list of short texts. */
  | { kind: 'tags' }
  | { kind: 'text' | 'long-text'; letters: number }
  | { kind: 'number'; least: number; most: number }
  /** One of few; each has a text. */
  | { kind: 'choice'; values: readonly string[] }
  /** One of what the account has now, as a field of a catalog action offers it; '' when nothing is chosen. */
  | { kind: 'live'; choices: { entryId: string; field: string }; dependsOn?: { option: string; field: string } }
)

type TemplateOptions = z.ZodType<Record<string, unknown>>

export type Template<Options extends TemplateOptions = TemplateOptions> = {
  /** Kept with the location's workflow; never changes. */
  id: string
  /** Raised with every change of the document: then accounts get the new one (template-upgrade.ts). */
  version: number
  /** The location's choices, readable in the document as `options.…`. All have defaults. */
  options: Options
  form: readonly OptionField[]
  /** Actions that only run when a choice is made: without it their permissions are not needed. By the key of the choice. */
  onlyWith?: Readonly<Record<string, readonly string[]>>
  /** Address of a settings screen where something is to be set up first. */
  setup?: string
  document: WorkflowDocument
}
