// The CRM's own workflow builder as an app sees it: tells the app which triggers a workflow subscribes to, is called to
// start that workflow, and calls the app for a step. Nothing is signed; only the module's secret header is sent.

import { z } from 'zod'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import type { SimulatedApp } from './options.ts'
import { Refusal } from './refusal.ts'
import type { State } from './state.ts'

export type BuilderFilter = { field: string; operator: string; value: unknown }

/** One workflow that starts with a trigger of an app. */
export type BuilderTrigger = {
  id: string
  locationId: string
  appId: string
  key: string
  filters: BuilderFilter[]
  isActive: boolean
  /** What it was started with, oldest first. */
  starts: Record<string, unknown>[]
}

/** A contact that is kept at a step of an app until that says that it is done. */
export type BuilderWait = {
  id: string
  locationId: string
  contactId: string | undefined
  key: string
  /** What the app has said; undefined while it waits. */
  said: { success: boolean; successMessage: string; executionResponse: unknown } | undefined
}

const PATH = '/workflows-marketplace/triggers/execute'
const RESUME_PATH = '/workflows-marketplace/actions/resume-internal-action'
const TIMEOUT_MS = 10_000
const KEPT_STARTS = 50

/** The endpoint that starts a workflow. */
export const builderOperations = ({ state, now }: { state: State; now: () => Date }): AnyOperation[] => [
  operation({
    ...forLocation,
    versions: ['2021-07-28'],
    scopes: ['workflows.readonly'],
    method: 'POST',
    path: `${PATH}/:appId/:triggerId`,
    body: z.record(z.string(), z.unknown()),
    location: ({ params }) => state.builderTriggers.get(params.triggerId!)?.locationId,
    handle({ params, body }) {
      const found = state.builderTriggers.get(params.triggerId!)
      if (!found?.isActive || found.appId !== params.appId) {
        throw new Refusal(400, `Trigger ${params.triggerId} is inactive`)
      }
      const starts = [...found.starts, { ...body, startedAt: now().toISOString() }].slice(-KEPT_STARTS)
      state.builderTriggers.put({ ...found, starts })
      state.count('builder.started')
      return { success: true }
    },
  }),
  operation({
    ...forLocation,
    versions: ['2021-07-28'],
    scopes: ['workflows.readonly'],
    method: 'POST',
    path: RESUME_PATH,
    body: z.object({
      success: z.boolean(),
      successMessage: z.string(),
      executionResponse: z.unknown(),
      extras: z.looseObject({ statusId: z.string(), locationId: z.string() }),
    }),
    location: ({ body }) => state.builderWaits.get(body.extras.statusId)?.locationId ?? body.extras.locationId,
    handle({ body: { extras, ...said } }) {
      const found = state.builderWaits.get(extras.statusId)
      if (!found || found.said) throw new Refusal(400, `Execution ${extras.statusId} does not wait`)
      state.builderWaits.put({ ...found, said })
      state.count('builder.resumed')
      return { success: true }
    },
  }),
]

type Step = { locationId: string; contactId?: string; key: string; data: Record<string, unknown> }

type Asked = { status: number; body: unknown }

type Parts = { state: State; apps: readonly SimulatedApp[]; apiUrl: string | undefined }

/** What a person does in the builder. Each answers what the app answered. */
export const createBuilder = ({ state, apps, apiUrl }: Parts) => {
  const ask = async (kind: 'triggers' | 'actions', key: string, body: object): Promise<Asked> => {
    const { modules } = apps[0]!
    if (!modules) throw new Error('The app has no modules')
    const response = await fetch(`${modules.url}/${kind}/${key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...modules.headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  const tell = ({ id, appId, key, filters, locationId }: BuilderTrigger, eventType: string): Promise<Asked> => {
    const targetUrl = `${apiUrl}${PATH}/${appId}/${id}`
    const companyId = state.locations.get(locationId)?.companyId
    return ask('triggers', key, {
      triggerData: { id, key, filters, eventType, targetUrl },
      meta: { key, version: '1.0' },
      extras: { locationId, workflowId: `wf-${id}`, companyId },
    })
  }

  return {
    /** A workflow that starts with the trigger is saved. */
    async save(wish: Pick<BuilderTrigger, 'locationId' | 'key' | 'filters'>): Promise<Asked & { id: string }> {
      const appId = apps[0]!.clientId.split('-')[0]!
      const made = { ...wish, id: newCrmId(), appId, isActive: true, starts: [] }
      state.change(() => state.builderTriggers.put(made))
      return { ...(await tell(made, 'CREATED')), id: made.id }
    },

    /** It is deleted. When the app is not told, it finds out by starting it. */
    async remove(id: string, { isTold = true }: { isTold?: boolean } = {}): Promise<Asked | undefined> {
      const found = state.builderTriggers.get(id)
      if (!found) throw new Error('There is no such workflow')
      state.change(() => state.builderTriggers.put({ ...found, isActive: false }))
      return isTold ? await tell(found, 'DELETED') : undefined
    },

    /** A step is run for a contact. */
    run: (step: Step): Promise<Asked> => {
      const { locationId, contactId, key, data } = step
      const extras = { locationId, contactId, workflowId: 'wf-steps' }
      return ask('actions', key, { data, extras, meta: { key, version: '1.0' } })
    },

    /** The same of a step that pauses its contact; `again` asks once more, as if the answer had not been heard. */
    async pause(step: Step): Promise<Asked & { id: string; again: () => Promise<Asked> }> {
      const { locationId, contactId, key, data } = step
      const id = newCrmId()
      state.change(() => state.builderWaits.put({ id, locationId, contactId, key, said: undefined }))
      const place = { workflowId: 'wf-steps', statusId: id, stepId: 'step-2', stepIndex: 2, key }
      const body = { data, extras: { locationId, contactId, ...place }, meta: { key, version: '1.0' } }
      const again = () => ask('actions', key, body)
      return { ...(await again()), id, again }
    },

    /** What the form of a step is made of. */
    form: ({ locationId, key }: { locationId: string; key: string }): Promise<Asked> =>
      ask('actions', `${key}/fields`, {
        data: {},
        extras: { locationId, workflowId: 'wf-steps' },
        meta: { key, version: '1.0' },
      }),
  }
}

export type Builder = ReturnType<typeof createBuilder>
