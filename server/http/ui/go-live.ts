// The go-live checklist: each line is computed from stored results and links to the screen that resolves it.

import { AppError } from '../../errors.ts'
import type { IntegrityService } from '../../sync/integrity/integrity-service.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { ActivityReader, ConnectionService, InstallationReader, SyncService } from './deps.ts'
import { missingScopes } from './scopes.ts'
import { defineChange, installationOf, type Screen, screenData } from './screen.ts'

export type GoLiveDeps = {
  integrity: Pick<IntegrityService, 'standing' | 'sampleTest' | 'runSampleTest'>
  installations: Pick<InstallationReader, 'find'>
  connections: Pick<ConnectionService, 'list'>
  syncs: Pick<SyncService, 'readAll'>
  templates: readonly Template[]
  activity: Pick<ActivityReader, 'list' | 'openFailures'>
  wantedScopes: readonly string[]
}

type Line = {
  id: 'connected' | 'permissions' | 'syncs' | 'delivered' | 'sample' | 'check'
  state: 'done' | 'open' | 'problem'
}

const doneIf = (isDone: boolean, otherwise: 'open' | 'problem' = 'open'): Line['state'] => (isDone ? 'done' : otherwise)

/** Routes below `/settings/go-live`. */
export const goLiveRoutes = (screen: Screen, deps: GoLiveDeps): Route[] => {
  const { integrity, connections, syncs, templates, activity, wantedScopes } = deps

  const show = async (caller: Session, message?: 'samplePassed' | 'sampleRefused'): Promise<Reply> => {
    const { locationId } = caller
    const [installation, links, uses, done, failures, test, standing] = await Promise.all([
      installationOf(caller, deps.installations),
      connections.list(locationId),
      syncs.readAll(locationId, templates),
      activity.list(locationId, { outcome: 'done', limit: 1 }),
      activity.openFailures(locationId),
      integrity.sampleTest(locationId),
      integrity.standing(locationId),
    ])
    const isConnected = links.some(({ status, hasCredentials }) => status === 'active' && hasCredentials)
    const hasArrived = links.some(({ lastEventAt }) => lastEventAt !== null) && done.entries.length > 0
    const isTested = test?.isCurrent === true && test.faults.length === 0
    const lines: Line[] = [
      { id: 'connected', state: doneIf(isConnected && installation.status === 'active') },
      { id: 'permissions', state: doneIf(missingScopes(wantedScopes, installation.scopes).length === 0, 'problem') },
      { id: 'syncs', state: doneIf(uses.some(({ isEnabled }) => isEnabled)) },
      { id: 'delivered', state: failures > 0 ? 'problem' : doneIf(hasArrived) },
      { id: 'sample', state: test?.isCurrent && !isTested ? 'problem' : doneIf(isTested) },
      { id: 'check', state: standing && standing.open > 0 ? 'problem' : doneIf(standing !== undefined) },
    ]
    return view('screens/go-live', {
      ...screenData(caller),
      lines,
      failures,
      test,
      open: standing?.open ?? 0,
      isReady: lines.every(({ state }) => state === 'done'),
      message,
    })
  }

  return [
    screen({ path: '/settings/go-live', handler: ({ caller }) => show(caller) }),

    defineChange({
      path: '/settings/go-live/test',
      audit: 'go_live.tested',
      async handler({ caller, audit }) {
        const subjectType = 'sample-test'
        try {
          const { faults } = await integrity.runSampleTest(caller.locationId, (tx, test) =>
            audit({ subjectType, details: { faults: test.faults.length } }, tx),
          )
          return await show(caller, faults.length === 0 ? 'samplePassed' : 'sampleRefused')
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'not_found')) throw error
          await audit({ subjectType, details: { outcome: error.code } })
          return await show(caller)
        }
      },
    }),
  ]
}
