// Tags of one contact: the only way to add or remove some without writing all.

import { z } from 'zod'
import type { ContactBook } from './contact-book.ts'
import { ownContact } from './contact-operations.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import type { State } from './state.ts'
import { texts } from './validation.ts'

const body = z.strictObject({ tags: texts })
const shared = { ...forLocation, scopes: ['contacts.write'], path: '/contacts/:contactId/tags', body }

export const contactTagOperations = ({ state, book }: { state: State; book: ContactBook }): AnyOperation[] => [
  operation({
    ...shared,
    method: 'POST',
    status: 201,
    handle: ({ params, body: { tags }, grant }) => ({
      tags: book.addTags(ownContact(state, grant, params.contactId!), tags).tags,
    }),
  }),
  operation({
    ...shared,
    method: 'DELETE',
    handle: ({ params, body: { tags }, grant }) => ({
      tags: book.removeTags(ownContact(state, grant, params.contactId!), tags).tags,
    }),
  }),
]
