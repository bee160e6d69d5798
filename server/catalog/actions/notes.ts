// Notes on contacts.
import { contactId, userId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const contact = { ...contactId, in: 'path' } as const satisfies FieldEntry

const noteId = {
  key: 'noteId',
  name: 'id',
  label: 'Note',
  type: 'select',
  in: 'path',
  required: true,
  choices: {
    from: 'crm.notes.list',
    itemsAt: 'notes',
    value: 'id',
    label: ['title', 'body'],
    dependsOn: [{ field: 'contactId', input: 'contactId' }],
  },
} as const satisfies FieldEntry

const text = { key: 'body', label: 'Text', type: 'textarea', max: 5000 } as const satisfies FieldEntry

const extras = [
  { key: 'title', label: 'Title', type: 'string' },
  { ...userId, label: 'Written by' },
  { key: 'color', label: 'Colour', type: 'string', group: 'More', help: 'As a code, like #FFAA00.' },
  { key: 'pinned', label: 'Pin to the top', type: 'toggle', group: 'More' },
] as const satisfies FieldEntry[]

const sampleNote = {
  id: 'nT7hK2wQ9cVb5XyD3rMf',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  userId: 'uJ3sN6aPq8Zt1VxR4mLk',
  title: 'First order',
  body: 'Ordered the Growth plan, wants an onboarding call.',
  pinned: false,
  dateAdded: '2026-03-02T14:06:00.000Z',
}

export const noteActions: ActionEntry[] = [
  {
    id: 'crm.notes.create',
    label: 'Add a note to a contact',
    description: 'Writes a note on a contact.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'POST',
    path: '/contacts/{contactId}/notes',
    version: 'v3',
    input: [contact, { ...text, required: true }, ...extras],
    sample: {
      input: {
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        title: 'First order',
        body: 'Ordered the Growth plan, wants an onboarding call.',
      },
      output: { note: sampleNote },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'crm.notes.list',
    label: 'List notes of a contact',
    description: 'Reads every note of one contact.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.readonly'],
    method: 'GET',
    path: '/contacts/{contactId}/notes',
    version: 'v3',
    input: [contact],
    sample: { input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p' }, output: { notes: [sampleNote] } },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'notes', paging: { style: 'none' } },
  },
  {
    id: 'crm.notes.get',
    label: 'Get a note',
    description: 'Reads one note of a contact.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.readonly'],
    method: 'GET',
    path: '/contacts/{contactId}/notes/{id}',
    version: 'v3',
    input: [contact, noteId],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', noteId: 'nT7hK2wQ9cVb5XyD3rMf' },
      output: { note: sampleNote },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.notes.update',
    label: 'Change a note',
    description: 'Changes the text or the title of a note.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'PUT',
    path: '/contacts/{contactId}/notes/{id}',
    version: 'v3',
    input: [contact, noteId, text, ...extras],
    sample: {
      input: {
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        noteId: 'nT7hK2wQ9cVb5XyD3rMf',
        body: 'Onboarding call is booked.',
        pinned: true,
      },
      output: { note: { ...sampleNote, body: 'Onboarding call is booked.', pinned: true } },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.notes.delete',
    label: 'Delete a note',
    description: 'Deletes a note of a contact.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'DELETE',
    path: '/contacts/{contactId}/notes/{id}',
    version: 'v3',
    input: [contact, noteId],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', noteId: 'nT7hK2wQ9cVb5XyD3rMf' },
      output: { succeeded: true },
    },
    risk: 'destroy',
    idempotent: true,
  },
]
