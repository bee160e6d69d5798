// Wires custom workflows, their runs, and resuming waiting runs.

import { createBriefCache } from '../brief-cache.ts'
import { action, trigger } from '../catalog/index.ts'
import type { Accept } from '../relay/accept.ts'
import type { Backpressure } from '../relay/backpressure.ts'
import type { Audit } from '../store/audit.ts'
import { createCompanyHealth } from '../store/company-health.ts'
import type { Database } from '../store/db.ts'
import { createDraftStates } from '../store/draft-states.ts'
import { createEditingSessions } from '../store/editing-sessions.ts'
import { createEvents } from '../store/events.ts'
import { createFieldMappings } from '../store/field-mappings.ts'
import { createFoldedBranches } from '../store/folded-branches.ts'
import { createHourlyEvents, type HourCount } from '../store/hourly-events.ts'
import type { Installations } from '../store/installations.ts'
import { createRunSearch } from '../store/run-search.ts'
import type { Runs } from '../store/runs.ts'
import { createSchedules } from '../store/schedules.ts'
import type { WaitingRuns } from '../store/waiting-runs.ts'
import { createWorkflowDrafts } from '../store/workflow-drafts.ts'
import type { Workflows } from '../store/workflows.ts'
import { checkedInput } from '../sync/checked-input.ts'
import { createCompanyService } from '../workflows/company-service.ts'
import { createEditing } from '../workflows/editing.ts'
import { createMappingService, type MappingService } from '../workflows/mapping-service.ts'
import type { WorkflowRegistry } from '../workflows/registry.ts'
import { createRunService } from '../workflows/run-service.ts'
import { createScheduler } from '../workflows/scheduler.ts'
import { createTemplateService } from '../workflows/template-service.ts'
import { createTemplateUpgrade } from '../workflows/template-upgrade.ts'
import { templates } from '../workflows/templates/index.ts'
import { createWaker } from '../workflows/waker.ts'
import { createWorkflowService } from '../workflows/workflow-service.ts'

const ACCOUNT_LIFE_MS = 10_000
const LAST_DAY_LIFE_MS = 60_000
const HOUR_MS = 3_600_000

type Deps = {
  db: Database
  audit: Pick<Audit, 'record'>
  installations: Installations
  workflows: Workflows
  waiting: WaitingRuns
  runs: Runs
  registry: WorkflowRegistry
  accept: Accept['accept']
  checkRoom: Backpressure['check']
  account: (locationId: string) => Promise<Record<string, unknown>>
  now: () => Date
}

/** Account data for workflows; cached because every run needs it, so changes appear some seconds later. */
export const wireAccount = ({ installations, now }: Pick<Deps, 'installations' | 'now'>) =>
  createBriefCache<Record<string, unknown>>({
    load: async (id) => {
      const row = await installations.find(id)
      return { id, name: row?.name ?? null, timeZone: row?.timeZone ?? null, language: row?.language ?? null }
    },
    lifeMs: () => ACCOUNT_LIFE_MS,
    now,
  }).get

/** The last 24 hours of a location; counted at most once a minute, since counting reads them all. */
const wireLastDay = ({ db, now }: Pick<Deps, 'db' | 'now'>) => {
  const { read } = createHourlyEvents({ db })
  return createBriefCache<HourCount[]>({
    load: (locationId) => read(locationId, { from: new Date(now().getTime() - 23 * HOUR_MS), until: now() }),
    lifeMs: () => LAST_DAY_LIFE_MS,
    size: 1_000,
    now,
  }).get
}

/** Before the registry, which reads them. */
export const wireMappings = ({ db, account, now }: Pick<Deps, 'db' | 'account' | 'now'>) =>
  createMappingService({ mappings: createFieldMappings({ db, now }), action, trigger, account })

/** The services of custom workflows, and their tasks for the worker. */
export const wireEngine = (deps: Deps & { mappingService: MappingService }) => {
  const { db, audit, installations, workflows, waiting, runs, registry, accept, account, mappingService, now } = deps
  const templateService = createTemplateService({ workflows })
  const waker = createWaker({ waiting, accept, awaitedBy: registry.awaitedBy, now })
  const catalog = { action, trigger }
  const editing = createEditing({
    sessions: createEditingSessions({ db }),
    record: audit.record,
    transaction: db.transaction,
    now,
  })
  const workflowService = createWorkflowService({
    ...catalog,
    drafts: createWorkflowDrafts({ db }),
    states: createDraftStates({ db }),
    workflows,
    waiting,
    editing,
    templates,
    templateOptions: async (locationId, template) =>
      (await templateService.read(locationId, template)).options as Record<string, unknown>,
    grantedScopes: async (locationId) => (await installations.find(locationId))?.scopes ?? [],
    now,
  })
  const events = createEvents({ db })
  const runService = createRunService({
    ...catalog,
    search: createRunSearch({ db }),
    runs,
    waiting,
    events,
    workflows,
    accept,
    checkRoom: deps.checkRoom,
    account,
    callable: registry.callable,
    check: checkedInput,
    now,
  })
  const company = {
    companyService: createCompanyService({ templates, templateService, mappingService }),
    companyHealth: createCompanyHealth({ db }),
  }
  const scheduler = createScheduler({ schedules: createSchedules({ db }), accept, now })
  const upgrade = createTemplateUpgrade({ db, workflows, templates, audit })
  return {
    arrived: waker.arrived,
    tasks: [waker.task, scheduler.task, editing.task, upgrade.task],
    settings: {
      workflowService,
      runService,
      folded: createFoldedBranches({ db }),
      recentEvents: events.recent,
      ...company,
      lastDay: wireLastDay({ db, now }),
    },
  }
}
