// The built-in workflows, put together for the settings: their switches, their choices, and the lists to choose from.

import { action, scopesFor, trigger } from '../catalog/index.ts'
import { createChoices } from '../highlevel/choices.ts'
import type { createExecute } from '../highlevel/execute.ts'
import type { SyncDeps } from '../http/ui/syncs.ts'
import type { Log } from '../log.ts'
import type { IncomingWebhooks } from '../store/incoming-webhooks.ts'
import type { Workflows } from '../store/workflows.ts'
import { actionIdsOf } from '../workflows/document.ts'
import { MAPPED_TEMPLATES } from '../workflows/mapped-templates.ts'
import { createTemplateBook, templateWorkflowId } from '../workflows/template-book.ts'
import { templates } from '../workflows/templates/index.ts'

type Deps = Pick<ReturnType<typeof createExecute>, 'execute' | 'list'> & {
  workflows: Workflows
  incoming: Pick<IncomingWebhooks, 'list'>
  now: () => Date
  log: Log
}

export const wireSyncs = ({ execute, list, workflows, incoming, now, log }: Deps) => {
  const templateBook = createTemplateBook({ workflows })
  const own = { 'app.incoming-webhooks.list': async (id: string) => ({ webhooks: await incoming.list(id) }) }
  const choices = createChoices({ execute, list, action, trigger, own, now })
  const settings: Pick<SyncDeps, 'syncs' | 'templates' | 'mapped' | 'workflowIdOf' | 'scopesOf' | 'choices' | 'log'> = {
    syncs: templateBook,
    templates,
    mapped: new Set(MAPPED_TEMPLATES.map(({ templateId }) => templateId)),
    workflowIdOf: templateWorkflowId,
    scopesOf({ document, onlyWith = {} }, options) {
      const idle = new Set(Object.entries(onlyWith).flatMap(([key, ids]) => (options[key] ? [] : ids)))
      return scopesFor({ actionIds: actionIdsOf(document).filter((id) => !idle.has(id)), triggerIds: [] })
    },
    choices: choices.options,
    log,
  }
  return { templateBook, choices, settings }
}
