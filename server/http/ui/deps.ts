// What the settings screens need, as interfaces that the stores and services passed by wire.ts satisfy.

import type { UserContext as OpenedContext } from '../../highlevel/user-context.ts'
import type { ApiCredentials, Connection } from '../../store/connections.ts'
import type { Tx } from '../../store/db.ts'
import type { Installation } from '../../store/installations.ts'
import type { RunStatus } from '../../store/schema.ts'
import type { LocationSettings } from '../../store/settings.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { IssueSession } from '../doors/session.ts'

/** The user as the CRM names them, from the encrypted user context. */
export type UserContext = Pick<
  OpenedContext,
  'userId' | 'companyId' | 'role' | 'userName' | 'activeLocation' | 'whitelabelDetails'
>

export type InstallationReader = {
  find(tenantId: string): Promise<Installation | undefined>
  locationsOf(companyId: string): Promise<Installation[]>
  update(tenantId: string, change: { whiteLabelDomain?: string; language?: 'en' | 'es' }): Promise<void>
}

export type ConnectionService = {
  list(locationId: string): Promise<Connection[]>
  create(locationId: string, wish: { name: string }, tx?: Tx): Promise<{ connection: Connection; secret: string }>
  rotate(
    locationId: string,
    id: string,
    options: { overlapHours?: number; on?: Tx },
  ): Promise<{ connection: Connection; secret: string } | undefined>
  setEnabled(locationId: string, id: string, options: { isEnabled: boolean; on?: Tx }): Promise<Connection | undefined>
  setCredentials(
    locationId: string,
    id: string,
    options: { credentials: ApiCredentials; on?: Tx },
  ): Promise<Connection | undefined>
}

/** Sandbox mode only: a sample workspace that can be connected with one click, over HTTP. */
export type SampleWorkspace = {
  /** Returns the credentials for calls to it. Throws when the workspace refuses the connection. */
  connect(wish: { name: string; webhookUrl: string; signingSecret: string }): Promise<ApiCredentials | undefined>
}

export type Transaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

export type SettingsStore = {
  read(locationId: string): Promise<LocationSettings>
  change(locationId: string, changes: LocationSettings, tx?: Tx): Promise<void>
}

export type { IssueSession }

/** A built-in workflow's switch and options in one location. */
export type SyncUse = { isEnabled: boolean; options: Record<string, unknown> }

export type SyncService = {
  /** The defaults, switched off, when the location never changed them. */
  read(locationId: string, template: Template): Promise<SyncUse>
  readAll(locationId: string, templates: readonly Template[]): Promise<SyncUse[]>
  change(locationId: string, template: Template, change: { use: SyncUse; by: string; on: Tx }): Promise<void>
}

/** An event's outcome: a key of `settings.activity.outcomes`. */
export const OUTCOMES = [
  'queued',
  'running',
  'done',
  'retrying',
  'waiting',
  'paused',
  'skipped',
  'dead',
  'replayed',
  'discarded',
] as const

type Outcome = (typeof OUTCOMES)[number]

export type ActivityEntry = {
  eventId: string
  receivedAt: Date
  source: 'rankr' | 'crm' | 'api' | 'app' | 'schedule'
  type: string
  recordKey: string
  outcome: Outcome
  /** The reason as an error code; null when all is well. */
  code: string | null
  /** Time of the next retry. */
  nextAt: Date | null
}

type ActivityAttempt = {
  number: number
  stepId: string
  actionId: string
  outcome: 'ok' | 'retry' | 'failed'
  code: string | null
  detail: string | null
  /** Masked before storage. */
  request: unknown
  response: unknown
  startedAt: Date
  durationMs: number
}

export type ActivityDetail = ActivityEntry & {
  sourceEventId: string | null
  occurredAt: Date | null
  payload: unknown
  runs: {
    runId: string
    workflowId: string
    /** Undefined when the workflow was deleted. */
    workflowName: string | undefined
    status: RunStatus
    code: string | null
    detail: string | null
    attempts: ActivityAttempt[]
  }[]
  /** This event's open dead letter, if any. */
  deadLetterId: string | null
  detail: string | null
}

type ActivityPage = { entries: ActivityEntry[] /** Opens the page of older events. */; next: string | null }

export type ActivityReader = {
  list(
    locationId: string,
    wish: {
      limit: number
      before?: string | undefined
      outcome?: Outcome | undefined
      type?: string | undefined
      search?: string | undefined
    },
  ): Promise<ActivityPage>
  detail(locationId: string, eventId: string): Promise<ActivityDetail | undefined>
  /** Dead letters that are not settled. */
  openFailures(locationId: string): Promise<number>
  /** Queues the event again; false when its dead letter was settled meanwhile. */
  replay(locationId: string, deadLetterId: string): Promise<boolean>
}
