// The built-in workflows for a check: which kinds a location syncs, and what the workflow of a kind would do with a
// record.

import { derivedId } from '../../ids.ts'
import { type RankrEventType, recordKeyOf } from '../../rankr/contract.ts'
import type { StoredEvent } from '../../store/events.ts'
import type { IntegrityKind, PartKind, RecordKind } from '../../store/integrity-checks.ts'
import type { Recording } from '../../workflows/record-calls.ts'
import type { RunnableWorkflow } from '../../workflows/run.ts'
import { templateWorkflowId } from '../../workflows/template-service.ts'
import { PARTS } from './parts.ts'
import type { RankrRecord } from './read.ts'
import type { Surroundings } from './wanted.ts'

/** In the order of comparison. */
const KINDS: readonly RecordKind[] = ['customer', 'order', 'invoice', 'ticket']

/** The option that enables a part. */
const CHOICES: Record<PartKind, string> = { business: 'business', product: 'products', opportunity: 'pipelineId' }

const TEMPLATES: Record<RecordKind, string> = {
  customer: 'customers',
  order: 'orders',
  invoice: 'invoices',
  ticket: 'tickets',
}

const UPDATED: Record<RecordKind, RankrEventType> = {
  customer: 'customer.updated',
  order: 'order.updated',
  invoice: 'invoice.updated',
  ticket: 'issue.updated',
}

type Deps = {
  /** An enabled workflow of the location. */
  callable(locationId: string, id: string): Promise<RunnableWorkflow | undefined>
  recordCalls(event: StoredEvent, workflow: RunnableWorkflow): Promise<Recording>
  now: () => Date
}

/** The event by which Rankr would report the record's current state. */
export const eventOf = (
  locationId: string,
  { kind, record, at }: { kind: RecordKind; record: RankrRecord; at: Date },
): StoredEvent => {
  const payload = { type: UPDATED[kind], timestamp: at.toISOString(), data: record }
  return {
    id: derivedId('integrity', locationId),
    receivedOn: payload.timestamp.slice(0, 10),
    receivedAt: at,
    locationId,
    lane: 'bulk',
    seq: 0,
    source: 'rankr',
    type: payload.type,
    recordKey: recordKeyOf(payload),
    sourceEventId: null,
    connectionId: null,
    occurredAt: null,
    hops: 0,
    payload,
  }
}

export type IntegrityWorkflows = ReturnType<typeof createIntegrityWorkflows>

/** Reads a location's enabled workflows and records their calls. */
export const createIntegrityWorkflows = ({ callable, recordCalls, now }: Deps) => {
  const ofTemplate = (locationId: string, templateId: string) =>
    callable(locationId, templateWorkflowId(locationId, templateId))

  return {
    /** Kinds whose built-in workflow is enabled, with the chosen parts, in order of comparison. */
    async kinds(locationId: string): Promise<IntegrityKind[]> {
      const on = await Promise.all(KINDS.map((kind) => ofTemplate(locationId, TEMPLATES[kind])))
      return KINDS.flatMap((kind, index) => {
        const workflow = on[index]
        return workflow ? [kind, ...PARTS[kind].filter((part) => workflow.options[CHOICES[part]])] : []
      })
    },

    /** Which invoice changes go to Rankr. */
    async back(locationId: string): Promise<Surroundings['back']> {
      const workflow = await ofTemplate(locationId, 'invoices-back')
      return workflow && (workflow.options as Surroundings['back'])
    },

    /** Whether ticket changes go to Rankr. */
    async ticketsBack(locationId: string): Promise<boolean> {
      const workflow = await ofTemplate(locationId, 'tickets-back')
      return workflow?.options.rankr === true
    },

    /** What the workflow would do; undefined when it was disabled meanwhile. */
    async record(locationId: string, kind: RecordKind, record: RankrRecord): Promise<Recording | undefined> {
      const workflow = await ofTemplate(locationId, TEMPLATES[kind])
      return workflow && (await recordCalls(eventOf(locationId, { kind, record, at: now() }), workflow))
    },
  }
}
