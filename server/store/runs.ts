// Workflow runs and their step attempts. Written in batches by progress.ts; read here.

import type { Database } from './db.ts'
import type { RunStatus } from './schema.ts'

/**
 * The state that a resumed run starts from, by step key (the id with its loop rounds and calls): outputs of finished steps, and
 * decisions such as the branch taken, the called version and its input, and the end of a delay.
 */
export type StepResults = Record<
  string,
  {
    output?: unknown
    /** The action has failed for good, and the workflow goes on without it. */
    hasFailed?: true
    branch?: string | null
    version?: number
    input?: unknown
    /** Of a loop that has begun, where what it goes through may change under the run. */
    items?: unknown[]
    /** ISO 8601. */
    until?: string
  }
>

export type Run = {
  id: string
  receivedOn: string
  eventId: string
  workflowId: string
  workflowVersion: number
  status: RunStatus
  recordKey: string
  steps: StepResults
  code: string | null
  detail: string | null
  startedAt: Date
  finishedAt: Date | null
}

export type Attempt = {
  id: string
  receivedOn: string
  eventId: string
  runId: string
  stepId: string
  actionId: string
  /** 1 is the first try. */
  number: number
  outcome: 'ok' | 'retry' | 'failed'
  code: string | null
  detail: string | null
  request: unknown
  response: unknown
  startedAt: Date
  durationMs: number
}

const RUN_COLUMNS = [
  'id',
  'received_on as receivedOn',
  'event_id as eventId',
  'workflow_id as workflowId',
  'workflow_version as workflowVersion',
  'status',
  'record_key as recordKey',
  'steps',
  'code',
  'detail',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const

const ATTEMPT_COLUMNS = [
  'id',
  'received_on as receivedOn',
  'event_id as eventId',
  'run_id as runId',
  'step_id as stepId',
  'action_id as actionId',
  'number',
  'outcome',
  'code',
  'detail',
  'request',
  'response',
  'started_at as startedAt',
  'duration_ms as durationMs',
] as const

export type Runs = ReturnType<typeof createRuns>

/** Reads the runs of a location. */
export const createRuns = ({ db }: { db: Database }) => ({
  /** All runs of one event. */
  ofEvent: (locationId: string, { eventId, receivedOn }: { eventId: string; receivedOn: string }): Promise<Run[]> =>
    db.kysely
      .selectFrom('runs')
      .select(RUN_COLUMNS)
      .where('event_id', '=', eventId)
      .where('received_on', '=', receivedOn)
      .where('location_id', '=', locationId)
      .orderBy('started_at')
      .execute(),

  /** All attempts of one run, in the order they were made. */
  attempts: (locationId: string, { runId, receivedOn }: { runId: string; receivedOn: string }): Promise<Attempt[]> =>
    db.kysely
      .selectFrom('attempts')
      .select(ATTEMPT_COLUMNS)
      .where('run_id', '=', runId)
      .where('received_on', '=', receivedOn)
      .where('location_id', '=', locationId)
      .orderBy('started_at')
      .orderBy('number')
      .execute(),
})
