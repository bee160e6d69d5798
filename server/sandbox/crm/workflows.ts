// The list of workflows, and putting a contact into one. Workflows cannot be made by API.

import { z } from 'zod'
import { done, ownContact } from './contact-operations.ts'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { notFound } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { instant, required } from './validation.ts'

type Parts = { state: State; now: () => Date }

/** The workflow endpoints. */
export const workflowOperations = ({ state, now }: Parts): AnyOperation[] => {
  const path = '/contacts/:contactId/workflow/:workflowId'
  const enrolment = {
    ...forLocation,
    path,
    scopes: ['contacts.write'],
    body: z.strictObject({ eventStartTime: instant.optional() }),
  }

  const named = (grant: Grant, params: Record<string, string>) => {
    const contact = ownContact(state, grant, params.contactId!)
    const workflow = state.workflows.get(params.workflowId!)
    if (workflow?.locationId !== contact.locationId) throw notFound('Workflow')
    return { contact, workflow, enrolled: state.enrolments.first('pair', `${contact.id} ${workflow.id}`) }
  }

  return [
    operation({
      ...forLocation,
      scopes: ['workflows.readonly'],
      method: 'GET',
      path: '/workflows',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle: ({ query }) => ({ workflows: state.workflows.by('location', query.locationId) }),
    }),
    operation({
      ...enrolment,
      method: 'POST',
      handle({ params, grant, isV3 }) {
        const { contact, workflow, enrolled } = named(grant, params)
        if (!enrolled) {
          const ids = { locationId: contact.locationId, contactId: contact.id, workflowId: workflow.id }
          state.enrolments.put({ ...ids, id: newCrmId(), at: now().toISOString() })
          state.count('enrolments.created')
        }
        return done(isV3)
      },
    }),
    operation({
      ...enrolment,
      method: 'DELETE',
      handle({ params, grant, isV3 }) {
        const { enrolled } = named(grant, params)
        if (enrolled) state.enrolments.delete(enrolled.id)
        return done(isV3)
      },
    }),
  ]
}
