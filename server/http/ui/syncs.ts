// The syncs: a switch and the options of each built-in workflow. The workflows do the work.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ChoiceRequest, Option } from '../../highlevel/choices.ts'
import type { Log } from '../../log.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { ConnectionService, InstallationReader, SyncService, SyncUse, Transaction } from './deps.ts'
import { scopeLines } from './scopes.ts'
import { defineChange, installationOf, type Screen, screenData } from './screen.ts'
import { fieldsOf, type LiveOptions, parentsIn, readSyncForm } from './sync-form.ts'

export type SyncDeps = {
  installations: Pick<InstallationReader, 'find'>
  connections: Pick<ConnectionService, 'list'>
  syncs: SyncService
  templates: readonly Template[]
  /** Ids of the templates with a field mapping. */
  mapped: ReadonlySet<string>
  /** Id of the account's workflow made from a template. */
  workflowIdOf(locationId: string, templateId: string): string
  /** Permissions a template requires with these options. */
  scopesOf(template: Template, options: Record<string, unknown>): readonly string[]
  /** Throws when the account cannot be asked. */
  choices(request: ChoiceRequest): Promise<{ options: Option[] }>
  transaction: Transaction
  log: Pick<Log, 'warn'>
}

type Draft = { id: string; use: SyncUse; refused: string[] }
type Shown = {
  saved?: 'saved' | 'savedOn' | 'savedOff'
  draft?: Draft
  /** Whose options are expanded: the one just enabled or saved. */
  opened?: string | undefined
}

const params = z.object({ template: z.string().max(60) })
const body = z.record(z.string().max(60), z.string().max(5_000)).prefault({})

/** Routes below `/settings/syncs`. */
export const syncRoutes = (screen: Screen, deps: SyncDeps): Route[] => {
  const { installations, connections, syncs, templates, transaction } = deps

  const liveOptionsIn =
    (locationId: string): LiveOptions =>
    async (wish) => {
      try {
        return (await deps.choices({ locationId, ...wish })).options
      } catch (err) {
        deps.log.warn({ err, locationId, entryId: wish.entryId }, 'a list to choose from could not be read')
        return undefined
      }
    }

  const show = async (caller: Session, { saved, draft, opened = draft?.id }: Shown = {}) => {
    const { locationId } = caller
    const [installation, uses, all] = await Promise.all([
      installationOf(caller, installations),
      syncs.readAll(locationId, templates),
      connections.list(locationId),
    ])
    const liveOptions = liveOptionsIn(locationId)
    const cards = await Promise.all(
      templates.map(async (template, index) => {
        const { use, refused } = draft?.id === template.id ? draft : { use: uses[index]!, refused: [] }
        const lines = scopeLines({ wanted: deps.scopesOf(template, use.options), granted: installation.scopes })
        return {
          id: template.id,
          setup: template.setup,
          isMapped: deps.mapped.has(template.id),
          isOn: uses[index]!.isEnabled,
          runs: uses[index]!.isEnabled
            ? `/settings/workflows/${deps.workflowIdOf(locationId, template.id)}/runs`
            : undefined,
          isEnabled: use.isEnabled,
          isOpen: opened === template.id,
          refused,
          fields: await fieldsOf(template, { use, refused, liveOptions }),
          parents: parentsIn(template),
          missing: lines.filter(({ state }) => state === 'missing'),
        }
      }),
    )
    const isRefused = draft !== undefined && draft.refused.length > 0
    return view(
      'screens/syncs',
      { ...screenData(caller), cards, saved, isConnected: all.length > 0 },
      { status: isRefused ? 422 : 200 },
    )
  }

  const templateOf = (id: string): Template => {
    const template = templates.find((one) => one.id === id)
    if (!template) throw new AppError('not_found')
    return template
  }

  return [
    screen({ path: '/settings/syncs', handler: ({ caller }) => show(caller) }),

    defineChange({
      path: '/settings/syncs/:template/form',
      audit: { none: 'shows the form again, with the lists that hang on what was chosen; nothing is saved' },
      input: { params, body },
      async handler({ caller, params: { template: id }, body: sent }) {
        const { use } = readSyncForm(templateOf(id), sent)
        return await show(caller, { draft: { id, use, refused: [] } })
      },
    }),

    defineChange({
      path: '/settings/syncs/:template',
      audit: 'sync.changed',
      input: { params, body },
      async handler({ caller, params: { template: id }, body: sent, audit }) {
        const template = templateOf(id)
        const { use: wanted, refused } = readSyncForm(template, sent)
        if (refused.length > 0) return await show(caller, { draft: { id, use: wanted, refused } })
        const before = await syncs.read(caller.locationId, template)
        await transaction(async (tx) => {
          await syncs.change(caller.locationId, template, { use: wanted, by: caller.userId, on: tx })
          await audit({ subjectType: 'sync', subjectId: id, details: { before, after: wanted } }, tx)
        })
        if (before.isEnabled === wanted.isEnabled) return await show(caller, { saved: 'saved', opened: id })
        return await show(caller, wanted.isEnabled ? { saved: 'savedOn', opened: id } : { saved: 'savedOff' })
      },
    }),
  ]
}
