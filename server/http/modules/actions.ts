// Workflow actions inside the CRM's builder: runs one of our actions, at once or while its contact is paused, or
// returns the fields of its form.

import { z } from 'zod'
import { builderAction, isSlow } from '../../catalog/builder.ts'
import type { Action, Field } from '../../catalog/schema.ts'
import { AppError } from '../../errors.ts'
import type { ChoiceRequest, Option } from '../../highlevel/choices.ts'
import type { DynamicInputs, KnownOptions } from '../../highlevel/dynamic-fields.ts'
import type { LaterBuilderAction, RunBuilderAction } from '../../sync/builder/builder-actions.ts'
import { json } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import { type AccountDeps, checkCall, extras, meta, params } from './body.ts'

export type ModuleActionDeps = AccountDeps & {
  run: RunBuilderAction
  later: LaterBuilderAction
  /** An action's fields in the builder's own format. */
  dynamicInputs: (fields: readonly Field[], known: KnownOptions) => DynamicInputs
  choices: (request: ChoiceRequest) => Promise<{ options: Option[] }>
}

const body = z.object({ data: z.record(z.string(), z.unknown()).default({}), meta, extras })

const offered = (key: string): Action => {
  const entry = builderAction(key)
  if (!entry) throw new AppError('not_found')
  return entry
}

/** Paths of the fields with options from the account; lists of groups are typed as JSON. */
const livePaths = (fields: readonly Field[], above = ''): string[] =>
  fields.flatMap((field) => {
    const path = `${above}${field.key}`
    if (field.fields) return field.list ? [] : livePaths(field.fields, `${path}.`)
    return field.choices && !Array.isArray(field.choices) ? [path] : []
  })

/** `POST /modules/actions/:key` and the options of its form. */
export const moduleActionRoutes = (deps: ModuleActionDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/modules/actions/:key',
    door: 'crm-module',
    input: { params, body },
    audit: { none: 'recorded by the action that makes the change, in one transaction with its link' },
    async handler({ params: { key }, body, requestId }) {
      const action = offered(key)
      await checkCall(deps, { key, body })
      const { locationId, contactId, workflowId, statusId } = body.extras
      const of = { locationId, contactId: contactId ?? undefined, crmWorkflowId: workflowId ?? undefined }
      // Configured before the step paused its contact: answered at once, as before.
      if (isSlow(action) && statusId) {
        await deps.later({ ...of, action, data: body.data, statusId, extras: body.extras })
        return json({ success: true, isWaiting: true })
      }
      return json(await deps.run({ ...of, key, action, data: body.data, requestId }))
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/modules/actions/:key/fields',
    door: 'crm-module',
    input: { params, body },
    audit: { none: 'reads only' },
    async handler({ params: { key }, body, log }) {
      const { id, input } = offered(key)
      await checkCall(deps, { key, body })
      const { locationId } = body.extras
      const known: KnownOptions = {}
      for (const field of livePaths(input)) {
        try {
          known[field] = (await deps.choices({ locationId, entryId: id, field, values: body.data })).options
        } catch (error) {
          // A text field instead of options: better than a form that does not open.
          log.warn({ err: error, locationId, field }, 'a list of choices could not be read')
        }
      }
      return json(deps.dynamicInputs(input, known))
    },
  }),
]
