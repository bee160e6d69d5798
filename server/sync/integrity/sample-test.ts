// Tests a location's enabled built-in workflows with the sample data of their triggers and the location's own options
// and field mappings. Makes no calls; finds what would be refused.

import { randomUUID } from 'node:crypto'
import type { Trigger } from '../../catalog/schema.ts'
import type { StoredEvent } from '../../store/events.ts'
import type { SampleTest } from '../../store/integrity-settings.ts'
import type { Recording } from '../../workflows/record-calls.ts'
import type { RunnableWorkflow } from '../../workflows/run.ts'
import { templateWorkflowId } from '../../workflows/template-service.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import { canonical } from './compare.ts'

type Deps = {
  templateIds: readonly string[]
  callable(locationId: string, id: string): Promise<RunnableWorkflow | undefined>
  recordCalls(event: StoredEvent, workflow: RunnableWorkflow): Promise<Recording>
  trigger(id: string): Trigger | undefined
  now: () => Date
}

export type SampleTests = ReturnType<typeof createSampleTest>

/** Runs the sample test; `subject` and `run` return undefined when nothing is enabled. */
export const createSampleTest = ({ templateIds, callable, recordCalls, trigger, now }: Deps) => {
  const workflowsOf = async (locationId: string): Promise<RunnableWorkflow[]> => {
    const all = await Promise.all(templateIds.map((id) => callable(locationId, templateWorkflowId(locationId, id))))
    return all.flatMap((workflow) => workflow ?? [])
  }

  const ofWorkflows = (workflows: RunnableWorkflow[]): string =>
    fingerprint({
      workflows: canonical(
        workflows.map(({ id, document, options, mapping }) => ({ id, document, options, mapping: mapping?.version })),
      ),
    }).toString('base64url')

  const eventOf = (locationId: string, { system, event, literal, sample }: Trigger): StoredEvent => {
    const at = now()
    return {
      id: randomUUID(),
      receivedOn: at.toISOString().slice(0, 10),
      receivedAt: at,
      locationId,
      lane: 'live',
      seq: 0,
      source: system,
      type: literal ?? event,
      recordKey: 'sample',
      sourceEventId: null,
      connectionId: null,
      occurredAt: null,
      hops: 0,
      payload: sample as Record<string, unknown>,
    }
  }

  return {
    /** Identifies what a test would cover now; undefined when nothing is enabled. */
    async subject(locationId: string): Promise<string | undefined> {
      const workflows = await workflowsOf(locationId)
      return workflows.length > 0 ? ofWorkflows(workflows) : undefined
    },

    /** Undefined when nothing is enabled. */
    async run(locationId: string): Promise<SampleTest | undefined> {
      const workflows = await workflowsOf(locationId)
      if (workflows.length === 0) return undefined
      const faults: SampleTest['faults'] = []
      for (const workflow of workflows) {
        for (const { trigger: id } of workflow.document.triggers) {
          const entry = trigger(id)
          if (!entry) continue
          const { failure } = await recordCalls(eventOf(locationId, entry), workflow)
          if (failure) {
            faults.push({ workflow: workflow.name, trigger: entry.label, code: failure.code, detail: failure.detail })
          }
        }
      }
      return { at: now().toISOString(), of: ofWorkflows(workflows), faults }
    },
  }
}
