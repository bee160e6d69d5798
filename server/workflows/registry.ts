// Which workflows want an event, from memory: asked for every event at the door and again when it is worked on. Told when
// a location's workflows change; a short life covers what was not heard.

import type { Action, Trigger } from '../catalog/schema.ts'
import type { Log } from '../log.ts'
import type { StoredEvent } from '../store/events.ts'
import type { WorkflowRow } from '../store/workflows.ts'
import { holds } from './conditions.ts'
import { actionIdsOf, workflowDocument } from './document.ts'
import type { RunnableWorkflow } from './run.ts'

type Deps = {
  enabled(locationId: string): Promise<WorkflowRow[]>
  /** The document of one version as it is kept. */
  version(locationId: string, workflowId: string, version: number): Promise<unknown>
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
  now: () => Date
  log: Log
}

/** `until` is set once the workflows have arrived. */
type Known = { workflows: Promise<RunnableWorkflow[]>; until: number | undefined }

const LIFE_MS = 10_000
const MOST_LOCATIONS = 10_000

export type WorkflowRegistry = ReturnType<typeof createWorkflowRegistry>

export const createWorkflowRegistry = ({ enabled, version: storedVersion, action, trigger, now, log }: Deps) => {
  const known = new Map<string, Known>()

  const read = (
    locationId: string,
    {
      id,
      name,
      publishedVersion,
      published,
      options,
    }: Pick<WorkflowRow, 'id' | 'name' | 'publishedVersion' | 'published' | 'options'>,
  ): RunnableWorkflow | undefined => {
    const { data: document, error } = workflowDocument.safeParse(published)
    if (error) {
      log.error({ locationId, workflowId: id, err: error }, 'a published workflow cannot be read')
      return undefined
    }
    const leavesAccount = actionIdsOf(document).some(
      (actionId) => action(actionId)?.system === 'rankr' || actionId === 'app.routes.relay',
    )
    return { id, name, version: publishedVersion, document, options, leavesAccount }
  }

  const load = async (locationId: string): Promise<RunnableWorkflow[]> =>
    (await enabled(locationId)).flatMap((row) => read(locationId, row) ?? [])

  const of = async (locationId: string): Promise<RunnableWorkflow[]> => {
    const kept = known.get(locationId)
    // Still under way: everybody waits for the same answer.
    if (kept && (kept.until === undefined || kept.until > now().getTime())) return kept.workflows
    const entry: Known = { workflows: load(locationId), until: undefined }
    if (known.size >= MOST_LOCATIONS) known.clear()
    known.set(locationId, entry)
    try {
      const workflows = await entry.workflows
      entry.until = now().getTime() + LIFE_MS
      return workflows
    } catch (error) {
      if (known.get(locationId) === entry) known.delete(locationId)
      throw error
    }
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

    /** A workflow with the document of an earlier version; undefined when that cannot be read any more. */
    async versionOf(
      locationId: string,
      workflow: RunnableWorkflow,
      version: number,
    ): Promise<RunnableWorkflow | undefined> {
      const published = await storedVersion(locationId, workflow.id, version)
      return published === undefined
        ? undefined
        : read(locationId, { ...workflow, publishedVersion: version, published })
    },

    /** The location's workflows have changed. */
    forget(locationId: string): void {
      known.delete(locationId)
    },
  }
}
