// What the settings screens need from the rest, by shape: the stores and parts that wire.ts hands in satisfy it. Knows no
// database and no outside system.

import type { UserContext as OpenedContext } from '../../highlevel/user-context.ts'
import type { ApiCredentials, Connection } from '../../store/connections.ts'
import type { Tx } from '../../store/db.ts'
import type { Installation } from '../../store/installations.ts'
import type { RunStatus } from '../../store/schema.ts'
import type { LocationSettings } from '../../store/settings.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { IssueSession } from '../doors/session.ts'

/** Who the CRM says is looking; from the encrypted user context. */
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

/** In sandbox mode: a workspace with sample data that can be connected by one click, over HTTP. */
export type SampleWorkspace = {
  /** Answers the credentials for calls to it. Throws when the workspace does not take the connection. */
  connect(wish: { name: string; webhookUrl: string; signingSecret: string }): Promise<ApiCredentials | undefined>
}

export type Transaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

export type SettingsStore = {
  read(locationId: string): Promise<LocationSettings>
  change(locationId: string, changes: LocationSettings, tx?: Tx): Promise<void>
}

export type { IssueSession }

/** A built-in workflow's switch and choices in one location. */
export type SyncUse = { isEnabled: boolean; options: Record<string, unknown> }

export type SyncService = {
  /** The defaults, switched off, when the location never chose. */
  read(locationId: string, template: Template): Promise<SyncUse>
  readAll(locationId: string, templates: readonly Template[]): Promise<SyncUse[]>
  change(locationId: string, template: Template, change: { use: SyncUse; by: string; on: Tx }): Promise<void>
}

/** What became of an event, in the words of `settings.activity.outcomes`. */
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
  /** Why, as an error code; null when all is well. */
  code: string | null
  /** Of a retry. */
  nextAt: Date | null
}

type ActivityAttempt = {
  number: number
  stepId: string
  actionId: string
  outcome: 'ok' | 'retry' | 'failed'
  code: string | null
  detail: string | null
  /** Masked before they were stored. */
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
    /** Undefined once the workflow is deleted. */
    workflowName: string | undefined
    status: RunStatus
    code: string | null
    detail: string | null
    attempts: ActivityAttempt[]
  }[]
  /** The open dead letter of this event, when there is one. */
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
  /** Dead letters nobody has settled. */
  openFailures(locationId: string): Promise<number>
  /** Puts the event back in line; false when its dead letter was settled meanwhile. */
  replay(locationId: string, deadLetterId: string): Promise<boolean>
}
