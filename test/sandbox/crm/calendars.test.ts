import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental
const contactId = 'MayaChen000000000000'
const calendarId = 'Calendar000000000000'
// A Monday; the sample location keeps Chicago time.
const NINE = '2026-10-12T09:00:00-05:00'

const eventUrls = Object.fromEntries(
  ['AppointmentCreate', 'AppointmentUpdate', 'AppointmentDelete'].map((name) => [
    name,
    `https://app.example.com/webhooks/crm/${name}`,
  ]),
)

const start = async (t: TestContext) => {
  const started = await startCrm(t, { app: { eventUrls } })
  const token = await started.locationToken()
  const call = (method: string, path: string, body?: unknown) =>
    started.call(method, path, { token, version: 'v3', ...(body !== undefined && { body }) })
  const service = (more: object = {}) =>
    call('POST', '/calendars/events/appointments', { locationId, calendarId, contactId, startTime: NINE, ...more })
  return { ...started, callAs: started.call, call, service }
}

test('an appointment is as long as its calendar says and is read back as it was booked', async (t) => {
  const { service, call } = await start(t)
  const booked = await service({ title: 'Check-up', assignedUserId: SEED.users.user })
  assert.equal(booked.status, 200)
  assert.equal(booked.body.endTime, '2026-10-12T09:30:00-05:00')
  const { body } = await call('GET', `/calendars/events/appointments/${booked.body.id}`)
  assert.deepEqual(
    [body.event.title, body.event.contactId, body.event.appointmentStatus, body.event.users],
    ['Check-up', contactId, 'confirmed', [SEED.users.user]],
  )
})

test('a time is booked once, unless it was cancelled or nobody looks', async (t) => {
  const { service, call } = await start(t)
  const { body: first } = await service()
  assert.equal((await service({ startTime: '2026-10-12T09:15:00-05:00' })).status, 400)
  assert.equal((await service({ startTime: '2026-10-12T09:30:00-05:00' })).status, 200)
  assert.equal((await service({ ignoreFreeSlotValidation: true })).status, 200)
  assert.equal((await service({ endTime: '2026-10-12T08:00:00-05:00' })).status, 400)
  const path = `/calendars/events/appointments/${first.id}`
  assert.equal((await call('PUT', path, { startTime: '2026-10-12T09:30:00-05:00' })).status, 400, 'nor moved there')
  assert.equal((await call('PUT', path, { title: 'Later' })).body.title, 'Later')
})

test('moving an appointment moves its end along', async (t) => {
  const { service, call } = await start(t)
  const { body } = await service()
  const moved = await call('PUT', `/calendars/events/appointments/${body.id}`, { startTime: '2026-10-13T15:00:00Z' })
  assert.equal(moved.body.endTime, '2026-10-13T15:30:00.000Z')
})

test('booking, moving and deleting are told at addresses of their own, since the bodies all say the same', async (t) => {
  const { service, call, crm, sent } = await start(t)
  const { body } = await service()
  await call('PUT', `/calendars/events/appointments/${body.id}`, { appointmentStatus: 'showed' })
  assert.equal((await call('DELETE', `/calendars/events/${body.id}`)).status, 201)
  assert.equal((await call('GET', `/calendars/events/appointments/${body.id}`)).status, 404)
  await crm.control.flushWebhooks()
  const told = sent
    .filter(({ url }) => url.includes('/Appointment'))
    .map((each) => ({ ...each, body: JSON.parse(each.body) }))
  assert.deepEqual(
    told.map(({ url, body: { type, locationId: at, appointment } }) => [
      url.split('/').at(-1),
      type,
      at,
      appointment.id,
      appointment.appointmentStatus,
    ]),
    [
      ['AppointmentCreate', 'AppointmentCreate', locationId, body.id, 'confirmed'],
      ['AppointmentUpdate', 'AppointmentCreate', locationId, body.id, 'showed'],
      ['AppointmentDelete', 'AppointmentCreate', locationId, body.id, 'showed'],
    ],
  )
  const writes = crm.control.writes()
  const kinds = ['created', 'updated', 'deleted'].map((kind) => writes[`appointments.${kind}`])
  assert.deepEqual(kinds, [1, 1, 1])
})

