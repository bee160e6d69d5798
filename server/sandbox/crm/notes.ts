// Notes of a contact.

import { z } from 'zod'
import { done, ownContact } from './contact-operations.ts'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { notFound } from './refusal.ts'
import type { Grant, Note } from './rows.ts'
import type { State } from './state.ts'
import { optional, required } from './validation.ts'
import type { Events } from './webhooks.ts'

const fields = {
  userId: optional,
  title: optional,
  color: optional,
  pinned: z.boolean().optional(),
}

const view = ({ locationId: _, ...note }: Note) => note
const event = ({ id, locationId, body, contactId, dateAdded }: Note) => ({ locationId, id, body, contactId, dateAdded })

const READ = { ...forLocation, scopes: ['contacts.readonly'] }
const WRITE = { ...forLocation, scopes: ['contacts.write'] }
const ALL = '/contacts/:contactId/notes'
const ONE = '/contacts/:contactId/notes/:id'

/** The note endpoints of a contact. */
export const noteOperations = ({
  state,
  events,
  now,
}: {
  state: State
  events: Events
  now: () => Date
}): AnyOperation[] => {
  const own = (grant: Grant, { contactId, id }: Record<string, string>): Note => {
    const contact = ownContact(state, grant, contactId!)
    const note = state.notes.get(id!)
    if (note?.contactId !== contact.id) throw notFound('Note')
    return note
  }

  return [
    operation({
      ...READ,
      method: 'GET',
      path: ALL,
      handle: ({ params, grant }) => ({
        notes: state.notes.by('contact', ownContact(state, grant, params.contactId!).id).map(view),
      }),
    }),
    operation({
      ...WRITE,
      method: 'POST',
      path: ALL,
      body: z.strictObject({ ...fields, body: required }),
      status: 201,
      handle({ params, body, grant }) {
        const { id: contactId, locationId } = ownContact(state, grant, params.contactId!)
        const note = state.notes.put({
          ...body,
          id: newCrmId(),
          locationId,
          contactId,
          pinned: body.pinned ?? false,
          dateAdded: now().toISOString(),
        })
        state.count('notes.created')
        events.emit('NoteCreate', locationId, event(note))
        return { note: view(note) }
      },
    }),
    operation({
      ...READ,
      method: 'GET',
      path: ONE,
      handle: ({ params, grant }) => ({ note: view(own(grant, params)) }),
    }),
    operation({
      ...WRITE,
      method: 'PUT',
      path: ONE,
      body: z.strictObject({ ...fields, body: optional }),
      handle({ params, body, grant }) {
        const old = own(grant, params)
        const note = state.notes.put({
          ...old,
          ...body,
          body: body.body ?? old.body,
          pinned: body.pinned ?? old.pinned,
        })
        state.count('notes.updated')
        events.emit('NoteUpdate', note.locationId, event(note))
        return { note: view(note) }
      },
    }),
    operation({
      ...WRITE,
      method: 'DELETE',
      path: ONE,
      handle({ params, grant, isV3 }) {
        const note = own(grant, params)
        state.notes.delete(note.id)
        state.count('notes.deleted')
        events.emit('NoteDelete', note.locationId, event(note))
        return done(isV3)
      },
    }),
  ]
}
