import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../../server/errors.ts'
import type { BackfillDeps } from '../../../server/http/ui/backfill.ts'
import type { BackfillKind } from '../../../server/store/backfills.ts'
import type { BackfillProgress } from '../../../server/sync/backfill/backfill-service.ts'
import { NOW } from '../serve.ts'
import { change, look, settingsPage } from './settings-page.ts'

const HERE = '/settings/syncs/initial'
const counts = { total: 10_000, over: 2_500, done: 2_480, skipped: 8, failed: 12 }

const progress = (over: Partial<BackfillProgress> = {}): BackfillProgress => ({
  id: 'sync_1',
  status: 'running',
  startedAt: new Date(NOW.getTime() - 600_000),
  finishedAt: null,
  open: 40,
  counts,
  parts: [
    { kind: 'customers', readAt: NOW, counts: { total: 2_000, over: 2_000, done: 2_000, skipped: 0, failed: 0 } },
    { kind: 'orders', readAt: null, counts: { total: null, over: 500, done: 480, skipped: 8, failed: 12 } },
  ],
  speed: { perSecond: 4, callsPerRecord: 2 },
  endsAt: new Date(NOW.getTime() + 1_875_000),
  wait: undefined,
  ...over,
})

/** A page of an account with a connection whose initial sync stands like that; notes what is asked of it. */
const page = async (
  shown?: BackfillProgress,
  { wanted = ['customers', 'orders', 'invoices'] as BackfillKind[], refuse = undefined as AppError | undefined } = {},
) => {
  const asked: unknown[] = []
  const answer = async (what: unknown, record: Parameters<BackfillDeps['backfill']['stop']>[1]) => {
    if (refuse) throw refuse
    asked.push(what)
    await record({} as never, { id: 'sync_1' })
  }
  const backfill: BackfillDeps['backfill'] = {
    progress: async (locationId) => (locationId === 'loc_1' ? shown : undefined),
    wanted: async () => wanted,
    start: (locationId, wish, record) => answer(['start', locationId, wish], record),
    stop: (locationId, record) => answer(['stop', locationId], record),
    resume: (locationId, record) => answer(['resume', locationId], record),
  }
  const made = settingsPage({ backfill })
  await made.deps.connections.create('loc_1', { name: 'Rankr' })
  return { ...made, asked }
}

test('before the first one, what can be brought over is offered, and what nothing would take is not', async () => {
  const fresh = await page(undefined, { wanted: ['customers'] })
  const html = await look(fresh, HERE)
  assert.match(html, /Bring over existing records/)
  assert.match(html, /name="customers" value="on" checked/)
  assert.match(html, /name="orders" value="on" disabled/)
  assert.match(html, /Nobody is contacted about these records/)
  const desk = await look(await page(undefined, { wanted: ['customers', 'issues'] }), HERE)
  assert.match(desk, /name="issues" value="on" id/)
  assert.match(desk, /may e-mail customers about new tickets/)
  const started = await change(fresh, `${HERE}/start`, { customers: 'on', orders: 'odd' })
  assert.match(started.text, /The initial sync has started/)
  assert.deepEqual(fresh.asked, [['start', 'loc_1', { kinds: ['customers'], by: 'user_1' }]])
  assert.deepEqual(
    fresh.audits.map(({ record }) => [record.action, record.subject.id]),
    [['initial_sync.started', 'sync_1']],
  )
})

test('without a connection, or without a sync that is on, the screen says what to do first', async () => {
  assert.match(await look(settingsPage(), HERE), /Rankr is not connected yet\. The records are read/)
  const html = await look(await page(undefined, { wanted: [] }), HERE)
  assert.match(html, /Switch on a sync for customers, orders, invoices or issues first/)
  assert.doesNotMatch(html, /initial\/start/)
})

test('one that runs shows counts, speed and end, looks again by itself, and can be stopped', async () => {
  const running = await page(progress())
  const html = await look(running, HERE)
  assert.match(html, /<auto-refresh class="stack" id="backfill" seconds="3"/)
  assert.match(html, /All records: 2,500 of 10,000/)
  assert.match(html, /<progress id="backfill-all" value="2500" max="10000">/)
  assert.match(html, /Orders: 500<\/label><progress id="backfill-orders"><\/progress>/)
  assert.match(html, /240 records a minute/)
  assert.match(html, /<a href="\/settings\/activity\/failed">12<\/a>/)
  assert.match((await change(running, `${HERE}/stop`)).text, /Records already read are still brought over/)
  assert.deepEqual(running.asked, [['stop', 'loc_1']])
  const overview = await look(running, '/settings')
  assert.match(overview, /Initial sync: 2,500 of 10,000/)
  assert.match(overview, /<a href="\/settings\/syncs\/initial">Initial sync<\/a>/)
})

test('one that waits says why, until when, and who has to act', async () => {
  const until = new Date(NOW.getTime() + 30_000)
  const slow = await look(await page(progress({ wait: { why: 'slow', code: 'rankr_rate_limited', until } })), HERE)
  assert.match(slow, /Continues automatically[\s\S]*Rankr asked us to slow down[\s\S]*Next attempt/)
  const person = { why: 'person', code: 'rankr_unauthorized', until: null } as const
  const stuck = await look(await page(progress({ wait: person, endsAt: undefined })), HERE)
  assert.match(stuck, /Continues automatically once this is fixed[\s\S]*href="\/settings\/connection"/)
})

test('one that was stopped can be gone on with, one that has ended begun anew', async () => {
  const stopped = await page(progress({ status: 'stopped', finishedAt: NOW }))
  assert.match(await look(stopped, HERE), /Resume<\/button>[\s\S]*Start again from the beginning/)
  await change(stopped, `${HERE}/resume`)
  assert.deepEqual(stopped.asked, [['resume', 'loc_1']])
  const done = await look(await page(progress({ status: 'done', finishedAt: NOW, open: 3 })), HERE)
  assert.match(done, /Finished with failures[\s\S]*Still being tried<\/dt><dd>3</)
  assert.doesNotMatch(done, /auto-refresh|initial\/resume/)
  const all = progress({ status: 'done', finishedAt: NOW, open: 0, counts: { ...counts, failed: 0 } })
  assert.match(await look(await page(all), HERE), /All brought over/)
})

for (const [code, words] of [
  ['conflict', /Somebody else was faster/],
  ['invalid_request', /Choose at least one kind/],
  ['not_found', /There is nothing left to change/],
] as const) {
  test(`a refusal with ${code} is said in words, and nothing is on record`, async () => {
    const refused = await page(progress(), { refuse: new AppError(code) })
    const answer = await change(refused, `${HERE}/start`, {})
    assert.equal(answer.status, 422)
    assert.match(answer.text, words)
    assert.deepEqual(refused.audits, [])
  })
}

test('a user sees how it goes and no button; another account sees nothing of it', async () => {
  const html = await look(await page(progress()), HERE, { role: 'user' })
  assert.match(html, /2,500 of 10,000/)
  assert.doesNotMatch(html, /type="submit"/)
  const other = await look(await page(progress()), HERE, { locationId: 'loc_2' })
  assert.doesNotMatch(other, /2,500/)
})
