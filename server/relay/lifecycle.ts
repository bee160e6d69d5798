// The lifecycle lane: events that change an installation are applied first, then copied to the live lane for workflows,
// so that a failing workflow never delays the account's next install or uninstall.

import type { StoredEvent } from '../store/events.ts'
import type { Accept } from './accept.ts'
import type { HandleEvent } from './outcome.ts'

type Deps = {
  /** Applies the event to the installation. */
  handle: (event: StoredEvent) => ReturnType<HandleEvent>
  runWorkflows: HandleEvent
  /** Our own events, not for workflows. */
  isInternal: (event: Pick<StoredEvent, 'source' | 'type'>) => boolean
  /** Whether any workflow of the account starts with such events. */
  wants: (event: Pick<StoredEvent, 'locationId' | 'source' | 'type'>) => Promise<boolean>
  accept: Accept['accept']
}

const PREFIX = 'workflows:'

export const createLifecycleHandler =
  ({ handle, runWorkflows, isInternal, wants, accept }: Deps): HandleEvent =>
  async (event, context) => {
    if (isInternal(event)) return await handle(event)
    const isCopy = event.recordKey.startsWith(PREFIX) && event.recordKey === event.sourceEventId
    if (event.source === 'app' || isCopy) return await runWorkflows(event, context)
    const outcome = await handle(event)
    const isOver = outcome.kind === 'done' || outcome.kind === 'skipped'
    if (isOver && (await wants(event))) {
      const { id, locationId, lane, source, type, hops, payload } = event
      const name = `${PREFIX}${id}`
      await accept({ locationId, lane, source, type, recordKey: name, sourceEventId: name, hops, payload })
    }
    return outcome
  }
