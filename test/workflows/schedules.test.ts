// Schedules: when they are due, over changes of the clocks, and that each due moment starts its workflow once.

import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createSchedules } from '../../server/store/schedules.ts'
import { lastDue, onTheWall, readCadence } from '../../server/workflows/cadence.ts'
import { checkWorkflow } from '../../server/workflows/check.ts'
import { WORKFLOW_SCHEMA, workflowDocument } from '../../server/workflows/document.ts'
import { createScheduler } from '../../server/workflows/scheduler.ts'
import { openDatabase } from '../relay/kit.ts'
import { act, HOUR, ID, setUpEngine } from './engine-kit.ts'

type Settings = Record<string, unknown>

const dueBefore = (settings: Settings, at: string, zone = 'UTC'): string => {
  const read = readCadence(settings)
  assert.ok('cadence' in read, JSON.stringify(read))
  return onTheWall(lastDue(read.cadence, new Date(at), zone), zone)
}

const [MADRID, NEW_YORK, KOLKATA] = ['Europe/Madrid', 'America/New_York', 'Asia/Kolkata']
const at = (time: string, more: Settings = {}): Settings => ({ every: 'day', time, ...more })

const DUE: [is: string, settings: Settings, at: string, zone: string, due: string][] = [
  ['minutes', { every: 'minutes', count: 15 }, '2026-03-02T10:29:59Z', 'UTC', '2026-03-02T10:15:00+00:00'],
  ['hours', { every: 'hours', count: 6 }, '2026-03-02T11:59:00Z', KOLKATA, '2026-03-02T11:30:00+05:30'],
  ['a day, not yet today', at('09:00'), '2026-03-02T07:59:59Z', MADRID, '2026-03-01T09:00:00+01:00'],
  ['a day, just now', at('09:00'), '2026-03-02T08:00:00Z', MADRID, '2026-03-02T09:00:00+01:00'],
  ['a day elsewhere', at('23:30'), '2026-03-02T03:00:00Z', NEW_YORK, '2026-02-28T23:30:00-05:00'],
  ['the night of one hour less', at('02:30'), '2026-03-29T12:00:00Z', MADRID, '2026-03-29T03:30:00+02:00'],
  ['the morning after it', at('09:00'), '2026-03-29T12:00:00Z', MADRID, '2026-03-29T09:00:00+02:00'],
  ['the night of one hour more', at('02:30'), '2026-10-25T12:00:00Z', MADRID, '2026-10-25T02:30:00+02:00'],
  [
    'within the repeated hour it is not due again',
    at('02:30'),
    '2026-10-25T01:29:00Z',
    MADRID,
    '2026-10-25T02:30:00+02:00',
  ],
  ['the same night in the west', at('01:30'), '2026-11-01T12:00:00Z', NEW_YORK, '2026-11-01T01:30:00-04:00'],
  [
    'days of the week',
    at('08:00', { every: 'week', weekdays: ['monday', 'friday'] }),
    '2026-03-05T12:00:00Z',
    'UTC',
    '2026-03-02T08:00:00+00:00',
  ],
  [
    'a day of the month',
    at('08:00', { every: 'month', day: 5 }),
    '2026-03-05T07:00:00Z',
    'UTC',
    '2026-02-05T08:00:00+00:00',
  ],
  [
    'the last day of a short month',
    at('08:00', { every: 'month', day: 31 }),
    '2026-03-30T12:00:00Z',
    'UTC',
    '2026-02-28T08:00:00+00:00',
  ],
]

const db = await openDatabase(after)

for (const [is, settings, now, zone, due] of DUE) {
  test(`due: ${is}`, () => assert.equal(dueBefore(settings, now, zone), due))
}

const documentOf = (...settings: Settings[]) =>
  workflowDocument.parse({
    schema: WORKFLOW_SCHEMA,
    name: 'Every morning',
    triggers: settings.map((one) => ({ trigger: 'app.schedule.due', settings: one })),
    steps: [act('greet', { at: { path: 'trigger.data.dueAt' } })],
  })

test('a schedule that says too little cannot be published, and each fault is shown at its setting', () => {
  const faults = (settings: Settings) =>
    checkWorkflow(documentOf(settings), { action: () => action('crm.tags.list'), trigger })
      .filter(({ code }) => code === 'setting_invalid')
      .map(({ pointer }) => pointer.replace('/triggers/0/settings/', ''))
  assert.deepEqual(faults({}), ['every'])
  assert.deepEqual(faults({ every: 'minutes' }), ['count'])
  assert.deepEqual(faults({ every: 'week', time: '25:00', timeZone: 'Mars/Base' }), ['timeZone', 'time', 'weekdays'])
  assert.deepEqual(faults({ every: 'month', time: '8:00' }), ['day'])
  assert.deepEqual(faults({ every: 'year', colour: 'red' }), ['colour', 'every'])
  assert.deepEqual(faults({ every: 'week', time: '08:00', weekdays: ['monday'] }), [])
})

beforeEach(() => db.pool.query('truncate installations, schedule_marks'))

