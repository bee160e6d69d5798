// Changes to many accounts of one company: enables or disables a built-in workflow in all of them, or copies one
// account's settings to others. What exists in one account only (its pipelines, its custom fields) is not copied.

import type { Tx } from '../store/db.ts'
import type { FieldMapping } from './field-mapping.ts'
import type { MappingService } from './mapping-service.ts'
import type { TemplateService } from './template-service.ts'
import type { Template } from './templates/template.ts'

type Options = Record<string, unknown>

/** Identified by an id that exists in one account only. */
const isCustomTarget = (target: string): boolean => target.startsWith('customFields.')

/** The options of an account after copying those of another, and the keys that each account must set itself. */
const copiedOptions = (
  { form }: Pick<Template, 'form'>,
  { from, to }: { from: Options; to: Options },
): { options: Options; kept: string[] } => {
  const own = form.filter(({ kind }) => kind === 'live').map(({ key }) => key)
  return {
    options: { ...from, ...Object.fromEntries(own.map((key) => [key, to[key]])) },
    kept: own.filter((key) => from[key] !== '' && from[key] !== undefined && to[key] !== from[key]),
  }
}

/** The mapping rows to copy to another account; its own rows about custom fields stay. */
const copiedMapping = ({ from, to }: { from: FieldMapping; to: FieldMapping }): FieldMapping => ({
  ...from,
  rows: [
    ...from.rows.filter(({ target }) => !isCustomTarget(target)),
    ...to.rows.filter(({ target }) => isCustomTarget(target)),
  ],
})

/** What was copied to one account; `kept`: ids of built-in workflows that still need its own choices. */
export type Copied = { changed: string[]; kept: string[] }

type By = { by: string; on: Tx }

type Deps = {
  templates: readonly Template[]
  templateService: Pick<TemplateService, 'read' | 'readAll' | 'change'>
  mappingService: Pick<MappingService, 'templates' | 'read' | 'save'>
}

export type CompanyService = ReturnType<typeof createCompanyService>

/** `switch` and `copy`, for one account at a time. */
export const createCompanyService = ({ templates, templateService, mappingService }: Deps) => {
  const copyMappings = async (from: string, to: string, by: By): Promise<string[]> => {
    const changed: string[] = []
    for (const { templateId } of mappingService.templates) {
      const [source, target] = await Promise.all([
        mappingService.read(from, templateId),
        mappingService.read(to, templateId),
      ])
      const mapping = copiedMapping({ from: source.mapping, to: target.mapping })
      if (JSON.stringify(mapping) === JSON.stringify(target.mapping)) continue
      await mappingService.save(to, templateId, { mapping, version: target.version, ...by })
      changed.push(templateId)
    }
    return changed
  }

  return {
    /** Switches one built-in workflow; returns whether that changed anything. */
    async switch(
      locationId: string,
      template: Template,
      { isEnabled, ...by }: By & { isEnabled: boolean },
    ): Promise<boolean> {
      const { isEnabled: before, options } = await templateService.read(locationId, template)
      if (before === isEnabled) return false
      await templateService.change(locationId, template, { use: { isEnabled, options }, ...by })
      return true
    },

    /** Copies switches, options and mappings to an account. Throws `conflict` when someone is editing a mapping. */
    async copy(from: string, to: string, by: By): Promise<Copied> {
      const [sources, targets] = await Promise.all([
        templateService.readAll(from, templates),
        templateService.readAll(to, templates),
      ])
      const changed = new Set<string>()
      const kept: string[] = []
      for (const [index, template] of templates.entries()) {
        const [source, target] = [sources[index]!, targets[index]!]
        const copied = copiedOptions(template, { from: source.options, to: target.options })
        const use = { isEnabled: source.isEnabled, options: copied.options }
        if (source.isEnabled && copied.kept.length > 0) kept.push(template.id)
        if (JSON.stringify(use) === JSON.stringify(target)) continue
        await templateService.change(to, template, { use, ...by })
        changed.add(template.id)
      }
      for (const id of await copyMappings(from, to, by)) changed.add(id)
      return { changed: [...changed], kept }
    },
  }
}
