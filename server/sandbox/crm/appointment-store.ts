// The rules of appointments: whose calendar, which time, and which event follows. Knows no HTTP.

import { endOf, isTaken, periodOf } from './appointment-times.ts'
import { newCrmId } from './crm-ids.ts'
import type { EventName } from './event-catalog.ts'
import type { Appointment, Calendar } from './object-rows.ts'
import { Refusal } from './refusal.ts'
import type { Contact } from './rows.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

export type Wanted = {
  [K in keyof Omit<Appointment, 'id' | 'locationId' | 'contactId' | 'dateAdded' | 'dateUpdated'>]?:
    | Appointment[K]
    | undefined
} & { ignoreFreeSlotValidation?: boolean | undefined }

/** Who is there: the person it is with, and the calendar's group. */
const surroundings = (state: State, row: Appointment) => ({
  groupId: state.calendars.get(row.calendarId)?.groupId ?? '',
  users: row.assignedUserId ? [row.assignedUserId] : [],
})

/** As single appointments and lists answer it. */
export const appointmentView = (state: State, row: Appointment) => ({
  ...row,
  ...surroundings(state, row),
  assignedUserId: row.assignedUserId ?? '',
  notes: row.description ?? '',
})

const appointmentEvent = (state: State, { locationId, description, ...row }: Appointment) => ({
  locationId,
  appointment: {
    ...row,
    ...surroundings(state, { locationId, ...row }),
    notes: description ?? '',
    source: 'third_party',
  },
})

type Parts = { state: State; events: Events; now: () => Date }

/** Appointments of the simulated CRM; changes send events. */
export const createAppointmentStore = ({ state, events, now }: Parts) => {
  const tell = (name: EventName, row: Appointment): void =>
    events.emit(name, row.locationId, appointmentEvent(state, row))

  const mustBeFree = (row: Appointment, calendar: Calendar): void => {
    if (periodOf(row).until <= periodOf(row).from) throw new Refusal(400, 'endTime must be after startTime')
    const others = state.appointments.by('calendar', calendar.id).filter(({ id }) => id !== row.id)
    if (isTaken(calendar, others, periodOf(row))) {
      throw new Refusal(400, 'The slot you have selected is no longer available.')
    }
  }

  return {
    create(contact: Contact, calendar: Calendar, wanted: Wanted & { startTime: string }): Appointment {
      const { ignoreFreeSlotValidation, ...fields } = wanted
      const at = now().toISOString()
      const row: Appointment = {
        ...fields,
        title: fields.title ?? calendar.name,
        appointmentStatus: fields.appointmentStatus ?? 'confirmed',
        assignedUserId: fields.assignedUserId ?? calendar.teamMembers?.[0]?.userId,
        endTime: fields.endTime ?? endOf(fields.startTime, calendar),
        calendarId: calendar.id,
        contactId: contact.id,
        locationId: contact.locationId,
        id: newCrmId(),
        dateAdded: at,
        dateUpdated: at,
      }
      if (!ignoreFreeSlotValidation) mustBeFree(row, calendar)
      state.appointments.put(row)
      state.count('appointments.created')
      tell('AppointmentCreate', row)
      return row
    },
    /** A new start without a new end moves the end along. */
    change(before: Appointment, calendar: Calendar, wanted: Wanted): Appointment {
      const { ignoreFreeSlotValidation, ...fields } = wanted
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
      const row: Appointment = { ...before, ...given, calendarId: calendar.id, dateUpdated: now().toISOString() }
      if (wanted.startTime && !wanted.endTime) row.endTime = endOf(wanted.startTime, calendar)
      const isMoved =
        row.startTime !== before.startTime || row.endTime !== before.endTime || calendar.id !== before.calendarId
      if (isMoved && !ignoreFreeSlotValidation) mustBeFree(row, calendar)
      state.appointments.put(row)
      state.count('appointments.updated')
      tell('AppointmentUpdate', row)
      return row
    },
    remove(row: Appointment): void {
      state.appointments.delete(row.id)
      state.count('appointments.deleted')
      tell('AppointmentDelete', row)
    },
  }
}

export type AppointmentStore = ReturnType<typeof createAppointmentStore>
