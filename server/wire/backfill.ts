// Wires backfills: the worker's turns, the action that starts one, and the settings screen.

import { createBriefCache } from '../brief-cache.ts'
import { BULK_SHARE } from '../highlevel/budget.ts'
import type { Execute } from '../highlevel/execute.ts'
import type { BackfillDeps } from '../http/ui/backfill.ts'
import type { Log } from '../log.ts'
import type { RankrClient } from '../rankr/client.ts'
import type { Accept } from '../relay/accept.ts'
import type { WorkerTask } from '../relay/worker.ts'
import { createBackfillHeld } from '../store/backfill-held.ts'
import { BACKFILL_TASK, type BackfillJob, createBackfills } from '../store/backfills.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import { createRateBudgets } from '../store/rate-budgets.ts'
import { createRecordHolds } from '../store/record-holds.ts'
import type { OwnAction } from '../sync/action.ts'
import { createBackfillService } from '../sync/backfill/backfill-service.ts'
import { createBackfillTurn } from '../sync/backfill/backfill-turn.ts'
import { createOneLane } from '../sync/backfill/one-lane.ts'
import { createSurvey } from '../sync/backfill/survey.ts'
import type { WorkflowRegistry } from '../workflows/registry.ts'

type Deps = {
  db: Database
  mailboxes: Mailboxes
  installations: Pick<Installations, 'find'>
  registry: Pick<WorkflowRegistry, 'wants'>
  accept: Accept['accept']
  rankr: Pick<RankrClient, 'list' | 'connectionOf'>
  now: () => Date
  execute: Execute['execute']
  log: Log
}

type Backfill = {
  own: Record<string, OwnAction>
  tasks: WorkerTask[]
  settings: BackfillDeps
  inTurn: ReturnType<typeof createOneLane>
}

/** How long a process caches one query for all accounts. */
const RUNNING_LIFE_MS = 2_000

/** `own`: actions by id; `tasks` are for the worker; `settings` for the screens; `inTurn` goes around the handler of events. */
export const wireBackfill = (deps: Deps): Backfill => {
  const { db, mailboxes, installations, registry, accept, rankr, execute, now, log } = deps
  const backfills = createBackfills({ db })
  const budgets = createRateBudgets({ db })
  const budget = (locationId: string) => budgets.read(locationId, now())
  const callsToday = async (locationId: string) => (await budget(locationId))?.usedToday ?? 0
  const survey = createSurvey({
    held: createBackfillHeld({ db }),
    crmOf: (locationId) => async (actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'bulk' })).output,
    now,
  })
  const turn = createBackfillTurn({ backfills, rankr, accept, mailboxes, installations, callsToday, survey, now, log })
  const service = createBackfillService({
    db,
    backfills,
    mailboxes,
    wants: registry.wants,
    budget,
    bulkShare: BULK_SHARE,
    now,
  })
  const running = createBriefCache({
    load: async () => new Set((await backfills.unfinished()).map(({ locationId }) => locationId)),
    lifeMs: () => RUNNING_LIFE_MS,
    now,
  })
  return {
    inTurn: createOneLane({
      holds: createRecordHolds({ db }),
      isSyncing: async (locationId) => (await running.get('all')).has(locationId),
    }),
    own: { 'app.initial-sync.start': service.action },
    tasks: [
      { name: BACKFILL_TASK, handler: (payload, { signal }) => turn(payload as BackfillJob, signal) },
      {
        // A safety net: finds turns that were lost or failed too often.
        name: 'find_backfills',
        cron: '*/5 * * * *',
        async handler() {
          for (const job of await backfills.unfinished()) await backfills.queue(job, now())
        },
      },
    ],
    settings: { backfill: service },
  }
}
