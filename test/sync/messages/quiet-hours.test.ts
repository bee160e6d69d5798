import assert from 'node:assert/strict'
import test from 'node:test'
import { nextAllowed } from '../../../server/sync/messages/quiet-hours.ts'
import { fc } from '../../property.ts'

const NIGHT = { from: '21:00', until: '08:00', timeZone: 'America/New_York' }
const next = (at: string, hours = {}) => nextAllowed(new Date(at), { ...NIGHT, ...hours }).toISOString()

test('by day it is now, at night it is the morning there', () => {
  assert.equal(next('2026-01-15T17:00:00Z'), '2026-01-15T17:00:00.000Z')
  assert.equal(next('2026-01-15T02:30:40Z'), '2026-01-15T13:00:00.000Z')
  assert.equal(next('2026-01-15T12:59:00Z'), '2026-01-15T13:00:00.000Z')
  assert.equal(next('2026-01-15T13:00:00Z'), '2026-01-15T13:00:00.000Z')
})

test('hours within a day, and none', () => {
  assert.equal(
    next('2026-01-15T12:30:00Z', { from: '12:00', until: '14:00', timeZone: 'UTC' }),
    '2026-01-15T14:00:00.000Z',
  )
  assert.equal(next('2026-01-15T02:30:00Z', { from: '', until: '' }), '2026-01-15T02:30:00.000Z')
})

test('the night in which the clocks change ends at the same hour', () => {
  // 8 March 2026, 2:00 becomes 3:00 in New York; 1 November, 2:00 becomes 1:00.
  assert.equal(next('2026-03-08T03:00:00Z'), '2026-03-08T12:00:00.000Z')
  assert.equal(next('2026-11-01T03:00:00Z'), '2026-11-01T13:00:00.000Z')
})

test('an unknown zone is UTC, wherever the machine is', (t) => {
  const { TZ } = process.env
  t.after(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })
  for (const here of ['Asia/Tokyo', 'UTC']) {
    process.env.TZ = here
    for (const timeZone of ['Mars/Olympus', undefined]) {
      assert.equal(next('2026-01-15T23:00:00Z', { timeZone }), '2026-01-16T08:00:00.000Z', here)
    }
  }
})

test('what comes out is allowed, not before, and within a day', () => {
  const moments = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  const zones = fc.constantFrom('UTC', 'Asia/Kolkata', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns')
  const times = fc.constantFrom('20:00', '22:30', '06:00', '07:15')
  fc.assert(
    fc.property(moments, zones, times, times, (at, timeZone, from, until) => {
      const found = nextAllowed(at, { from, until, timeZone })
      const waited = found.getTime() - at.getTime()
      assert.ok(waited >= 0 && waited <= 25 * 3_600_000, `${waited}`)
      assert.equal(nextAllowed(found, { from, until, timeZone }).getTime(), found.getTime())
    }),
  )
})
