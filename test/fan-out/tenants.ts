// What tests of webhooks, routes and replays share: a database, the real stores, runner and drain, and fakes for what lies
// outside.

import { action, trigger } from '../../server/catalog/index.ts'
import { createBreaker } from '../../server/relay/breaker.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { createRelay } from '../../server/relay/relay.ts'
import { createAudit } from '../../server/store/audit.ts'
import type { Database } from '../../server/store/db.ts'
import { createDeadLetters } from '../../server/store/dead-letters.ts'
import { createEffects } from '../../server/store/effects.ts'
import { createLinks } from '../../server/store/links.ts'
import { createRuns } from '../../server/store/runs.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import type { OwnAction } from '../../server/sync/action.ts'
import { createRunAction, type Execute } from '../../server/sync/actions.ts'
import { createIsEcho } from '../../server/sync/echo.ts'
import { createOnce } from '../../server/sync/once.ts'
import { withApiWorkflow } from '../../server/workflows/api-workflow.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createClock, createKit, drainAll, silent } from '../relay/kit.ts'

export const createTenants = (db: Database, { execute }: { execute?: Execute } = {}) => {
  const clock = createClock()
  const { now } = clock
  const kit = createKit(db, clock)
  const seal = createSeal([{ id: 'k1', key: Buffer.alloc(32, 7) }])
  const audit = createAudit({ db, now })
  const workflows = createWorkflows({ db })
  const runs = createRuns({ db })
  const links = createLinks({ db })
  const deadLetters = createDeadLetters({ db })
  const progress = createProgress({ store: kit.progressStore })
  const registry = createWorkflowRegistry({
    enabled: workflows.enabled,
    version: workflows.version,
    action,
    trigger,
    now,
    log: silent,
  })
  const once = createOnce({ effects: createEffects({ db }), progress, now })
  const breaker = createBreaker({ now })
  const own: Record<string, OwnAction> = {}
  const isEcho = createIsEcho({ links })
  const account = async (locationId: string) => ({ id: locationId, name: `Account ${locationId}` })
  const handle = createRunWorkflows({
    workflowsFor: withApiWorkflow(registry.workflowsFor),
    versionOf: registry.versionOf,
    runs,
    runAction: createRunAction({
      own,
      execute: execute ?? (() => Promise.reject(new Error('no call to the CRM was expected'))),
      breaker,
      once,
    }),
    isEcho,
    progress,
    account,
    now,
  })
  const drain = kit.drainWith(handle)

  return {
    ...kit,
    db,
    now,
    seal,
    audit,
    workflows,
    runs,
    links,
    deadLetters,
    registry,
    breaker,
    once,
    account,
    isEcho,
    /** Our own actions by id; a test puts in what it needs. */
    own,
    relay: createRelay({ db, mailboxes: kit.mailboxes, deadLetters, now }),
    /** Works on all that waits; what is to be tried later stays. */
    work: async (...locationIds: string[]) => {
      for (const id of locationIds) {
        registry.forget(id)
        await drainAll(drain, id)
      }
    },
  }
}

export type Tenants = ReturnType<typeof createTenants>
