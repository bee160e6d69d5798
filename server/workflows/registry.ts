// Which workflows want an event, from memory: read for every event when it is accepted and again when it is processed.
// Cleared when a location's workflows change; a short lifetime covers missed notifications.

import { readPath } from '../catalog/paths.ts'
import type { Action, Trigger } from '../catalog/schema.ts'
import type { Log } from '../log.ts'
import type { StoredEvent } from '../store/events.ts'
import type { WorkflowRow } from '../store/workflows.ts'
import { addresseeOf } from './addressee.ts'
import { holds } from './conditions.ts'
import { actionIdsOf, awaitsOf, callsOf, type WorkflowDocument, workflowDocument } from './document.ts'
import type { AppliedMapping } from './field-mapping.ts'
import type { RunnableWorkflow } from './run.ts'

type Deps = {
  enabled(locationId: string): Promise<WorkflowRow[]>
  /** The document of one version as it is kept. */
  version(locationId: string, workflowId: string, version: number): Promise<unknown>
  /** Ids of the triggers that waiting runs of the location wait for; nothing can wait when it is left out. */
  awaited?: (locationId: string) => Promise<string[]>
  /** Field mappings by id of the built-in workflow. */
  mappings?: (locationId: string) => Promise<ReadonlyMap<string, AppliedMapping>>
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
  now: () => Date
  log: Log
}

/** `until` is set once the workflows have arrived. */
type Known = { workflows: Promise<Kept>; until: number | undefined }

/** `awaited`: triggers that runs wait for, or may wait for later. */
type Kept = { workflows: RunnableWorkflow[]; awaited: ReadonlySet<string> }

type PublishedRow = Pick<WorkflowRow, 'id' | 'name' | 'publishedVersion' | 'published' | 'options'>

const LIFE_MS = 10_000
const MOST_LOCATIONS = 10_000
const MOST_DOCUMENTS = 2_000

/** A workflow that calls one which leaves the account leaves it, too. */
const withCalled = (workflows: RunnableWorkflow[]): RunnableWorkflow[] => {
  const leaving = new Set(workflows.flatMap(({ id, leavesAccount }) => (leavesAccount ? [id] : [])))
  for (let size = -1; size !== leaving.size; ) {
    size = leaving.size
    for (const { id, document } of workflows) {
      if (callsOf(document).some((called) => leaving.has(called))) leaving.add(id)
    }
  }
  return workflows.map((workflow) => ({ ...workflow, leavesAccount: leaving.has(workflow.id) }))
}

export type WorkflowRegistry = ReturnType<typeof createWorkflowRegistry>

/** The cached enabled workflows of all locations. */
/**
 * Answers from memory for LIFE_MS, unless `forget` is called; `enabled` is asked once, however many ask at the same time. Rejects
 * with what the database rejects with. A published document that cannot be read is logged and left out.
 */
