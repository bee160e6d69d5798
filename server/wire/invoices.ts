// Wires our own invoice actions over the stores and the CRM.

import { createBriefCache } from '../brief-cache.ts'
import type { Execute } from '../highlevel/execute.ts'
import type { Progress } from '../relay/progress.ts'
import type { WorkerTask } from '../relay/worker.ts'
import { createBackfillHeld } from '../store/backfill-held.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'
import type { Links } from '../store/links.ts'
import { createRecordHolds } from '../store/record-holds.ts'
import type { OwnAction } from '../sync/action.ts'
import { createFindHeld } from '../sync/backfill/survey.ts'
import { businessOf } from '../sync/invoices/invoice-reader.ts'
import { createInvoiceActions } from '../sync/invoices/invoices.ts'
import type { InWords } from '../sync/note-once.ts'
import type { Once } from '../sync/once.ts'

type Deps = {
  db: Database
  execute: Execute['execute']
  installations: Pick<Installations, 'find'>
  links: Links
  once: Once
  progress: Progress
  inWords: InWords
  now: () => Date
}

/**
 * For cached look-ups: an API caller may be waiting for the same look-up, so it must not depend on the share of live events.
 */
const PRIORITY = 'interactive'

/** An account's name and address change rarely, and every invoice needs them. */
const BUSINESS_LIFE_MS = 600_000
const NOBODY_LIFE_MS = 60_000

/** `own`: actions by id; `tasks` are for the worker. */
export const wireInvoices = ({
  db,
  execute,
  installations,
  now,
  ...deps
}: Deps): { own: Record<string, OwnAction>; tasks: WorkerTask[] } => {
  const holds = createRecordHolds({ db })
  const business = createBriefCache({
    async load(locationId: string) {
      const { output } = await execute({ locationId, actionId: 'crm.account.get', input: {}, priority: PRIORITY })
      return businessOf((output as { location: Parameters<typeof businessOf>[0] }).location)
    },
    lifeMs: () => BUSINESS_LIFE_MS,
    now,
  })
  /** The user who installed the app, else the first of the account's users. */
  const sender = createBriefCache<string | undefined>({
    async load(locationId) {
      const installer = (await installations.find(locationId))?.userId
      if (installer) return installer
      const input = { limit: 1 }
      const { output } = await execute({ locationId, actionId: 'crm.users.search', input, priority: PRIORITY })
      return (output as { users?: { id: string }[] }).users?.[0]?.id
    },
    lifeMs: (userId) => (userId ? BUSINESS_LIFE_MS : NOBODY_LIFE_MS),
    now,
  })
  const findHeld = createFindHeld({ held: createBackfillHeld({ db }), now })
  const own = createInvoiceActions({ ...deps, holds, business: business.get, sender: sender.get, findHeld, now })
  return { own, tasks: [{ name: 'prune_holds', cron: '29 3 * * *', handler: holds.prune }] }
}
