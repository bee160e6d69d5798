// A location's outgoing webhooks, each with its workflow: saving one publishes the workflow, disabling one disables it.
// Knows no HTTP.

import { derivedId } from '../ids.ts'
import type { Accept } from '../relay/accept.ts'
import type { Audit } from '../store/audit.ts'
import type { Tx } from '../store/db.ts'
import type { EndpointWish, WebhookEndpoint, WebhookEndpoints } from '../store/webhook-endpoints.ts'
import type { Workflows } from '../store/workflows.ts'
import { webhookDocument } from './fan-out-documents.ts'

type Deps = {
  endpoints: Pick<WebhookEndpoints, 'list' | 'get' | 'create' | 'change' | 'rotate' | 'setEnabled' | 'remove'>
  workflows: Pick<Workflows, 'publish' | 'change'>
  audit: Pick<Audit, 'record'>
  accept: Accept['accept']
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  now: () => Date
}

type By = { by: string; on: Tx }

export type WebhookService = ReturnType<typeof createWebhookService>

/** Changes are made in the transaction of their audit entry; they answer undefined when there is no such endpoint. */
export const createWebhookService = ({ endpoints, workflows, audit, accept, transaction, now }: Deps) => {
  const workflowOf = (locationId: string, endpointId: string): string => derivedId('webhook', locationId, endpointId)

  const publish = async (locationId: string, { id, name, eventTypes, status }: WebhookEndpoint, { by, on }: By) => {
    const workflowId = workflowOf(locationId, id)
    const document = webhookDocument({ endpointId: id, name, eventTypes })
    const templateId = `webhook:${id}`
    await workflows.publish(
      locationId,
      { id: workflowId, name: document.name, templateId, document, publishedBy: by },
      on,
    )
    await workflows.change(locationId, workflowId, { enabled: status === 'active' }, on)
  }

  const enable = (locationId: string, id: string, { isEnabled, on }: { isEnabled: boolean; on: Tx }) =>
    workflows.change(locationId, workflowOf(locationId, id), { enabled: isEnabled }, on)

  return {
    list: endpoints.list,
    get: endpoints.get,

    /** The secret is in the answer and nowhere else. */
    async create(locationId: string, wish: EndpointWish, by: By) {
      const made = await endpoints.create(locationId, { ...wish, createdBy: by.by }, by.on)
      await publish(locationId, made.endpoint, by)
      return made
    },

    async change(locationId: string, id: string, { wish, ...by }: By & { wish: EndpointWish }) {
      const changed = await endpoints.change(locationId, id, wish, by.on)
      if (changed) await publish(locationId, changed, by)
      return changed
    },

    rotate: (locationId: string, id: string, options: { overlapHours: number; on: Tx }) =>
      endpoints.rotate(locationId, id, options),

    /** Undefined also when it is in that state already. */
    async setEnabled(locationId: string, id: string, { isEnabled, on }: { isEnabled: boolean; on: Tx }) {
      const changed = await endpoints.setEnabled(locationId, id, { isEnabled, on })
      if (changed) await enable(locationId, id, { isEnabled, on })
      return changed
    },

    /** The workflow is kept, switched off, because past runs refer to it. */
    async remove(locationId: string, id: string, { on }: { on: Tx }) {
      const removed = await endpoints.remove(locationId, id, on)
      if (removed) await enable(locationId, id, { isEnabled: false, on })
      return removed
    },

    /** Switches a webhook off automatically, with an audit entry and an event that can start workflows. Idempotent. */
    async switchOff(locationId: string, id: string, { code, eventId }: { code: string; eventId: string }) {
      const off = await transaction(async (on) => {
        const endpoint = await endpoints.setEnabled(locationId, id, { isEnabled: false, code, on })
        if (!endpoint) return undefined
        await enable(locationId, id, { isEnabled: false, on })
        const { name, failingSince } = endpoint
        await audit.record(
          locationId,
          {
            actor: { type: 'system' },
            action: 'webhook.switched_off',
            subject: { type: 'webhook', id },
            details: { name, code, failingSince },
            eventId,
          },
          on,
        )
        return endpoint
      })
      if (!off) return
      await accept({
        locationId,
        lane: 'live',
        source: 'app',
        type: 'webhook.disabled',
        recordKey: `webhook:${id}`,
        sourceEventId: `webhook.disabled:${id}:${off.disabledAt?.toISOString()}`,
        hops: 0,
        payload: {
          type: 'webhook.disabled',
          timestamp: now().toISOString(),
          data: { endpointId: id, name: off.name, code, failingSince: off.failingSince?.toISOString() ?? null },
        },
      })
    },
  }
}
