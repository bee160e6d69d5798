// Wires installing and uninstalling; the worker does what follows, from an event of our own.

import { createInstaller, type InstallerDeps } from '../highlevel/installer.ts'
import { FOLLOW_UP } from '../highlevel/lifecycle-event.ts'
import type { Accept } from '../relay/accept.ts'
import type { Database } from '../store/db.ts'
import { createErasure } from '../store/erasure.ts'
import type { WaitingRuns } from '../store/waiting-runs.ts'

type Deps = Omit<InstallerDeps, 'erasure' | 'followUp'> & {
  db: Database
  accept: Accept['accept']
  waitingRuns: Pick<WaitingRuns, 'cancel'>
}

/** The installer, which schedules follow-ups as events. */
export const wireInstaller = ({ db, accept, waitingRuns, listener, ...deps }: Deps) =>
  createInstaller({
    ...deps,
    erasure: createErasure({ db }),
    listener: {
      ...listener,
      async onEnded(tenantId) {
        await listener.onEnded(tenantId)
        await db.transaction((on) => waitingRuns.cancel(tenantId, { at: deps.now(), on }))
      },
    },
    followUp: async (tenantId) => {
      await accept({
        locationId: tenantId,
        lane: 'lifecycle',
        source: 'app',
        type: FOLLOW_UP,
        recordKey: `installation:${tenantId}`,
        hops: 0,
        payload: {},
      })
    },
  })
