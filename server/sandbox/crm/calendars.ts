// Calendars and when they can be booked.

import { z } from 'zod'
import { freeSlots } from './appointment-times.ts'
import { newCrmId } from './crm-ids.ts'
import type { Calendar } from './object-rows.ts'
import { type AnyOperation, forLocation, OLDEST, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { Refusal } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { epochMs, flag, optional, required, texts } from './validation.ts'

const number = z.number().optional()
const boolean = z.boolean().optional()
const list = z.array(z.record(z.string(), z.unknown())).optional()
const minutesOrHours = z.enum(['mins', 'hours']).optional()

const details = {
  ...{ groupId: optional, description: optional, slug: optional, widgetSlug: optional, eventTitle: optional },
  ...{ eventType: optional, eventColor: optional, widgetType: optional, meetingLocation: optional, formId: optional },
  ...{ alertEmail: optional, notes: optional, pixelId: optional, consentLabel: optional, guestType: optional },
  ...{ formSubmitType: optional, formSubmitRedirectURL: optional, formSubmitThanksMessage: optional },
  ...{ calendarCoverImage: optional, allowBookingAfterUnit: optional, allowBookingForUnit: optional },
  ...{ slotDuration: number, slotInterval: number, slotBuffer: number, preBuffer: number, availabilityType: number },
  ...{ appoinmentPerSlot: number, appoinmentPerDay: number, allowBookingAfter: number, allowBookingFor: number },
  ...{ slotDurationUnit: minutesOrHours, slotIntervalUnit: minutesOrHours, preBufferUnit: minutesOrHours },
  ...{ isActive: boolean, enableRecurring: boolean, stickyContact: boolean, isLivePaymentMode: boolean },
  ...{ autoConfirm: boolean, shouldSendAlertEmailsToAssignedMember: boolean, googleInvitationEmails: boolean },
  ...{ allowReschedule: boolean, allowCancellation: boolean, shouldAssignContactToTeamMember: boolean },
  shouldSkipAssigningContactForExisting: boolean,
  ...{ notifications: list, locationConfigurations: list, openHours: list, availabilities: list },
  ...{ recurring: z.unknown().optional(), lookBusyConfig: z.unknown().optional() },
  teamMembers: z.array(z.looseObject({ userId: required })).optional(),
}

const createBody = z.strictObject({
  ...details,
  locationId: required,
  name: required,
  slotBufferUnit: minutesOrHours,
  calendarType: z
    .enum(['round_robin', 'event', 'class_booking', 'collective', 'service_booking', 'personal'])
    .optional(),
})

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const given = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** The calendar endpoints. */
export const calendarOperations = ({ state }: { state: State }): AnyOperation[] => {
  const shared = { ...forLocation, versions: OLDEST }
  const read = { ...shared, method: 'GET' as const, scopes: ['calendars.readonly'] }
  const write = { ...shared, scopes: ['calendars.write'] }
  const one = '/calendars/:calendarId'
  const own = (grant: Grant, id: string | undefined): Calendar =>
    ownRow({ state, table: state.calendars, grant, id, what: 'Calendar' })

  return [
    operation({
      ...read,
      path: '/calendars',
      query: z.strictObject({ locationId: required, groupId: optional, showDrafted: flag.optional() }),
      location: ({ query }) => query.locationId,
      handle: ({ query }) => ({
        calendars: state.calendars
          .by('location', query.locationId)
          .filter(({ isActive }) => isActive || query.showDrafted !== false)
          .filter(({ groupId }) => !query.groupId || groupId === query.groupId),
      }),
    }),
    operation({
      ...write,
      method: 'POST',
      path: '/calendars',
      body: createBody,
      location: ({ body }) => body.locationId,
      handle({ body }) {
        const calendar = state.calendars.put({
          description: '',
          calendarType: 'round_robin',
          slotDuration: 30,
          slotDurationUnit: 'mins',
          isActive: true,
          ...(given(body) as typeof body),
          id: newCrmId(),
        } as Calendar)
        state.count('calendars.created')
        return { calendar }
      },
    }),
    operation({
      ...read,
      path: one,
      handle: ({ params, grant }) => ({ calendar: own(grant, params.calendarId) }),
    }),
    operation({
      ...write,
      method: 'PUT',
      path: one,
      body: z.strictObject({ ...details, name: optional }),
      handle({ params, grant, body }) {
        const calendar = state.calendars.put({ ...own(grant, params.calendarId), ...given(body) })
        state.count('calendars.updated')
        return { calendar }
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: one,
      handle({ params, grant }) {
        const { id } = own(grant, params.calendarId)
        state.calendars.delete(id)
        state.count('calendars.deleted')
        return { success: true }
      },
    }),
    operation({
      ...read,
      path: `${one}/free-slots`,
      query: z.strictObject({
        startDate: epochMs,
        endDate: epochMs,
        timezone: optional,
        userId: optional,
        userIds: z.union([texts, z.string()]).optional(),
      }),
      handle({ params, grant, query: { startDate, endDate, timezone } }) {
        const calendar = own(grant, params.calendarId)
        if (endDate - startDate > 31 * 86_400_000) throw new Refusal(400, 'Date range cannot be more than 31 days')
        const timeZone = timezone ?? state.locations.get(calendar.locationId)!.timezone
        if (!isTimeZone(timeZone)) throw new Refusal(400, 'Invalid timezone')
        const taken = state.appointments.by('calendar', calendar.id)
        return freeSlots({ calendar, taken, from: startDate, until: endDate, timeZone })
      },
    }),
  ]
}