const setUp = async (...settings: Settings[]) => {
  const engine = await setUpEngine(db, [])
  const { clock, kit, workflows } = engine
  await ensurePartitions(db, { from: clock.now(), days: 6 })
  await db.pool.query(
    `insert into installations (tenant_id, kind, status, time_zone) values ('loc_1', 'location', 'active', $1)`,
    [KOLKATA],
  )
  const publish = (...list: Settings[]) =>
    db.transaction(async (tx) => {
      const document = documentOf(...list)
      await workflows.publish('loc_1', { id: ID, name: document.name, document }, tx)
    })
  const enable = (enabled: boolean) => db.transaction((tx) => workflows.change('loc_1', ID, { enabled }, tx))
  await publish(...settings)
  const scheduler = createScheduler({ schedules: createSchedules({ db }), accept: kit.accept.accept, now: clock.now })
  const { drain } = engine.start()
  /** Looks once, as every minute, at a moment; answers what the workflow was told. */
  const lookAt = async (moment: string): Promise<string[]> => {
    clock.advance(Date.parse(moment) - clock.now().getTime())
    await scheduler.tellDue()
    await drain()
    return engine.called.splice(0).map((line) => /"at":"([^"]+)"/.exec(line)![1]!)
  }
  return { ...engine, scheduler, publish, enable, lookAt }
}

test('each due moment starts its workflow once, in the time zone of the account', async () => {
  const { clock, lookAt, scheduler } = await setUp(at('09:00'))
  const day = clock.now().toISOString().slice(0, 10)
  assert.deepEqual(await lookAt(`${day}T23:00:00Z`), [], 'what was due before it was published is past')
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10)
  assert.deepEqual(await lookAt(`${next}T03:29:30Z`), [])
  assert.deepEqual(await lookAt(`${next}T03:30:20Z`), [`${next}T09:00:00+05:30`])
  assert.deepEqual(await lookAt(`${next}T03:31:20Z`), [])
  // Two nodes that look at once, one of them before the other has said so.
  await db.pool.query('truncate schedule_marks')
  clock.advance(Date.parse(`${next}T03:30:40Z`) - clock.now().getTime())
  await Promise.all([scheduler.tellDue(), scheduler.tellDue()])
  assert.deepEqual(await lookAt(`${next}T03:30:50Z`), [])
})

test('after a standstill it is told once, and not at all when that was long ago', async () => {
  const { clock, lookAt } = await setUp({ every: 'minutes', count: 5 }, at('12:00', { timeZone: 'UTC' }))
  const start = Math.ceil(clock.now().getTime() / HOUR) * HOUR
  const after = (hours: number): string => new Date(start + hours * HOUR + 1_000).toISOString()
  assert.equal((await lookAt(after(0))).length, 1)
  assert.equal((await lookAt(after(3))).length, 1)
  assert.equal((await lookAt(after(3.05))).length, 0)
  const { pool } = db
  await pool.query(`update installations set status = 'needs_reconnect'`)
  assert.deepEqual(await lookAt(after(4)), [], 'an account that cannot work is left alone')
  await pool.query(`update installations set status = 'active'`)
  assert.equal((await lookAt(after(5))).length, 1)
})

test('switched off and on, or published anew, it begins anew', async () => {
  const { clock, enable, publish, lookAt } = await setUp(at('12:00', { timeZone: 'UTC' }))
  const day = new Date(clock.now().getTime() + 24 * HOUR).toISOString().slice(0, 10)
  const later = (days: number, time: string): string =>
    `${new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * HOUR).toISOString().slice(0, 10)}T${time}Z`
  assert.deepEqual(await lookAt(later(0, '11:00:00')), [])
  await enable(false)
  assert.deepEqual(await lookAt(later(0, '12:00:10')), [])
  await enable(true)
  assert.deepEqual(await lookAt(later(0, '13:00:00')), [])
  assert.equal((await lookAt(later(1, '12:00:10'))).length, 1)
  await publish(at('10:00', { timeZone: 'UTC' }))
  assert.deepEqual(await lookAt(later(1, '13:00:00')), [], '10:00 was past when it was published')
  assert.equal((await lookAt(later(2, '10:00:10'))).length, 1)
})

test('a schedule that cannot be read holds up no other', async () => {
  const { clock, lookAt, start, called } = await setUp({ every: 'minutes', count: 5 })
  await db.pool.query(`
    with account as (insert into installations (tenant_id, kind, status) values ('loc_0', 'location', 'active'))
    insert into workflows (location_id, id, name, enabled, published_version, published)
    select 'loc_0', id, name, enabled, published_version,
      jsonb_set(published, '{triggers,0,settings}', '{"every":"week","time":"09:00","weekdays":["someday"]}')
    from workflows where location_id = 'loc_1'`)
  const moment = new Date(Math.ceil(clock.now().getTime() / HOUR) * HOUR + 1_000).toISOString()
  await assert.rejects(lookAt(moment), RangeError)
  await start().drain()
  assert.equal(called.length, 1)
})
