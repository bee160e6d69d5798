// The test of a location's workflows with sample data: the built-in ones that are switched on are walked with the examples of
// their triggers, with the location's own choices and field mappings. Nothing is called; what would be refused is found.

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
    /** What a test would be of now; undefined when nothing is switched on. */
    async subject(locationId: string): Promise<string | undefined> {
      const workflows = await workflowsOf(locationId)
      return workflows.length > 0 ? ofWorkflows(workflows) : undefined
    },

    /** Undefined when nothing is switched on. */
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
