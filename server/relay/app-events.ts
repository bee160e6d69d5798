// Our own events that workflows can start with: the app is installed, the account must reconnect, a step failed for
// good, a check found differences. Each is accepted once, like any other event. Knows no workflow.

import type { StoredEvent } from '../store/events.ts'
import type { DeadLetterWrite, ProgressItem } from '../store/progress.ts'
import type { Accept } from './accept.ts'

type Deps = {
  accept: Accept['accept']
  now: () => Date
  installation: (
    tenantId: string,
  ) => Promise<{ kind: string; name: string | null; userId: string | null; scopes: string[] } | undefined>
  /** When the app was put into the account: its last entry of that kind. */
  connectedAt: (tenantId: string) => Promise<Date | undefined>
  /** Events that wait in the account. */
  waiting: (tenantId: string) => Promise<number>
  /** Whether any workflow of the account starts with such events. */
  wants: (event: Pick<StoredEvent, 'locationId' | 'source' | 'type'>) => Promise<boolean>
  /** The event that a dead letter is about, as its workflow saw it. */
  eventOf: (locationId: string, of: { eventId: string; receivedOn: string }) => Promise<StoredEvent | undefined>
  workflowName: (locationId: string, workflowId: string) => Promise<string | undefined>
}

const STEP_FAILED = 'step.failed'
/** Later, a token that works again does not mean an installation. */
const JUST_NOW_MS = 5 * 60_000
const HOUR_MS = 3_600_000

export type AppEvents = ReturnType<typeof createAppEvents>

/** The functions that accept our own events. */
export const createAppEvents = (deps: Deps) => {
  const { accept, now, installation, connectedAt, waiting, wants, eventOf, workflowName } = deps

  const payloadOf = (type: string, data: Record<string, unknown>) => ({ type, timestamp: now().toISOString(), data })

  /** Call when the account's token works; does nothing unless the app was just installed. */
  const ready = async (tenantId: string): Promise<void> => {
    const at = await connectedAt(tenantId)
    if (!at || now().getTime() - at.getTime() > JUST_NOW_MS) return
    const row = await installation(tenantId)
    if (row?.kind !== 'location') return
    const type = 'installation.completed'
    await accept({
      locationId: tenantId,
      lane: 'live',
      source: 'app',
      type,
      recordKey: `installation:${tenantId}`,
      sourceEventId: `${type}:${at.toISOString()}`,
      hops: 0,
      payload: payloadOf(type, { accountName: row.name, installedBy: row.userId, scopes: row.scopes }),
    })
  }

  /** Goes ahead of the account's other events, which wait for the reconnect. At most once an hour. */
  const reconnectNeeded = async (tenantId: string, code: string): Promise<void> => {
    const type = 'connection.reconnect-needed'
    await accept({
      locationId: tenantId,
      lane: 'lifecycle',
      source: 'app',
      type,
      recordKey: 'connection:crm',
      sourceEventId: `${type}:${code}:${Math.floor(now().getTime() / HOUR_MS)}`,
      hops: 0,
      payload: payloadOf(type, { connection: 'crm', code, waitingEvents: await waiting(tenantId) }),
    })
  }

  /** Call before a check with findings ends; accepted once per check. */
  const drifted = async (
    locationId: string,
    { checkId, checked, differences }: { checkId: string; checked: number; differences: Record<string, number> },
  ): Promise<void> => {
    const type = 'integrity.drift-found'
    const { missing = 0, different = 0, duplicate: duplicates = 0, orphan: orphans = 0 } = differences
    await accept({
      locationId,
      lane: 'live',
      source: 'app',
      type,
      recordKey: `integrity:${checkId}`,
      sourceEventId: `${type}:${checkId}`,
      hops: 0,
      payload: payloadOf(type, { checkId, checked, missing, different, duplicates, orphans }),
    })
  }

  const failed = async (locationId: string, letter: DeadLetterWrite): Promise<void> => {
    const { id, eventId, receivedOn, workflowId, stepId, code, attempts, diedAt } = letter
    if (!(await wants({ locationId, source: 'app', type: STEP_FAILED }))) return
    const event = await eventOf(locationId, { eventId, receivedOn })
    // A workflow that starts with failures and fails itself must not start itself.
    if (!event || (event.source === 'app' && event.type === STEP_FAILED)) return
    const workflow = workflowId ? await workflowName(locationId, workflowId) : undefined
    const { recordKey, hops } = event
    const eventType = `${event.source}.${event.type}`
    await accept({
      locationId,
      lane: 'live',
      source: 'app',
      type: STEP_FAILED,
      recordKey: `failure:${id}`,
      sourceEventId: `${STEP_FAILED}:${id}:${diedAt.toISOString()}`,
      hops: hops + 1,
      payload: payloadOf(STEP_FAILED, {
        workflow: workflow ?? null,
        step: stepId,
        code,
        eventType,
        recordKey,
        attempts,
      }),
    })
  }

  /**
   * A writer that accepts an event for each dead letter before writing it: after a crash in between it is accepted
   * again, and never lost.
   */
  const telling =
    <T>(write: (items: T) => Promise<void>, itemsOf: (items: T) => ProgressItem[]) =>
    async (items: T): Promise<void> => {
      for (const { locationId, deadLetters = [] } of itemsOf(items)) {
        for (const letter of deadLetters) await failed(locationId, letter)
      }
      await write(items)
    }

  return { ready, reconnectNeeded, drifted, telling }
}
