// Events about appointments. The documented bodies of changes and deletions call themselves creations, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const appointment = {
  id: 'aP6wE9rTy3UiZ8oKj2Ns',
  calendarId: 'cL2vB8nMq5WsX9eRd4Tf',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  groupId: 'gR4mK9xWz2TbN7vL1qYc',
  title: 'Onboarding call',
  appointmentStatus: 'confirmed',
  assignedUserId: 'uJ3sN6aPq8Zt1VxR4mLk',
  users: ['uJ3sN6aPq8Zt1VxR4mLk'],
  address: 'https://meet.example.com/onboarding',
  notes: '',
  source: 'booking_widget',
  startTime: '2026-04-07T09:00:00-07:00',
  endTime: '2026-04-07T09:30:00-07:00',
  dateAdded: '2026-03-02T14:30:00.000Z',
  dateUpdated: '2026-03-02T14:30:00.000Z',
}

const filters: FilterEntry[] = [
  {
    path: 'appointment.calendarId',
    label: 'Calendar',
    type: 'select',
    choices: { from: 'crm.calendars.list', itemsAt: 'calendars', value: 'id', label: 'name' },
  },
  {
    path: 'appointment.appointmentStatus',
    label: 'Status',
    type: 'multiselect',
    choices: [
      { value: 'new', label: 'New' },
      { value: 'confirmed', label: 'Confirmed' },
      { value: 'cancelled', label: 'Cancelled' },
      { value: 'showed', label: 'Took place' },
      { value: 'noshow', label: 'Nobody came' },
    ],
  },
]

export const appointmentTriggers: TriggerEntry[] = [
  {
    id: 'crm.appointment.created',
    label: 'Appointment booked',
    description: 'A time was booked in a calendar.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    event: 'AppointmentCreate',
    ownAddress: true,
    sample: {
      type: 'AppointmentCreate',
      ...envelope,
      appointment,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b000e',
    },
    filters: filters,
    dedupeKey,
    recordKey: ['appointment.id'],
  },
  {
    id: 'crm.appointment.updated',
    label: 'Appointment changed',
    description: 'An appointment was moved, or its status changed.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    event: 'AppointmentUpdate',
    ownAddress: true,
    sample: {
      type: 'AppointmentUpdate',
      ...envelope,
      appointment: { ...appointment, appointmentStatus: 'showed' },
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b000f',
    },
    filters: filters,
    dedupeKey,
    recordKey: ['appointment.id'],
  },
  {
    id: 'crm.appointment.deleted',
    label: 'Appointment deleted',
    description: 'An appointment was deleted.',
    resource: 'appointments',
    system: 'crm',
    scope: ['calendars/events.readonly'],
    event: 'AppointmentDelete',
    ownAddress: true,
    sample: {
      type: 'AppointmentDelete',
      ...envelope,
      appointment: { ...appointment, appointmentStatus: 'cancelled' },
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0010',
    },
    filters: filters,
    dedupeKey,
    recordKey: ['appointment.id'],
  },
]
