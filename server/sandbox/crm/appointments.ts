// Appointments: book, read, move, delete, list.

import { z } from 'zod'
import { type AppointmentStore, appointmentView } from './appointment-store.ts'
import { meet, periodOf } from './appointment-times.ts'
import { done, ownContact } from './contact-operations.ts'
import type { Appointment, Calendar } from './object-rows.ts'
import { type AnyOperation, forLocation, OLDEST, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { Refusal } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { epochMs, instant, optional, required } from './validation.ts'

const details = {
  title: optional,
  meetingLocationType: z.enum(['custom', 'zoom', 'gmeet', 'phone', 'address', 'ms_teams', 'google']).optional(),
  meetingLocationId: optional,
  overrideLocationConfig: z.boolean().optional(),
  appointmentStatus: z
    .enum(['new', 'confirmed', 'cancelled', 'showed', 'noshow', 'invalid', 'completed', 'active'])
    .optional(),
  assignedUserId: optional,
  description: optional,
  address: optional,
  ignoreDateRange: z.boolean().optional(),
  toNotify: z.boolean().optional(),
  ignoreFreeSlotValidation: z.boolean().optional(),
  rrule: optional,
  endTime: instant.optional(),
}

/** What is kept of a body: the rest says how to book, not what. */
const keptOf = (body: z.infer<z.ZodObject<typeof details>> & { startTime?: string | undefined }) => ({
  title: body.title,
  meetingLocationType: body.meetingLocationType,
  appointmentStatus: body.appointmentStatus,
  assignedUserId: body.assignedUserId,
  description: body.description,
  address: body.address,
  startTime: body.startTime,
  endTime: body.endTime,
  ignoreFreeSlotValidation: body.ignoreFreeSlotValidation,
})

type Parts = { state: State; store: AppointmentStore }

/** The appointment endpoints. */
export const appointmentOperations = ({ state, store }: Parts): AnyOperation[] => {
  const shared = { ...forLocation, versions: OLDEST }
  const read = { ...shared, method: 'GET' as const, scopes: ['calendars/events.readonly'] }
  const write = { ...shared, scopes: ['calendars/events.write'] }
  const one = '/calendars/events/appointments/:eventId'
  const own = (grant: Grant, id: string | undefined): Appointment =>
    ownRow({ state, table: state.appointments, grant, id, what: 'Appointment' })
  const calendarOf = (grant: Grant, id: string): Calendar =>
    ownRow({ state, table: state.calendars, grant, id, what: 'Calendar' })

  return [
    operation({
      ...write,
      method: 'POST',
      path: '/calendars/events/appointments',
      body: z.strictObject({
        ...details,
        calendarId: required,
        locationId: required,
        contactId: required,
        startTime: instant,
      }),
      location: ({ body }) => body.locationId,
      handle: ({ body, grant }) =>
        store.create(ownContact(state, grant, body.contactId), calendarOf(grant, body.calendarId), {
          ...keptOf(body),
          startTime: body.startTime,
        }),
    }),
    operation({
      ...read,
      path: one,
      handle: ({ params, grant }) => ({ event: appointmentView(state, own(grant, params.eventId)) }),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: one,
      body: z.strictObject({ ...details, calendarId: optional, startTime: instant.optional() }),
      handle({ params, grant, body }) {
        const row = own(grant, params.eventId)
        return store.change(row, calendarOf(grant, body.calendarId ?? row.calendarId), keptOf(body))
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/calendars/events/:eventId',
      status: 201,
      handle({ params, grant }) {
        store.remove(own(grant, params.eventId))
        return done(true)
      },
    }),
    operation({
      ...read,
      path: '/calendars/events',
      query: z.strictObject({
        locationId: required,
        userId: optional,
        calendarId: optional,
        groupId: optional,
        startTime: epochMs,
        endTime: epochMs,
      }),
      location: ({ query }) => query.locationId,
      handle({ query: { locationId, userId, calendarId, groupId, startTime, endTime } }) {
        if (!userId && !calendarId && !groupId) {
          throw new Refusal(400, 'Either of userId, calendarId or groupId is required')
        }
        const events = state.appointments
          .by('location', locationId)
          .filter((row) => meet(periodOf(row), { from: startTime, until: endTime }))
          .map((row) => appointmentView(state, row))
          .filter((row) => !userId || row.users.includes(userId))
          .filter((row) => !calendarId || row.calendarId === calendarId)
          .filter((row) => !groupId || row.groupId === groupId)
        return { events }
      },
    }),
    operation({
      ...forLocation,
      method: 'GET',
      scopes: ['contacts.readonly'],
      path: '/contacts/:contactId/appointments',
      handle: ({ params, grant }) => ({
        events: state.appointments
          .by('contact', ownContact(state, grant, params.contactId!).id)
          .map((row) => ({ ...appointmentView(state, row), status: 'booked', assignedResources: [] })),
      }),
    }),
  ]
}
