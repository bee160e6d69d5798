// Audits draft edits: saves come every few seconds, and one entry covers everything a person did in one session. It is
// written once they pause, publish, or somebody else continues; until then the details are stored in the transactions
// of the saves, so that a crash loses nothing.

import type { WorkerTask } from '../relay/worker.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { Queryable, Tx } from '../store/db.ts'
import type { Edit, EditingSession, EditingSessions } from '../store/editing-sessions.ts'

/** One of several saves that share an audit entry: who made it, and the kind of change. */
export type EditedBy = {
  actorId: string
  actorName?: string | undefined
  change: string
  requestId?: string | undefined
}

const PAUSE_MS = 10 * 60_000
/** Closed in one round. */
const MOST_AT_ONCE = 500

type Deps = {
  sessions: EditingSessions
  record(locationId: string, entry: AuditEntry, on: Queryable): Promise<void>
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  now: () => Date
}

const entryOf = (workflowId: string, session: EditingSession): AuditEntry => ({
  at: session.changedAt,
  actor: { type: 'user', id: session.actorId, ...(session.actorName ? { name: session.actorName } : {}) },
  action: 'workflow.changed',
  subject: { type: 'workflow', id: workflowId },
  details: {
    fromRevision: session.fromRevision,
    toRevision: session.toRevision,
    changes: session.changes,
    since: session.beganAt.toISOString(),
  },
  ...(session.requestId ? { requestId: session.requestId } : {}),
})

export type Editing = ReturnType<typeof createEditing>

/** Collects edits into sessions; `task` closes idle ones. */
export const createEditing = ({ sessions, record, transaction, now }: Deps) => {
  const pausedBefore = (): Date => new Date(now().getTime() - PAUSE_MS)

  const close = async (locationId: string, workflowId: string, on: Tx, before?: Date): Promise<void> => {
    const session = await sessions.take(locationId, workflowId, { on, ...(before ? { before } : {}) })
    if (session) await record(locationId, entryOf(workflowId, session), on)
  }

  return {
    /** Call it with every save, at the end of its transaction, because the audit chain must be locked last. */
    async edited(locationId: string, workflowId: string, edit: Omit<Edit, 'at'>, on: Tx): Promise<void> {
      const at = now()
      if (await sessions.extend(locationId, workflowId, { ...edit, at, since: pausedBefore() }, on)) return
      const before = await sessions.take(locationId, workflowId, { on })
      await sessions.open(locationId, workflowId, { ...edit, at }, on)
      if (before) await record(locationId, entryOf(workflowId, before), on)
    },

    /** Writes the entry of the changes so far, if any are not recorded yet. */
    close: (locationId: string, workflowId: string, on: Tx): Promise<void> => close(locationId, workflowId, on),

    task: {
      name: 'close_editing_sessions',
      cron: '* * * * *',
      async handler() {
        const before = pausedBefore()
        for (const { locationId, workflowId } of await sessions.idle(before, MOST_AT_ONCE)) {
          await transaction((on) => close(locationId, workflowId, on, before))
        }
      },
    } satisfies WorkerTask,
  }
}