test('a period lists what lies in it, of a calendar, a person or a group', async (t) => {
  const { service, call } = await start(t)
  const { body } = await service({ assignedUserId: SEED.users.user })
  const list = async (fields: Record<string, string>) => {
    const period = {
      startTime: String(Date.parse('2026-10-12T00:00:00Z')),
      endTime: String(Date.parse('2026-10-13T00:00:00Z')),
    }
    const answer = await call('GET', `/calendars/events?${new URLSearchParams({ locationId, ...period, ...fields })}`)
    return answer.status === 200 ? answer.body.events.map(({ id }: { id: string }) => id) : answer.status
  }
  assert.deepEqual(await list({ calendarId }), [body.id])
  assert.deepEqual(await list({ userId: SEED.users.user }), [body.id])
  assert.deepEqual(await list({ userId: SEED.users.owner }), [])
  assert.deepEqual(await list({ groupId: 'g' }), [])
  assert.deepEqual(await list({ calendarId, endTime: String(Date.parse('2026-10-12T01:00:00Z')) }), [])
  assert.equal(await list({}), 400)
  const ofContact = await call('GET', `/contacts/${contactId}/appointments`)
  assert.deepEqual(
    ofContact.body.events.map(({ id }: { id: string }) => id),
    [body.id],
  )
})

test('calendars are made, changed and deleted', async (t) => {
  const { call } = await start(t)
  const made = await call('POST', '/calendars/', {
    locationId,
    name: 'Visits',
    slotDuration: 1,
    slotDurationUnit: 'hours',
  })
  const { id } = made.body.calendar
  const path = `/calendars/${id}`
  assert.equal((await call('PUT', path, { isActive: false, groupId: 'g1' })).body.calendar.isActive, false)
  assert.equal((await call('PUT', path, { colour: 'red' })).status, 422)
  assert.deepEqual((await call('GET', path)).body.calendar.name, 'Visits')
  const names = async (query: string) =>
    (await call('GET', `/calendars/?locationId=${locationId}${query}`)).body.calendars.map(
      ({ name }: { name: string }) => name,
    )
  assert.deepEqual(await names(''), ['First visit', 'Visits'])
  assert.deepEqual(await names('&showDrafted=false'), ['First visit'])
  assert.deepEqual(await names('&groupId=g1'), ['Visits'])
  assert.deepEqual((await call('DELETE', path)).body, { success: true })
  assert.equal((await call('GET', path)).status, 404)
})

test('free times are those of the working days that nobody has booked, in the time of the place', async (t) => {
  const { service, call } = await start(t)
  await service()
  const free = async (from: string, until: string, more: Record<string, string> = {}) => {
    const query = { startDate: String(Date.parse(from)), endDate: String(Date.parse(until)), ...more }
    return call('GET', `/calendars/${calendarId}/free-slots?${new URLSearchParams(query)}`)
  }
  const { body } = await free('2026-10-10T00:00:00Z', '2026-10-13T15:00:00Z')
  assert.deepEqual(Object.keys(body), ['2026-10-12', '2026-10-13'], 'no Saturday, no Sunday')
  assert.equal(body['2026-10-12'].slots[0], '2026-10-12T09:30:00-05:00', 'nine is taken')
  assert.equal(body['2026-10-12'].slots.at(-1), '2026-10-12T16:30:00-05:00')
  assert.deepEqual(body['2026-10-13'].slots, ['2026-10-13T09:00:00-05:00', '2026-10-13T09:30:00-05:00'])
  const utc = await free('2026-10-12T00:00:00Z', '2026-10-13T00:00:00Z', { timezone: 'UTC' })
  assert.equal(utc.body['2026-10-12'].slots[0], '2026-10-12T09:00:00+00:00')
  assert.equal((await free('2026-10-12T00:00:00Z', '2026-12-12T00:00:00Z')).status, 400)
  assert.equal((await free('2026-10-12T00:00:00Z', '2026-10-13T00:00:00Z', { timezone: 'Moon/Base' })).status, 400)
})

test('appointments and calendars of another location are out of reach', async (t) => {
  const { service, callAs, locationToken } = await start(t)
  const { body } = await service()
  const token = await locationToken(SEED.locations.legal)
  for (const [method, path] of [
    ['GET', `/calendars/events/appointments/${body.id}`],
    ['DELETE', `/calendars/events/${body.id}`],
    ['GET', `/calendars/${calendarId}`],
    ['DELETE', `/calendars/${calendarId}`],
  ] as const) {
    assert.equal((await callAs(method, path, { token, version: 'v3' })).status, 403, `${method} ${path}`)
  }
})
