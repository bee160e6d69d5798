// Upgrades built-in workflows with the app: an account's enabled ones are rebuilt from the new document and its own
// options. Runs in progress stay on their version, and workflows edited by people stay theirs.

import type { WorkerTask } from '../relay/worker.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import type { OutdatedWorkflow, Workflows } from '../store/workflows.ts'
import { readOptions } from './template-service.ts'
import type { Template } from './templates/template.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  workflows: Pick<Workflows, 'outdated' | 'get' | 'publish' | 'change'>
  templates: readonly Template[]
  audit: Pick<Audit, 'record'>
}

const AT_ONCE = 100

/** The worker's task that upgrades enabled built-in workflows. */
export const createTemplateUpgrade = ({ db, workflows, templates, audit }: Deps) => {
  const byId = new Map(templates.map((template) => [template.id, template]))

  const upgrade = ({ locationId, id, templateId, templateVersion: from }: OutdatedWorkflow): Promise<void> =>
    db.transaction(async (tx) => {
      const template = byId.get(templateId)!
      const { document, version: templateVersion } = template
      const published = { id, name: document.name, templateId, templateVersion, document }
      const version = await workflows.publish(locationId, published, tx)
      // Read behind the lock of the row: an administrator may just have changed a choice.
      const row = await workflows.get(locationId, id, tx)
      await workflows.change(locationId, id, { options: readOptions(template, row?.options) }, tx)
      await audit.record(
        locationId,
        {
          actor: { type: 'system' },
          action: 'sync.upgraded',
          subject: { type: 'workflow', id },
          details: { sync: templateId, from, to: templateVersion, version },
        },
        tx,
      )
    })

  /** Upgrades all accounts and returns how many workflows were rebuilt. */
  const upgradeAll = async (signal?: AbortSignal): Promise<number> => {
    let upgraded = 0
    while (!signal?.aborted) {
      const batch = await workflows.outdated(
        templates.map(({ id, version }) => ({ id, version })),
        AT_ONCE,
      )
      for (const one of batch) await upgrade(one)
      upgraded += batch.length
      if (batch.length < AT_ONCE) break
    }
    return upgraded
  }

  const task: WorkerTask = {
    name: 'upgrade_templates',
    cron: '*/5 * * * *',
    handler: async (_payload, { signal, log }) => {
      const upgraded = await upgradeAll(signal)
      if (upgraded > 0) log.info({ workflows: upgraded }, 'built-in workflows were brought up to date')
    },
  }

  return { upgradeAll, /** For the worker. */ task }
}
