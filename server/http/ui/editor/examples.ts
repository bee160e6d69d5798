// The event used for previews: the account's latest event that would start the workflow, or else the catalog's sample; and
// the values that a step can read from it.

import { action, trigger } from '../../../catalog/index.ts'
import type { Trigger } from '../../../catalog/schema.ts'
import type { Events } from '../../../store/events.ts'
import type { Step, WorkflowDocument } from '../../../workflows/document.ts'
import type { Knowledge } from '../../../workflows/mapping.ts'
import type { OwnWorkflow } from '../../../workflows/workflow-service.ts'
import type { ActivityReader, InstallationReader } from '../deps.ts'
import { inWords } from '../event-words.ts'
import { createRecentStarts, type Startable } from '../recent-starts.ts'
import { exampleAt } from './example.ts'
import { type ValueGroup, valuesIn } from './values.ts'

/** Dependencies of `createExamples`. */
export type ExampleDeps = {
  activity: Pick<ActivityReader, 'detail'>
  recentEvents: Events['recent']
  installations: Pick<InstallationReader, 'find'>
}

/** An event used for previews, with its trigger and account. */
export type Example = {
  trigger: Trigger | undefined
  payload: unknown
  /** Undefined for the catalog's sample. */
  eventId: string | undefined
  receivedAt: Date | undefined
  account: Record<string, unknown>
}

type Triggers = WorkflowDocument['triggers']

const RECENT = 10

/** See `createExamples`. */
export type Examples = ReturnType<typeof createExamples>

/** Look-ups of example events and of the values at a step. */
export const createExamples = ({ activity, recentEvents, installations }: ExampleDeps) => {
  const recentStarts = createRecentStarts(recentEvents)
  const startsIn = (triggers: Triggers): Trigger[] => triggers.flatMap(({ trigger: id }) => trigger(id) ?? [])

  const recentOf = async (locationId: string, workflow: Startable, limit: number) =>
    (await recentStarts(locationId, workflow, limit)).map(({ id: eventId, ...rest }) => ({ eventId, ...rest }))

  const accountOf = async (locationId: string) => {
    const found = await installations.find(locationId)
    return { id: locationId, name: found?.name ?? null, timeZone: found?.timeZone ?? null }
  }

  return {
    accountOf,

    /** The example event: the given one, the catalog's sample for `sample`, or the latest matching event when `eventId` is absent. */
    async eventOf(locationId: string, { id, triggers }: Startable, eventId?: string): Promise<Example> {
      const starts = startsIn(triggers)
      const account = await accountOf(locationId)
      const [first] = starts
      const made = { trigger: first, payload: first?.sample ?? {}, eventId: undefined, receivedAt: undefined, account }
      if (!first || eventId === 'sample') return made
      const own = triggers.filter((one) => one.trigger === first.id).slice(0, 1)
      const event =
        eventId === undefined
          ? (await recentOf(locationId, { id, triggers: own }, 1))[0]
          : await activity.detail(locationId, eventId)
      if (!event) return made
      const { payload, receivedAt } = event
      const of = starts.find((one) => one.event === event.type && one.system === event.source)
      return { trigger: of ?? first, payload, eventId: event.eventId, receivedAt, account }
    },

    /** The latest events that would start the workflow, with their names. */
    async recent(locationId: string, workflow: Startable) {
      return (await recentOf(locationId, workflow, RECENT)).slice(0, RECENT).map(inWords)
    },

    /** For a step that waits for an event, the sample of that event, because its rules are about it; otherwise the given example. */
    ofAwaited(example: Example, step: Step | undefined): Example {
      const awaited = step?.type === 'delay' && 'event' in step ? trigger(step.event.trigger) : undefined
      return awaited
        ? { ...example, trigger: awaited, payload: awaited.sample, eventId: undefined, receivedAt: undefined }
        : example
    },

    /** The data known at a step, also as groups of values to choose from. Without `stepId`, at the start. */
    valuesAt({
      workflow,
      example,
      stepId,
      handed,
    }: {
      workflow: Pick<OwnWorkflow, 'draft' | 'options'>
      example: Example
      stepId: string | undefined
      /** The input from calling workflows. */
      handed: Record<string, unknown>
    }): { known: Knowledge; groups: ValueGroup[] } {
      const { draft: document, options } = workflow
      const { payload, account } = example
      const known = exampleAt({ document, payload, options, account, input: handed, action }, stepId)
      return { known, groups: valuesIn(known, { document, trigger: example.trigger, action }) }
    },
  }
}
