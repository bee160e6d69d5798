// Appointments in calendars.
import { calendarId, contactId, locationId, userId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const appointmentId = {
  key: 'appointmentId',
  name: 'eventId',
  label: 'Appointment',
  type: 'string',
  in: 'path',
  required: true,
} as const satisfies FieldEntry

const period = [
  { key: 'startTime', label: 'From', type: 'date-time', in: 'query', required: true, format: 'epoch-ms' },
  { key: 'endTime', label: 'Until', type: 'date-time', in: 'query', required: true, format: 'epoch-ms' },
] as const satisfies FieldEntry[]

const groupId = {
  key: 'groupId',
  label: 'Group of calendars',
  type: 'select',
  in: 'query',
  choices: { from: 'crm.calendar-groups.list', itemsAt: 'groups', value: 'id', label: 'name' },
} as const satisfies FieldEntry

const assignedUserId = { ...userId, key: 'assignedUserId', label: 'With' } as const satisfies FieldEntry

const details = [
  { key: 'title', label: 'Title', type: 'string' },
  {
    key: 'appointmentStatus',
    label: 'Status',
    type: 'select',
    choices: [
      { value: 'new', label: 'New' },
      { value: 'confirmed', label: 'Confirmed' },
      { value: 'cancelled', label: 'Cancelled' },
      { value: 'showed', label: 'Took place' },
      { value: 'noshow', label: 'Nobody came' },
      { value: 'invalid', label: 'Invalid' },
      { value: 'completed', label: 'Completed' },
    ],
  },
  assignedUserId,
  {
    key: 'meetingLocationType',
    label: 'Where',
    type: 'select',
    group: 'Place',
    choices: [
      { value: 'custom', label: 'As written in the address' },
      { value: 'zoom', label: 'Zoom' },
      { value: 'gmeet', label: 'Google Meet' },
      { value: 'phone', label: 'Phone' },
      { value: 'address', label: 'At an address' },
      { value: 'ms_teams', label: 'Microsoft Teams' },
    ],
  },
  { key: 'address', label: 'Address or link', type: 'string', group: 'Place' },
  { key: 'description', label: 'Description', type: 'textarea', group: 'More' },
  {
    key: 'toNotify',
    label: 'Tell everybody',
    type: 'toggle',
    group: 'More',
    help: 'Runs the workflows and messages of the calendar.',
  },
  { key: 'ignoreDateRange', label: 'Even outside bookable days', type: 'toggle', group: 'More' },
  { key: 'ignoreFreeSlotValidation', label: 'Even when not free', type: 'toggle', group: 'More' },
] as const satisfies FieldEntry[]

const sampleAppointment = {
  id: 'aP6wE9rTy3UiZ8oKj2Ns',
  calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  title: 'Onboarding call',
  appointmentStatus: 'confirmed',
  assignedUserId: 'uJ3sN6aPq8Zt1VxR4mLk',
  startTime: '2026-04-07T09:00:00-07:00',
  endTime: '2026-04-07T09:30:00-07:00',
  dateAdded: '2026-03-02T14:30:00.000Z',
  dateUpdated: '2026-03-02T14:30:00.000Z',
}

const sampleEvent = { ...sampleAppointment, groupId: 'gR4mK9xWz2TbN7vL1qYc', users: ['uJ3sN6aPq8Zt1VxR4mLk'] }

export const appointmentActions: ActionEntry[] = [
  {
    id: 'crm.appointments.create',
    label: 'Book an appointment',
    description: 'Books a time in a calendar for a contact.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'POST',
    path: '/calendars/events/appointments',
    version: 'v3',
    input: [
      locationId,
      { ...calendarId, required: true },
      contactId,
      { key: 'startTime', label: 'Starts', type: 'date-time', required: true },
      { key: 'endTime', label: 'Ends', type: 'date-time', help: 'The length of the calendar when empty.' },
      ...details,
    ],
    sample: {
      input: {
        calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        startTime: '2026-04-07T09:00:00-07:00',
        title: 'Onboarding call',
        appointmentStatus: 'confirmed',
      },
      output: sampleAppointment,
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['calendarId', 'contactId', 'startTime'],
  },
  {
    id: 'crm.appointments.get',
    label: 'Get an appointment',
    description: 'Reads one appointment.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    method: 'GET',
    path: '/calendars/events/appointments/{eventId}',
    version: 'v3',
    input: [appointmentId],
    sample: { input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns' }, output: { event: sampleEvent } },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.appointments.update',
    label: 'Change an appointment',
    description: 'Moves an appointment or changes its status, person or place.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'PUT',
    path: '/calendars/events/appointments/{eventId}',
    version: 'v3',
    input: [
      appointmentId,
      calendarId,
      { key: 'startTime', label: 'Starts', type: 'date-time' },
      { key: 'endTime', label: 'Ends', type: 'date-time' },
      ...details,
    ],
    sample: {
      input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns', appointmentStatus: 'showed' },
      output: { ...sampleAppointment, appointmentStatus: 'showed' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.appointments.delete',
    label: 'Delete an appointment or a blocked time',
    description: 'Deletes an appointment, or frees a blocked time again.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'DELETE',
    path: '/calendars/events/{eventId}',
    version: 'v3',
    input: [appointmentId],
    sample: { input: { appointmentId: 'aP6wE9rTy3UiZ8oKj2Ns' }, output: { succeeded: true } },
    risk: 'destroy',
    idempotent: true,
  },
  {
    id: 'crm.appointments.list',
    label: 'List appointments',
    description: 'Reads appointments of a calendar, a group or a person in a period. One of the three must be given.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    method: 'GET',
    path: '/calendars/events',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      ...period,
      { ...calendarId, in: 'query' },
      { ...userId, in: 'query' },
      groupId,
    ],
    sample: {
      input: { calendarId: 'cL2vB8nMq5WsX9eRd4Tf', startTime: '2026-04-06T00:00:00Z', endTime: '2026-04-11T00:00:00Z' },
      output: { events: [sampleEvent] },
    },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'events', paging: { style: 'none' } },
  },
]
