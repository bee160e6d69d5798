// The first screen: health, setup steps left, and recent events.

import type { Names } from '../../store/names.ts'
import type { RateBudgets } from '../../store/rate-budgets.ts'
import type { AccountBacklog } from '../../store/waiting-events.ts'
import type { Template } from '../../workflows/templates/template.ts'
import { empty, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { namedIn, withAbout } from './about.ts'
import type { BackfillDeps } from './backfill.ts'
import type { ActivityReader, ConnectionService, InstallationReader, SettingsStore, SyncService } from './deps.ts'
import type { DesksDeps } from './desks.ts'
import { inWords } from './event-words.ts'
import { missingScopes } from './scopes.ts'
import { defineChange, installationOf, type Screen, screenData } from './screen.ts'

const RECENT = 5

export type OverviewDeps = {
  installations: Pick<InstallationReader, 'find'>
  connections: Pick<ConnectionService, 'list'>
  syncs: Pick<SyncService, 'readAll'>
  templates: readonly Template[]
  activity: Pick<ActivityReader, 'list' | 'openFailures'>
  names: Pick<Names, 'of'>
  settings: SettingsStore
  desks: Pick<DesksDeps['desks'], 'list'>
  budgets: Pick<RateBudgets, 'read'>
  backfill: Pick<BackfillDeps['backfill'], 'progress'>
  backlog(locationId: string): Promise<AccountBacklog>
  /** Whether new events are refused for now because too many wait. */
  keepsOut(locationId: string): boolean
  now: () => Date
  wantedScopes: readonly string[]
}

type StepState = 'done' | 'open' | 'problem'

/** `GET /settings` and the overview's own changes. */
export const overviewRoutes = (screen: Screen, deps: OverviewDeps): Route[] => [
  screen({
    path: '/settings',
    async handler({ caller }) {
      const { locationId } = caller
      const [installation, connections, uses, recent, failures, settings, budget, sync, desks, backlog] =
        await Promise.all([
          installationOf(caller, deps.installations),
          deps.connections.list(locationId),
          deps.syncs.readAll(locationId, deps.templates),
          deps.activity.list(locationId, { limit: RECENT }),
          deps.activity.openFailures(locationId),
          deps.settings.read(locationId),
          deps.budgets.read(locationId, deps.now()),
          deps.backfill.progress(locationId),
          deps.desks.list(locationId),
          deps.backlog(locationId),
        ])
      const nameOf = await deps.names.of(locationId, namedIn(recent.entries))
      const missing = missingScopes(deps.wantedScopes, installation.scopes)
      const on = uses.filter(({ isEnabled }) => isEnabled).length
      const hasOrders = deps.templates.some(({ id }, place) => id === 'orders' && uses[place]?.isEnabled)
      const steps: Record<string, StepState> = {
        install: missing.length > 0 ? 'problem' : 'done',
        connect: connections.length > 0 ? 'done' : 'open',
        sync: on > 0 ? 'done' : 'open',
        event: connections.some(({ lastEventAt }) => lastEventAt !== null) ? 'done' : 'open',
      }
      const isComplete = Object.values(steps).every((state) => state === 'done')
      return view('screens/overview', {
        ...screenData(caller),
        installation,
        missing: missing.length,
        granted: deps.wantedScopes.length - missing.length,
        wanted: deps.wantedScopes.length,
        connection: connections.find(({ status }) => status === 'active') ?? connections[0],
        syncs: { on, count: uses.length, hasOrders },
        recent: recent.entries.map((entry) => withAbout(inWords(entry), nameOf)),
        failures,
        isKeptOut: deps.keepsOut(locationId),
        failingDesk: desks.find(({ failedCode }) => failedCode !== null),
        budget,
        backlog,
        backfill: sync?.status === 'running' ? sync : undefined,
        steps: isComplete || settings.isGuideHidden ? undefined : steps,
      })
    },
  }),

  defineChange({
    path: '/settings/guide/hide',
    audit: { none: 'puts a hint away; nothing of the account changes' },
    async handler({ caller }) {
      await deps.settings.change(caller.locationId, { isGuideHidden: true })
      return empty()
    },
  }),
]