export const createWorkflowRegistry = (deps: Deps) => {
  const {
    enabled,
    version: storedVersion,
    awaited = async () => [],
    mappings = async () => new Map(),
    action,
    trigger,
    now,
    log,
  } = deps
  const known = new Map<string, Known>()
  // A version never changes, and checking a document takes longer than reading it.
  const documents = new Map<string, WorkflowDocument>()

  const documentOf = (
    locationId: string,
    { id, publishedVersion, published }: PublishedRow,
  ): WorkflowDocument | undefined => {
    const key = `${locationId} ${id} ${publishedVersion}`
    const kept = documents.get(key)
    if (kept) return kept
    const { data, error } = workflowDocument.safeParse(published)
    if (error) {
      log.error({ locationId, workflowId: id, err: error }, 'a published workflow cannot be read')
      return undefined
    }
    if (documents.size >= MOST_DOCUMENTS) documents.clear()
    documents.set(key, data)
    return data
  }

  /** Undefined when the document cannot be read. */
  const runnable = (locationId: string, row: PublishedRow): RunnableWorkflow | undefined => {
    const document = documentOf(locationId, row)
    if (!document) return undefined
    const leavesAccount = actionIdsOf(document).some(
      (actionId) => action(actionId)?.system === 'rankr' || actionId === 'app.routes.relay',
    )
    const { id, name, publishedVersion: version, options } = row
    return { id, name, version, document, options, leavesAccount }
  }

  const load = async (locationId: string): Promise<Kept> => {
    const [rows, waitedFor, mapped] = await Promise.all([
      enabled(locationId),
      awaited(locationId),
      mappings(locationId),
    ])
    const mappedRow = (row: WorkflowRow): RunnableWorkflow | undefined => {
      const workflow = runnable(locationId, row)
      const mapping = row.templateId === null ? undefined : mapped.get(row.templateId)
      return workflow && mapping ? { ...workflow, mapping } : workflow
    }
    const workflows = withCalled(rows.flatMap((row) => mappedRow(row) ?? []))
    const own = workflows.flatMap(({ document }) => awaitsOf(document))
    return { workflows, awaited: new Set([...own, ...waitedFor]) }
  }

  const of = async (locationId: string): Promise<Kept> => {
    const kept = known.get(locationId)
    // Still loading: all callers wait for the same result.
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

  const versionOf = async (
    locationId: string,
    workflow: RunnableWorkflow,
    version: number,
  ): Promise<RunnableWorkflow | undefined> => {
    const published = await storedVersion(locationId, workflow.id, version)
    if (published === undefined) return undefined
    const found = runnable(locationId, { ...workflow, publishedVersion: version, published })
    return found && { ...found, mapping: workflow.mapping }
  }

  /** Whether an event with an addressee is for this workflow. */
  const isMeant = (
    own: WorkflowDocument['triggers'][number],
    workflowId: string,
    { payload }: Pick<StoredEvent, 'payload'>,
  ): boolean => {
    const entry = trigger(own.trigger)
    const wanted = addresseeOf(own, entry, workflowId)
    return wanted === undefined || readPath(payload, entry!.addressee!.path) === wanted
  }

  const starts = (id: string, { source, type }: Pick<StoredEvent, 'source' | 'type'>): boolean => {
    const entry = trigger(id)
    return entry !== undefined && entry.system === source && (entry.event === type || entry.literal === type)
  }

  return {
    /** The workflows whose trigger and filter match the event. */
    async workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]> {
      return (await of(event.locationId)).workflows.filter(({ id: workflowId, document, options }) =>
        document.triggers.some(
          (own) =>
            starts(own.trigger, event) &&
            isMeant(own, workflowId, event) &&
            (own.filter === undefined || holds(own.filter, { trigger: event.payload, options })),
        ),
      )
    },

    /** Whether anything of the location starts with such events or may wait for them, whatever the filters say. */
    async wants(event: Pick<StoredEvent, 'locationId' | 'source' | 'type'>): Promise<boolean> {
      const { workflows, awaited } = await of(event.locationId)
      const isStart = workflows.some(({ document }) => document.triggers.some(({ trigger: id }) => starts(id, event)))
      return isStart || [...awaited].some((id) => starts(id, event))
    },

    /** Ids of the triggers of such events that runs of the location wait for, or may. */
    async awaitedBy(event: Pick<StoredEvent, 'locationId' | 'source' | 'type'>): Promise<string[]> {
      return [...(await of(event.locationId)).awaited].filter((id) => starts(id, event))
    },

    /** A workflow of the location that is switched on, as it is now or in an earlier version. */
    async callable(locationId: string, id: string, version?: number): Promise<RunnableWorkflow | undefined> {
      const workflow = (await of(locationId)).workflows.find((one) => one.id === id)
      if (!workflow || version === undefined || workflow.version === version) return workflow
      return (await versionOf(locationId, workflow, version)) ?? workflow
    },

    /** A workflow with the document of an earlier version; undefined when that cannot be read any more. */
    versionOf,

    /** The location's workflows have changed. */
    forget(locationId: string): void {
      known.delete(locationId)
    },
  }
}
