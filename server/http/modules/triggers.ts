// Workflow triggers inside the CRM's builder: a workflow starts, changes or stops listening to one of our events.

import { z } from 'zod'
import { builderTrigger } from '../../catalog/builder.ts'
import type { Trigger } from '../../catalog/schema.ts'
import { AppError } from '../../errors.ts'
import type { DynamicFilters } from '../../highlevel/dynamic-fields.ts'
import type { Tx } from '../../store/db.ts'
import type { BuilderService } from '../../workflows/builder-service.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { type AccountDeps, checkCall, extras, meta, params } from './body.ts'

export type ModuleTriggerDeps = AccountDeps & {
  service: Pick<BuilderService, 'put' | 'remove'>
  /** A trigger's filters in the builder's own format. */
  dynamicFilters: (filters: Trigger['filters']) => DynamicFilters
  /** Base URL of the CRM's API, without a trailing slash. */
  crmApiUrl: string
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
}

const EXECUTE_PATH = '/workflows-marketplace/triggers/execute/'

const filter = z.object({
  field: z.string().min(1).max(200),
  operator: z.string().max(40).default('=='),
  value: z.json().optional(),
})

const subscription = z.object({
  triggerData: z.object({
    id: z.string().min(1).max(128),
    key: z.string().max(250).nullish(),
    filters: z.array(filter).max(50).nullish(),
    eventType: z.enum(['CREATED', 'UPDATED', 'DELETED']),
    targetUrl: z.string().max(2_000).nullish(),
  }),
  meta,
  extras,
})

const fieldsBody = z.object({ data: z.record(z.string(), z.unknown()).default({}), meta, extras })

const offered = (key: string): Trigger => {
  const entry = builderTrigger(key)
  if (!entry) throw new AppError('not_found')
  return entry
}

/**
 * The path below the CRM's API. Throws `invalid_body` for any other host, since the account's token is sent there. Only
 * the path is stored, so the token cannot go to another host later either.
 */
const targetPathOf = (targetUrl: string | null | undefined, crmApiUrl: string): string => {
  const url = URL.parse(targetUrl ?? '')
  const base = new URL(crmApiUrl)
  const prefix = `${base.pathname.replace(/\/$/, '')}${EXECUTE_PATH}`
  const isTheirs =
    url !== null &&
    url.origin === base.origin &&
    !url.username &&
    !url.password &&
    !url.search &&
    !url.hash &&
    url.pathname.startsWith(prefix) &&
    /^[\w-]+(?:\/[\w-]+)*$/.test(url.pathname.slice(prefix.length))
  if (!isTheirs) {
    throw new AppError('invalid_body', {
      errors: [{ pointer: '/triggerData/targetUrl', detail: 'is no address of the CRM that starts workflows' }],
    })
  }
  return `${EXECUTE_PATH}${url.pathname.slice(prefix.length)}`
}

/** `POST /modules/triggers/:key` and the options of its filters. */
export const moduleTriggerRoutes = (deps: ModuleTriggerDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/modules/triggers/:key',
    door: 'crm-module',
    input: { params, body: subscription },
    audit: 'builder_trigger.changed',
    async handler({ params: { key }, body, audit }) {
      const trigger = offered(key)
      await checkCall(deps, { key, body })
      const { id, filters, eventType, targetUrl } = body.triggerData
      const { locationId, workflowId = null } = body.extras
      await deps.transaction(async (on) => {
        if (eventType === 'DELETED') await deps.service.remove(locationId, id, { on })
        else {
          const targetPath = targetPathOf(targetUrl, deps.crmApiUrl)
          const wish = { id, triggerKey: key, trigger, targetPath, filters: filters ?? [] }
          const { version = null } = body.meta
          await deps.service.put(locationId, { ...wish, crmWorkflowId: workflowId, version }, { on })
        }
        const details = { key, eventType, workflowId }
        const about = { subjectType: 'builder_trigger', subjectId: id, details }
        await audit({ ...about, locationId, actor: { type: 'crm' } }, on)
      })
      return json({ success: true })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/modules/triggers/:key/fields',
    door: 'crm-module',
    input: { params, body: fieldsBody },
    audit: { none: 'reads only' },
    async handler({ params: { key }, body }) {
      const trigger = offered(key)
      await checkCall(deps, { key, body })
      return json(deps.dynamicFilters(trigger.filters))
    },
  }),
]
