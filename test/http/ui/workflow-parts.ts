// The workflows of accounts over a real database, for tests of their screens.

import { action, trigger } from '../../../server/catalog/index.ts'
import { createAudit } from '../../../server/store/audit.ts'
import type { Database } from '../../../server/store/db.ts'
import { createDraftStates } from '../../../server/store/draft-states.ts'
import { createEditingSessions } from '../../../server/store/editing-sessions.ts'
import { createEvents } from '../../../server/store/events.ts'
import { createRunSearch } from '../../../server/store/run-search.ts'
import { createRuns } from '../../../server/store/runs.ts'
import { createWaitingRuns } from '../../../server/store/waiting-runs.ts'
import { createWorkflowDrafts } from '../../../server/store/workflow-drafts.ts'
import { createWorkflows } from '../../../server/store/workflows.ts'
import { checkedInput } from '../../../server/sync/checked-input.ts'
import { createEditing } from '../../../server/workflows/editing.ts'
import { createRunService } from '../../../server/workflows/run-service.ts'
import { templates } from '../../../server/workflows/templates/index.ts'
import { createWorkflowService } from '../../../server/workflows/workflow-service.ts'

const now = () => new Date('2026-02-01T09:00:00Z')

export const workflowParts = (db: Database) => {
  const workflows = createWorkflows({ db })
  const waiting = createWaitingRuns({ db })
  const workflowService = createWorkflowService({
    drafts: createWorkflowDrafts({ db }),
    states: createDraftStates({ db }),
    workflows,
    waiting,
    editing: createEditing({
      sessions: createEditingSessions({ db }),
      record: createAudit({ db, now }).record,
      transaction: db.transaction,
      now,
    }),
    templates,
    templateOptions: async (_location, template) => template.options.parse({}),
    grantedScopes: async () =>
      ['contacts', 'businesses', 'invoices', 'associations/relation'].flatMap((of) => [
        `${of}.readonly`,
        `${of}.write`,
      ]),
    action,
    trigger,
    now,
  })
  const runService = createRunService({
    action,
    trigger,
    search: createRunSearch({ db }),
    runs: createRuns({ db }),
    waiting,
    events: createEvents({ db }),
    workflows,
    accept: () => Promise.reject(new Error('nothing is handed in here')),
    checkRoom: () => {},
    account: async (id) => ({ id }),
    callable: async () => undefined,
    check: checkedInput,
    now,
  })
  return { workflows, workflowService, runService }
}
