// Which workflows want an event, from memory: asked for every event at the door and again when it is worked on. Told when
// a location's workflows change; a short life covers what was not heard.

import type { Trigger } from '../catalog/schema.ts'
import type { Log } from '../log.ts'
import type { StoredEvent } from '../store/events.ts'
import type { WorkflowRow } from '../store/workflows.ts'
import { holds } from './conditions.ts'
import { workflowDocument } from './document.ts'
import type { RunnableWorkflow } from './run.ts'

type Deps = {
  enabled(locationId: string): Promise<WorkflowRow[]>
  trigger(id: string): Trigger | undefined
  now: () => Date
  log: Log
}

type Known = { workflows: RunnableWorkflow[]; until: number }

const LIFE_MS = 10_000
const MOST_LOCATIONS = 10_000

export type WorkflowRegistry = ReturnType<typeof createWorkflowRegistry>

export const createWorkflowRegistry = ({ enabled, trigger, now, log }: Deps) => {
  const known = new Map<string, Promise<Known>>()

  const load = async (locationId: string): Promise<Known> => {
    const workflows = (await enabled(locationId)).flatMap(({ id, name, publishedVersion, published, options }) => {
      const { data: document, error } = workflowDocument.safeParse(published)
      if (document) return [{ id, name, version: publishedVersion, document, options }]
      log.error({ locationId, workflowId: id, err: error }, 'a published workflow cannot be read')
      return []
    })
    return { workflows, until: now().getTime() + LIFE_MS }
  }

  const of = async (locationId: string): Promise<RunnableWorkflow[]> => {
    const kept = await known.get(locationId)
    if (kept && kept.until > now().getTime()) return kept.workflows
    const loading = load(locationId)
    if (known.size >= MOST_LOCATIONS) known.clear()
    known.set(locationId, loading)
    loading.catch(() => known.delete(locationId))
    return (await loading).workflows
  }

  const starts = (id: string, { source, type }: Pick<StoredEvent, 'source' | 'type'>): boolean => {
    const entry = trigger(id)
    return entry !== undefined && entry.system === source && (entry.event === type || entry.literal === type)
  }

  return {
    /** Those whose trigger fits the event and whose filter lets it through. */
    async workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]> {
      return (await of(event.locationId)).filter(({ document, options }) =>
        document.triggers.some(
          ({ trigger: id, filter }) =>
            starts(id, event) && (filter === undefined || holds(filter, { trigger: event.payload, options })),
        ),
      )
    },

    /** Whether anything of the location starts with such events, whatever their filters say. */
    async wants(event: Pick<StoredEvent, 'locationId' | 'source' | 'type'>): Promise<boolean> {
      return (await of(event.locationId)).some(({ document }) =>
        document.triggers.some(({ trigger: id }) => starts(id, event)),
      )
    },

    /** The location's workflows have changed. */
    forget(locationId: string): void {
      known.delete(locationId)
    },
  }
}
