// Times at which a calendar cannot be booked.
import { calendarId, locationId, userId } from '../fields.ts'
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

const sampleBlock = {
  id: 'bS8tL3wKz5XnQ7mR1vYd',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
  assignedUserId: 'uJ3sN6aPq8Zt1VxR4mLk',
  title: 'Team meeting',
  startTime: '2026-04-08T10:00:00-07:00',
  endTime: '2026-04-08T11:00:00-07:00',
}

export const blockedTimeActions: ActionEntry[] = [
  {
    id: 'crm.blocked-times.list',
    label: 'List blocked times',
    description: 'Reads when a calendar, a group or a person cannot be booked.',
    resource: 'blocked-times',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    method: 'GET',
    path: '/calendars/blocked-slots',
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
      output: { events: [{ ...sampleEvent, ...sampleBlock, contactId: '' }] },
    },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'events', paging: { style: 'none' } },
  },
  {
    id: 'crm.blocked-times.create',
    label: 'Block a time',
    description: 'Keeps a time of a calendar from being booked.',
    resource: 'blocked-times',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'POST',
    path: '/calendars/events/block-slots',
    version: 'v3',
    input: [
      locationId,
      { ...calendarId, required: true },
      assignedUserId,
      { key: 'title', label: 'Title', type: 'string' },
      { key: 'startTime', label: 'Starts', type: 'date-time' },
      { key: 'endTime', label: 'Ends', type: 'date-time' },
    ],
    sample: {
      input: {
        calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
        title: 'Team meeting',
        startTime: '2026-04-08T10:00:00-07:00',
        endTime: '2026-04-08T11:00:00-07:00',
      },
      output: sampleBlock,
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['calendarId', 'startTime'],
  },
  {
    id: 'crm.blocked-times.update',
    label: 'Change a blocked time',
    description: 'Moves or renames a blocked time.',
    resource: 'blocked-times',
    system: 'crm',
    scope: ['calendars/events.write'],
    method: 'PUT',
    path: '/calendars/events/block-slots/{eventId}',
    version: 'v3',
    input: [
      { ...appointmentId, key: 'blockedTimeId', label: 'Blocked time' },
      locationId,
      { ...calendarId, required: true },
      assignedUserId,
      { key: 'title', label: 'Title', type: 'string' },
      { key: 'startTime', label: 'Starts', type: 'date-time' },
      { key: 'endTime', label: 'Ends', type: 'date-time' },
    ],
    sample: {
      input: {
        blockedTimeId: 'bS8tL3wKz5XnQ7mR1vYd',
        calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
        endTime: '2026-04-08T11:30:00-07:00',
      },
      output: { ...sampleBlock, endTime: '2026-04-08T11:30:00-07:00' },
    },
    risk: 'write',
    idempotent: true,
  },
]
