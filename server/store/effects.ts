// Markers of non-idempotent calls: committed as pending before the call, as done after it, as void when it was refused.
// Written in batches by progress.ts; read here.

import type { Database } from './db.ts'

export type Effect = {
  key: string
  /** The day of the event that causes it. */
  receivedOn: string
  state: 'pending' | 'done' | 'void'
  result: unknown
  startedAt: Date
}

export type Effects = ReturnType<typeof createEffects>

/** Reads the markers of an event. */
export const createEffects = ({ db }: { db: Database }) => ({
  find: (locationId: string, { key, receivedOn }: { key: string; receivedOn: string }): Promise<Effect | undefined> =>
    db.kysely
      .selectFrom('effects')
      .select(['key', 'received_on as receivedOn', 'state', 'result', 'started_at as startedAt'])
      .where('location_id', '=', locationId)
      .where('key', '=', key)
      .where('received_on', '=', receivedOn)
      .executeTakeFirst(),
})
