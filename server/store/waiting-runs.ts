// Runs waiting at a delay. Added in the commit of their run (progress.ts), removed when resumed or cancelled. Does not
// know what they wait for.

import { type RawBuilder, sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import type { StoredEvent } from './events.ts'
import type { StepResults } from './runs.ts'

export type WaitingRun = {
  locationId: string
  runId: string
  receivedOn: string
  workflowId: string
  workflowVersion: number
  /** Key of the step. */
  key: string
  event: StoredEvent
  steps: StepResults
  wakeAt: Date
  awaits: { trigger: string; filter: unknown } | null
  at: Date
}

const COLUMNS = [
  'location_id',
  'run_id',
  'received_on',
  'workflow_id',
  'workflow_version',
  'step_key',
  'event',
  'steps',
  'wake_at',
  'awaits_trigger',
  'awaits_filter',
  'created_at',
] as const

type Row = {
  location_id: string
  run_id: string
  received_on: string
  workflow_id: string
  workflow_version: number
  step_key: string
  event: unknown
  steps: unknown
  wake_at: Date
  awaits_trigger: string | null
  awaits_filter: unknown
  created_at: Date
}

/** Moments of an event are texts in JSON. */
const eventOf = (stored: unknown): StoredEvent => {
  const event = stored as StoredEvent
  const { receivedAt, occurredAt } = event
  return { ...event, receivedAt: new Date(receivedAt), occurredAt: occurredAt === null ? null : new Date(occurredAt) }
}

const fromRow = (row: Row): WaitingRun => ({
  locationId: row.location_id,
  runId: row.run_id,
  receivedOn: row.received_on,
  workflowId: row.workflow_id,
  workflowVersion: row.workflow_version,
  key: row.step_key,
  event: eventOf(row.event),
  steps: row.steps as StepResults,
  wakeAt: row.wake_at,
  awaits: row.awaits_trigger === null ? null : { trigger: row.awaits_trigger, filter: row.awaits_filter },
  at: row.created_at,
})

type One = { runId: string; receivedOn: string }
type RunChange = { status: 'done' | 'cancelled'; finished_at: Date; steps?: RawBuilder<string> }

/** The run has continued with another event, or is finished; does nothing when its day was dropped. */
const settleRun = (on: Queryable, locationId: string, { runId, receivedOn }: One, change: RunChange) =>
  on
    .updateTable('runs')
    .set(change)
    .where('id', '=', runId)
    .where('received_on', '=', receivedOn)
    .where('location_id', '=', locationId)
    .where('status', '=', 'waiting')
    .execute()

export type WaitingRuns = ReturnType<typeof createWaitingRuns>

/** The waiting runs of a location. */
export const createWaitingRuns = ({ db }: { db: Database }) => ({
  /** Of all locations, those whose time has come, the longest due first. */
  async due(at: Date, limit: number): Promise<WaitingRun[]> {
    const rows = await db.kysely
      .selectFrom('waiting_runs')
      .select(COLUMNS)
      .where('wake_at', '<=', at)
      .orderBy('wake_at')
      .limit(limit)
      .execute()
    return rows.map((row) => fromRow(row as Row))
  },

  /** Those that wait for an event of one of the triggers. */
  async awaiting(locationId: string, triggers: readonly string[]): Promise<WaitingRun[]> {
    const rows = await db.kysely
      .selectFrom('waiting_runs')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('awaits_trigger', 'in', triggers)
      .orderBy('created_at')
      .execute()
    return rows.map((row) => fromRow(row as Row))
  },

  /** Ids of the triggers that something in the location waits for. */
  async awaited(locationId: string): Promise<string[]> {
    const rows = await db.kysely
      .selectFrom('waiting_runs')
      .select('awaits_trigger')
      .distinct()
      .where('location_id', '=', locationId)
      .where('awaits_trigger', 'is not', null)
      .execute()
    return rows.flatMap(({ awaits_trigger }) => awaits_trigger ?? [])
  },

  /** Removes the row because the run continues; `output` is the delay's output. False when another process was faster. */
  resumed: (
    locationId: string,
    { runId, receivedOn, key, output, at }: One & { key: string; output: unknown; at: Date },
  ): Promise<boolean> =>
    db.transaction(async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('waiting_runs')
        .where('location_id', '=', locationId)
        .where('run_id', '=', runId)
        .executeTakeFirst()
      if (numDeletedRows === 0n) return false
      const ended = JSON.stringify({ [key]: { output } })
      await settleRun(
        tx,
        locationId,
        { runId, receivedOn },
        {
          status: 'done',
          finished_at: at,
          steps: sql<string>`steps || ${ended}::jsonb`,
        },
      )
      return true
    }),

  /** Cancels the waiting runs of a workflow, or one run. Returns how many. */
  async cancel(
    locationId: string,
    { workflowId, runId, at, on }: { workflowId?: string; runId?: string; at: Date; on: Tx },
  ): Promise<number> {
    let statement = on.deleteFrom('waiting_runs').where('location_id', '=', locationId)
    if (workflowId !== undefined) statement = statement.where('workflow_id', '=', workflowId)
    if (runId !== undefined) statement = statement.where('run_id', '=', runId)
    const gone = await statement.returning(['run_id', 'received_on']).execute()
    for (const { run_id, received_on } of gone) {
      await settleRun(
        on,
        locationId,
        { runId: run_id, receivedOn: received_on },
        { status: 'cancelled', finished_at: at },
      )
    }
    return gone.length
  },

  /** When the waiting runs of a workflow, or one of them, continue. */
  list: (
    locationId: string,
    workflowId: string,
  ): Promise<{ runId: string; key: string; wakeAt: Date; awaits: string | null }[]> =>
    db.kysely
      .selectFrom('waiting_runs')
      .select(['run_id as runId', 'step_key as key', 'wake_at as wakeAt', 'awaits_trigger as awaits'])
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', workflowId)
      .orderBy('wake_at')
      .limit(200)
      .execute(),
})
