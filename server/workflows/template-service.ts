// The built-in workflows of a location and their options. Enabling one publishes the document that ships with this
// version; the default is disabled.

import { derivedId } from '../ids.ts'
import type { Tx } from '../store/db.ts'
import type { WorkflowRow, Workflows } from '../store/workflows.ts'
import type { Template } from './templates/template.ts'

export type TemplateUse<Options> = { isEnabled: boolean; options: Options }

type Change<Options> = { use: TemplateUse<Options>; by: string; on: Tx }

/** The id of a location's workflow that is made of a template. */
export const templateWorkflowId = (locationId: string, templateId: string): string =>
  derivedId('template', locationId, templateId)

/** Options of an older version may lack new members or have removed ones; defaults apply to exactly those. */
export const readOptions = (template: Template, stored: unknown): Record<string, unknown> => {
  const given = (stored ?? {}) as Record<string, unknown>
  const parsed = template.options.safeParse(given)
  if (parsed.success) return parsed.data
  const known = new Set(template.form.map(({ key }) => key))
  const faulty = new Set(parsed.error.issues.map(({ path: [key] }) => key))
  const fit = Object.entries(given).filter(([key]) => known.has(key) && !faulty.has(key))
  const again = template.options.safeParse(Object.fromEntries(fit))
  return again.success ? again.data : template.options.parse({})
}

const useOf = (template: Template, row: WorkflowRow | undefined): TemplateUse<Record<string, unknown>> => ({
  isEnabled: row?.enabled ?? false,
  options: readOptions(template, row?.options),
})

type Deps = { workflows: Pick<Workflows, 'get' | 'list' | 'publish' | 'change'> }

export type TemplateService = ReturnType<typeof createTemplateService>

/** Enables, disables and configures built-in workflows. */
export const createTemplateService = ({ workflows }: Deps) => ({
  /** One template's switch and options in a location. */
  async read<Schema extends Template['options']>(
    locationId: string,
    template: Template<Schema>,
  ): Promise<TemplateUse<Schema['_zod']['output']>> {
    const row = await workflows.get(locationId, templateWorkflowId(locationId, template.id))
    return useOf(template, row) as TemplateUse<Schema['_zod']['output']>
  },

  /** All of the given templates, in their order. */
  async readAll(locationId: string, templates: readonly Template[]): Promise<TemplateUse<Record<string, unknown>>[]> {
    const rows = new Map((await workflows.list(locationId)).map((row) => [row.id, row]))
    return templates.map((template) => useOf(template, rows.get(templateWorkflowId(locationId, template.id))))
  },

  /** In the transaction of its audit entry. */
  async change<Schema extends Template['options']>(
    locationId: string,
    template: Template<Schema>,
    { use: { isEnabled, options }, by, on }: Change<Schema['_zod']['output']>,
  ): Promise<void> {
    const id = templateWorkflowId(locationId, template.id)
    const { id: templateId, version: templateVersion, document } = template
    await workflows.publish(
      locationId,
      { id, name: document.name, templateId, templateVersion, document, publishedBy: by },
      on,
    )
    await workflows.change(locationId, id, { enabled: isEnabled, options }, on)
  },
})
