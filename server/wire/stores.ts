// The stores shared by several parts. A store needed by one part is created where that part is wired.

import { createActivity } from '../store/activity.ts'
import { createAudit } from '../store/audit.ts'
import { createConnections } from '../store/connections.ts'
import type { Database } from '../store/db.ts'
import { createDeadLetters } from '../store/dead-letters.ts'
import { createInstallations } from '../store/installations.ts'
import { createMailboxes } from '../store/mailboxes.ts'
import { createRuns } from '../store/runs.ts'
import type { Seal } from '../store/seal.ts'
import { createSettings } from '../store/settings.ts'
import { createWorkflows } from '../store/workflows.ts'

type Deps = { db: Database; seal: Seal; now: () => Date }

/** Creates the shared stores. */
export const wireStores = ({ db, seal, now }: Deps) => ({
  audit: createAudit({ db, now }),
  installations: createInstallations({ db, seal }),
  connections: createConnections({ db, seal, now }),
  settings: createSettings({ db }),
  workflows: createWorkflows({ db }),
  mailboxes: createMailboxes({ db }),
  deadLetters: createDeadLetters({ db }),
  runs: createRuns({ db }),
  activity: createActivity({ db }),
})
