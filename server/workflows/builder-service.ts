// Subscriptions of the CRM's own builder to our events: each has a workflow of ours, so that starting theirs runs,
// retries and fails like any other workflow. Independent of HTTP.

import type { Trigger } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import { derivedId } from '../ids.ts'
import type { Audit } from '../store/audit.ts'
import type { BuilderSubscriptions } from '../store/builder-subscriptions.ts'
import type { Tx } from '../store/db.ts'
import type { Workflows } from '../store/workflows.ts'
import { type BuilderFilter, conditionOf } from './builder-filters.ts'
import { builderDocument } from './fan-out-documents.ts'

type Deps = {
  subscriptions: Pick<BuilderSubscriptions, 'put' | 'get' | 'count' | 'remove' | 'markStale'>
  workflows: Pick<Workflows, 'publish' | 'change'>
  audit: Pick<Audit, 'record'>
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
}

export type BuilderWish = {
  id: string
  triggerKey: string
  trigger: Trigger
  targetPath: string
  filters: readonly BuilderFilter[]
  crmWorkflowId: string | null
  version: string | null
}

/** More than anyone would create by hand; protects against a leaked secret. */
const MOST_SUBSCRIPTIONS = 500

export type BuilderService = ReturnType<typeof createBuilderService>

/** Adds and removes subscriptions with their workflows. Throws `conflict`. */
export const createBuilderService = ({ subscriptions, workflows, audit, transaction }: Deps) => {
  const workflowOf = (locationId: string, id: string): string => derivedId('builder', locationId, id)

  return {
    /** Creates or changes a subscription. Throws `invalid_body` for filters that we cannot apply, `conflict` when there are too many. */
    async put(locationId: string, { trigger, ...wish }: BuilderWish, { on }: { on: Tx }): Promise<void> {
      const filter = conditionOf(wish.filters, trigger.filters)
      const isKnown = (await subscriptions.get(locationId, wish.id)) !== undefined
      if (!isKnown && (await subscriptions.count(locationId, on)) >= MOST_SUBSCRIPTIONS) {
        throw new AppError('conflict', { detail: `There are ${MOST_SUBSCRIPTIONS} workflows already.` })
      }
      await subscriptions.put(locationId, wish, on)
      const { id: triggerId, label } = trigger
      const document = builderDocument({ subscriptionId: wish.id, trigger: triggerId, label, filter })
      const id = workflowOf(locationId, wish.id)
      await workflows.publish(locationId, { id, name: document.name, templateId: `builder:${wish.id}`, document }, on)
      await workflows.change(locationId, id, { enabled: true }, on)
    },

    /** Our workflow is kept, switched off, because past runs refer to it. False when there was no such subscription. */
    async remove(locationId: string, id: string, { on }: { on: Tx }): Promise<boolean> {
      const isRemoved = await subscriptions.remove(locationId, id, on)
      if (isRemoved) await workflows.change(locationId, workflowOf(locationId, id), { enabled: false }, on)
      return isRemoved
    },

    /** The CRM reported that the subscription no longer exists. Idempotent. */
    async stale(locationId: string, id: string, { eventId }: { eventId: string }): Promise<void> {
      await transaction(async (on) => {
        if (!(await subscriptions.markStale(locationId, id, on))) return
        await workflows.change(locationId, workflowOf(locationId, id), { enabled: false }, on)
        await audit.record(
          locationId,
          {
            actor: { type: 'crm' },
            action: 'builder_trigger.stale',
            subject: { type: 'builder_trigger', id },
            eventId,
          },
          on,
        )
      })
    },
  }
}
