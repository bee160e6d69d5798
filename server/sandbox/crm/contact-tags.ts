// Tags of one contact: the only way to add or remove some without writing all.

import { z } from 'zod'
import { ownContact } from './contact-operations.ts'
import type { ContactStore } from './contact-store.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import type { State } from './state.ts'
import { texts } from './validation.ts'

const body = z.strictObject({ tags: texts })
const shared = { ...forLocation, scopes: ['contacts.write'], path: '/contacts/:contactId/tags', body }

/** The endpoints that add and remove tags of a contact. */
export const contactTagOperations = ({ state, store }: { state: State; store: ContactStore }): AnyOperation[] => [
  operation({
    ...shared,
    method: 'POST',
    status: 201,
    handle: ({ params, body: { tags }, grant }) => ({
      tags: store.addTags(ownContact(state, grant, params.contactId!), tags).tags,
    }),
  }),
  operation({
    ...shared,
    method: 'DELETE',
    handle: ({ params, body: { tags }, grant }) => ({
      tags: store.removeTags(ownContact(state, grant, params.contactId!), tags).tags,
    }),
  }),
]
