// Which built-in workflows a location uses, and with what choices. Switching one on publishes the document that ships
// with this version; a location that never chose has the defaults, switched off.

import { derivedId } from '../ids.ts'
import type { Tx } from '../store/db.ts'
import type { Workflows } from '../store/workflows.ts'
import type { Template } from './templates/template.ts'

export type TemplateUse<Options> = { isEnabled: boolean; options: Options }

/** One template's switch and options in each location. */
export const createTemplateBook = <Schema extends Template['options']>({
  template,
  workflows,
}: {
  template: Template<Schema>
  workflows: Pick<Workflows, 'get' | 'publish' | 'change'>
}) => {
  type Options = Schema['_zod']['output']
  const idIn = (locationId: string): string => derivedId('template', locationId, template.id)
  // Options of an older version may lack what is new, or hold what is gone: then the defaults stand.
  const read = (stored: unknown): Options => {
    const parsed = template.options.safeParse(stored ?? {})
    return (parsed.success ? parsed.data : template.options.parse({})) as Options
  }

  return {
    async read(locationId: string): Promise<TemplateUse<Options>> {
      const row = await workflows.get(locationId, idIn(locationId))
      return { isEnabled: row?.enabled ?? false, options: read(row?.options) }
    },

    /** In the transaction of its audit entry. */
    async change(
      locationId: string,
      { isEnabled, options }: TemplateUse<Options>,
      { by, on }: { by: string; on: Tx },
    ): Promise<void> {
      const id = idIn(locationId)
      const { document } = template
      await workflows.publish(
        locationId,
        { id, name: document.name, templateId: template.id, document, publishedBy: by },
        on,
      )
      await workflows.change(locationId, id, { enabled: isEnabled, options: options as Record<string, unknown> }, on)
    },
  }
}
