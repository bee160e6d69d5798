// Wires integrity checks: turns, repairs, nightly checks, and the settings screen.

import { action, trigger } from '../catalog/index.ts'
import type { IntegrityDeps } from '../http/ui/integrity.ts'
import type { Log } from '../log.ts'
import type { RankrClient } from '../rankr/client.ts'
import type { Accept } from '../relay/accept.ts'
import type { AppEvents } from '../relay/app-events.ts'
import type { WorkerTask } from '../relay/worker.ts'
import type { Audit } from '../store/audit.ts'
import type { Database } from '../store/db.ts'
import {
  createIntegrityChecks,
  INTEGRITY_REPAIR_TASK,
  INTEGRITY_TASK,
  type IntegrityJob,
} from '../store/integrity-checks.ts'
import { createIntegrityFindings } from '../store/integrity-findings.ts'
import { createIntegrityRepairs } from '../store/integrity-repairs.ts'
import { createIntegritySeen } from '../store/integrity-seen.ts'
import { createIntegritySettings } from '../store/integrity-settings.ts'
import type { Links } from '../store/links.ts'
import type { OwnAction } from '../sync/action.ts'
import type { Execute } from '../sync/actions.ts'
import { checkedInput } from '../sync/checked-input.ts'
import { createIntegrityActions } from '../sync/integrity/actions.ts'
import { createIntegrityCheck } from '../sync/integrity/check.ts'
import { createCheckSteps } from '../sync/integrity/check-steps.ts'
import { createIntegrityService } from '../sync/integrity/integrity-service.ts'
import { createNightly } from '../sync/integrity/nightly.ts'
import { createIntegrityRepair } from '../sync/integrity/repair.ts'
import { createSampleTest } from '../sync/integrity/sample-test.ts'
import type { TicketDesks } from '../sync/integrity/ticket-side.ts'
import { createIntegrityWorkflows } from '../sync/integrity/workflows.ts'
import type { OrderHome } from '../sync/orders/order-object.ts'
import { createRecordCalls } from '../workflows/record-calls.ts'
import type { WorkflowRegistry } from '../workflows/registry.ts'
import { templates } from '../workflows/templates/index.ts'

type Deps = {
  db: Database
  links: Links
  rankr: Pick<RankrClient, 'list' | 'get'>
  desks: TicketDesks
  execute: Execute
  registry: Pick<WorkflowRegistry, 'callable'>
  accept: Accept['accept']
  audit: Pick<Audit, 'record'>
  appEvents: Pick<AppEvents, 'drifted'>
  account: (locationId: string) => Promise<Record<string, unknown>>
  /** The account's place for orders, from memory. */
  home: (locationId: string) => Promise<OrderHome | undefined>
  now: () => Date
  log: Log
  fault?: (point: string) => void | Promise<void>
}

type Integrity = { own: Record<string, OwnAction>; tasks: WorkerTask[]; settings: IntegrityDeps }

/** `own`: actions by id; `tasks` are for the worker; `settings` for the screens. */
export const wireIntegrity = (deps: Deps): Integrity & { turns: ReturnType<typeof turnsOf> } => {
  const turns = turnsOf(deps)
  const { check, repair, nightly, service } = turns
  return {
    own: createIntegrityActions(deps),
    tasks: [
      { name: INTEGRITY_TASK, handler: (payload, { signal }) => check.turn(payload as IntegrityJob, signal) },
      { name: INTEGRITY_REPAIR_TASK, handler: (payload, { signal }) => repair.turn(payload as IntegrityJob, signal) },
      // Runs often, because nights differ by time zone; each account gets one check per night.
      { name: 'integrity_nightly', cron: '*/5 * * * *', handler: nightly.tick },
    ],
    settings: { integrity: service },
    turns,
  }
}

const turnsOf = ({ registry, appEvents, ...deps }: Deps) => {
  const { db, account, now } = deps
  const checks = createIntegrityChecks({ db })
  const findings = createIntegrityFindings({ db })
  const repairs = createIntegrityRepairs({ db })
  const seen = createIntegritySeen({ db })
  const settings = createIntegritySettings({ db })
  const { callable } = registry
  const recordCalls = createRecordCalls({ account, now, callable, action, check: checkedInput })
  const workflows = createIntegrityWorkflows({ callable, recordCalls, now })
  const steps = createCheckSteps({ ...deps, seen, workflows })
  const stores = { checks, findings, repairs, seen, settings }
  const repair = createIntegrityRepair({ ...deps, ...stores })
  const templateIds = templates.map(({ id }) => id)
  const sampleTest = createSampleTest({ templateIds, callable, recordCalls, trigger, now })
  return {
    ...stores,
    check: createIntegrityCheck({ ...deps, ...stores, steps, workflows, drifted: appEvents.drifted }),
    repair,
    nightly: createNightly({ ...deps, ...stores, workflows }),
    service: createIntegrityService({ ...deps, ...stores, workflows, sampleTest, repair: repair.repair }),
  }
}
