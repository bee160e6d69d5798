// Notes on appointments.
import { limit, offset, userId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const appointmentId = {
  key: 'appointmentId',
  name: 'eventId',
  label: 'Appointment',
  type: 'string',
  in: 'path',
  required: true,
} as const satisfies FieldEntry

const sampleNote = {
  id: 'aN5kV2xTz8WqL4mR9bYc',
  body: 'Prepare the import of the old list.',
  userId: 'uJ3sN6aPq8Zt1VxR4mLk',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  dateAdded: '2026-03-02T14:31:00.000Z',
}

export const appointmentNoteActions: ActionEntry[] = [
  {
    id: 'crm.appointment-notes.list',
    label: 'List notes of an appointment',
    description: 'Reads the notes on one appointment.',
    resource: 'appointment-notes',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    method: 'GET',
    path: '/calendars/appointments/{appointmentId}/notes',
    version: 'v3',
    input: [
      { ...appointmentId, name: 'appointmentId' },
      { ...limit, in: 'query', required: true },
      { ...offset, in: 'query', required: true },
    ],
    sample: {
      input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns', limit: 20, offset: 0 },
      output: { notes: [sampleNote], hasMore: false },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'notes',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 20, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.appointment-notes.create',
    label: 'Add a note to an appointment',
    description: 'Writes a note on an appointment.',
    resource: 'appointment-notes',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'POST',
    path: '/calendars/appointments/{appointmentId}/notes',
    version: 'v3',
    input: [
      { ...appointmentId, name: 'appointmentId' },
      { key: 'body', label: 'Text', type: 'textarea', required: true, max: 5000 },
      { ...userId, label: 'Written by' },
    ],
    sample: {
      input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns', body: 'Prepare the import of the old list.' },
      output: { note: sampleNote },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'crm.appointment-notes.delete',
    label: 'Delete a note of an appointment',
    description: 'Deletes a note on an appointment.',
    resource: 'appointment-notes',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'DELETE',
    path: '/calendars/appointments/{appointmentId}/notes/{noteId}',
    version: 'v3',
    input: [
      { ...appointmentId, name: 'appointmentId' },
      { key: 'noteId', label: 'Note', type: 'string', in: 'path', required: true },
    ],
    sample: {
      input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns', noteId: 'aN5kV2xTz8WqL4mR9bYc' },
      output: { success: true },
    },
    risk: 'destroy',
    idempotent: true,
  },
]
