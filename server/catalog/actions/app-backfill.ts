// Our own action that starts the backfill of an account (shown as "Initial sync").
import type { ActionEntry } from '../schema.ts'

export const appBackfillActions: ActionEntry[] = [
  {
    id: 'app.initial-sync.start',
    label: 'Start the initial sync',
    description:
      'Brings over what is in Rankr already: customers, then orders, then invoices, as far as syncs for them are switched on. Once for each account; nobody is written to.',
    resource: 'contacts',
    system: 'app',
    scope: [],
    input: [],
    sample: { input: {}, output: { syncId: '0192f0c4-5b6e-7a31-9d1c-2f6a8e4b7c10', outcome: 'started' } },
    risk: 'write',
    idempotent: true,
  },
]
