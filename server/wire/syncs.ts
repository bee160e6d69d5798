// Wires the built-in workflows for the settings: switches, options, and lists to choose from.

import { action, scopesFor, trigger } from '../catalog/index.ts'
import { createChoices } from '../highlevel/choices.ts'
import type { createExecute } from '../highlevel/execute.ts'
import type { PermissionDeps, ScopeUse } from '../http/ui/permissions.ts'
import type { SyncDeps } from '../http/ui/syncs.ts'
import type { Log } from '../log.ts'
import type { IncomingWebhooks } from '../store/incoming-webhooks.ts'
import type { Workflows } from '../store/workflows.ts'
import { actionIdsOf, workflowDocument } from '../workflows/document.ts'
import { MAPPED_TEMPLATES } from '../workflows/mapped-templates.ts'
import { createTemplateService, templateWorkflowId } from '../workflows/template-service.ts'
import { templates } from '../workflows/templates/index.ts'
import type { Template } from '../workflows/templates/template.ts'

type Deps = Pick<ReturnType<typeof createExecute>, 'execute' | 'list'> & {
  workflows: Workflows
  incoming: Pick<IncomingWebhooks, 'list'>
  now: () => Date
  log: Log
}

/** Not those of actions that only run with a choice that was not made. */
const scopesOf = ({ document, onlyWith = {} }: Template, options: Record<string, unknown>) => {
  const idle = new Set(Object.entries(onlyWith).flatMap(([key, ids]) => (options[key] ? [] : ids)))
  return scopesFor({ actionIds: actionIdsOf(document).filter((id) => !idle.has(id)), triggerIds: [] })
}

/** The parts of the syncs screens. */
export const wireSyncs = ({ execute, list, workflows, incoming, now, log }: Deps) => {
  const templateService = createTemplateService({ workflows })
  const own = { 'app.incoming-webhooks.list': async (id: string) => ({ webhooks: await incoming.list(id) }) }
  const choices = createChoices({ execute, list, action, trigger, own, now })
  const settings: Pick<SyncDeps, 'syncs' | 'templates' | 'mapped' | 'workflowIdOf' | 'scopesOf' | 'choices' | 'log'> &
    Pick<PermissionDeps, 'usesOf'> = {
    syncs: templateService,
    templates,
    mapped: new Set(MAPPED_TEMPLATES.map(({ templateId }) => templateId)),
    workflowIdOf: templateWorkflowId,
    scopesOf,
    async usesOf(locationId) {
      return (await workflows.enabled(locationId)).flatMap(({ templateId, name, options, published }): ScopeUse[] => {
        const template = templates.find(({ id }) => id === templateId)
        if (template) return [{ templateId: template.id, name, scopes: scopesOf(template, options) }]
        const document = workflowDocument.safeParse(published).data
        if (!document) return []
        const triggerIds = document.triggers.map(({ trigger: id }) => id)
        return [{ templateId: null, name, scopes: scopesFor({ actionIds: actionIdsOf(document), triggerIds }) }]
      })
    },
    choices: choices.options,
    log,
  }
  return { templateService, choices, settings }
}
