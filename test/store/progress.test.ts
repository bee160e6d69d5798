import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { derivedId, newId } from '../../server/ids.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createEffects } from '../../server/store/effects.ts'
import { createLinks } from '../../server/store/links.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createProgressStore, type ProgressItem } from '../../server/store/progress.ts'
import { createRecordHolds } from '../../server/store/record-holds.ts'
import { createRuns, type Run } from '../../server/store/runs.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
await ensurePartitions(db, { from: new Date('2026-01-31'), days: 1 })

const at = new Date('2026-01-31T12:00:00Z')
const receivedOn = '2026-01-31'
const store = createProgressStore({ db, now: () => at })
const links = createLinks({ db })
const effects = createEffects({ db })
const runs = createRuns({ db })
const audit = createAudit({ db, now: () => at })

const runOf = (eventId: string, over: Partial<Run> = {}): Run => ({
  id: derivedId('run', eventId),
  receivedOn,
  eventId,
  workflowId: derivedId('workflow'),
  workflowVersion: 1,
  status: 'done',
  recordKey: 'customer:1',
  steps: { one: { output: { a: 1 } } },
  code: null,
  detail: null,
  startedAt: at,
  finishedAt: at,
  ...over,
})

test('results of many runs share commits, and each is kept whole', async () => {
  let statements = 0
  const progress = createProgress({
    store: {
      writeEach: (items) => {
        statements++
        return store.writeEach(items)
      },
    },
  })
  const eventIds = Array.from({ length: 100 }, () => newId())
  await Promise.all(
    eventIds.map((eventId, n) =>
      progress.write({
        locationId: `L${n % 5}`,
        run: runOf(eventId),
        audit: [{ actor: { type: 'system' }, action: 'a.b', subject: { type: 'contact', id: `${n}` } }],
      }),
    ),
  )
  assert.ok(statements <= 3, `${statements} statements`)
  for (const [n, eventId] of eventIds.entries()) {
    assert.deepEqual(await runs.ofEvent(`L${n % 5}`, { eventId, receivedOn }), [runOf(eventId)])
  }
  assert.deepEqual(await audit.verify('L0'), { ok: true, entries: 20 })
})

test('a run written again is the same run', async () => {
  const eventId = newId()
  await store.write([
    { locationId: 'L1', run: runOf(eventId, { status: 'waiting', code: 'crm_unavailable', finishedAt: null }) },
  ])
  await store.write([{ locationId: 'L1', run: runOf(eventId) }])
  assert.deepEqual(await runs.ofEvent('L1', { eventId, receivedOn }), [runOf(eventId)])
  assert.deepEqual(await runs.ofEvent('L2', { eventId, receivedOn }), [], 'another account has none of it')
})

const link = (over: object = {}): ProgressItem => ({
  locationId: 'LK',
  links: [{ kind: 'customer', rankrId: 'c1', crmId: 'x1', state: 'linked', ...over }],
})

test('a link keeps what later writes leave out, in one batch as in several', async () => {
  const mark = Buffer.from('mark')
  const first = link({ crmFingerprint: mark, rankrFingerprint: mark, writtenAt: at, data: { a: 1 } })
  const second = link({ data: { tags: ['t'] } })
  const expected = {
    kind: 'customer',
    rankrId: 'c1',
    crmId: 'x1',
    state: 'linked',
    crmFingerprint: mark,
    rankrFingerprint: mark,
    writtenAt: at,
    data: { a: 1, tags: ['t'] },
  }
  await store.write([first, second])
  assert.deepEqual(await links.find('LK', 'customer', 'c1'), expected)
  await db.pool.query('delete from links')
  await store.write([first])
  await store.write([second])
  assert.deepEqual(await links.find('LK', 'customer', 'c1'), expected)
  assert.deepEqual(await links.byCrmId('LK', 'customer', 'x1'), [expected])
  assert.equal(await links.find('other', 'customer', 'c1'), undefined)
})

test('a marker that is done stays done, one that is void may be set again, and one of another process is taken over by whoever knows of it', async () => {
  const write = async (key: string, state: 'pending' | 'done' | 'void', result: unknown = null, replaces?: Date) =>
    (await store.writeEach([{ locationId: 'LE', effects: [{ key, receivedOn, state, result, replaces }] }]))[0]
  const stateOf = async (key: string) => (await effects.find('LE', { key, receivedOn }))?.state
  assert.equal(await write('a', 'pending', 'one'), true)
  await write('a', 'void', 'one')
  assert.equal(await write('a', 'pending', 'one'), true)
  assert.equal(await stateOf('a'), 'pending')
  const marker = await effects.find('LE', { key: 'a', receivedOn })
  assert.deepEqual(marker?.startedAt, at, 'by the clock against which it is held')
  // Another process: one that has not seen it, and says so; one that takes it over as it has found it, and is left alone then.
  assert.equal(await write('a', 'pending', 'two'), false)
  assert.equal(await write('a', 'pending', 'two', new Date(at.getTime() - 1)), false)
  assert.equal(await write('a', 'pending', 'two', at), true)
  await write('a', 'void', 'one')
  assert.equal(await stateOf('a'), 'pending')
  const lost = createProgress({ store }).write({
    locationId: 'LE',
    effects: [{ key: 'a', receivedOn, state: 'pending', result: 'one' }],
  })
  await assert.rejects(lost, { code: 'effect_unsettled' })
  await write('a', 'done', { id: 'n1' })
  assert.equal(await write('a', 'pending', 'two'), false)
  assert.deepEqual((await effects.find('LE', { key: 'a', receivedOn }))?.result, { id: 'n1' })
  assert.equal(await stateOf('b'), undefined)
})

test('an item that cannot be kept fails by itself; those of the same batch are kept', async () => {
  const progress = createProgress({ store })
  const good = newId()
  const results = await Promise.allSettled([
    progress.write({ locationId: 'LB', run: runOf(good) }),
    progress.write({ locationId: 'LB', run: runOf(newId(), { receivedOn: '2031-01-01' }) }),
    progress.write({ locationId: 'LB', run: runOf(newId(), { recordKey: 'a\0b' }) }),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.equal((await runs.ofEvent('LB', { eventId: good, receivedOn })).length, 1)
})

test('all of an item is kept or nothing', async () => {
  const eventId = newId()
  const item: ProgressItem = {
    locationId: 'LA',
    run: runOf(eventId),
    audit: [{ actor: { type: 'nobody' as 'user' }, action: 'a.b', subject: { type: 'x' } }],
  }
  await assert.rejects(store.write([item]))
  assert.deepEqual(await runs.ofEvent('LA', { eventId, receivedOn }), [])
})

test('a commit gives back the hold under which its work was done, and none that was taken since, were it under the same name', async () => {
  const holds = createRecordHolds({ db })
  const own = { record: 'invoice:1', holder: 'run' }
  const take = async (holder = own.holder) => (await holds.take('L8', { ...own, holder, seconds: 120 }))?.until
  const commit = (until: string) => store.write([{ locationId: 'L8', holds: [{ ...own, until }] }])
  const first = (await take())!
  const second = (await take())!
  await commit(first)
  assert.equal(await take('other'), undefined, 'the later try is still at work')
  const renewed = (await holds.renew('L8', { ...own, until: second, seconds: 240 }))!
  await commit(second)
  assert.equal(await take('other'), undefined, 'its hold goes on')
  await commit(renewed)
  assert.ok(await take('other'))
})

test('two processes that write about the same accounts in opposite orders do not block each other', async () => {
  const second = createDatabase({ url })
  const other = createProgressStore({ db: second, now: () => at })
  const itemsOf = (accounts: string[]): ProgressItem[] =>
    accounts.map((locationId) => ({
      locationId,
      links: [{ kind: 'customer', rankrId: 'same', crmId: 'x', state: 'linked' }],
      audit: [{ actor: { type: 'system' }, action: 'a.b', subject: { type: 'x' } }],
    }))
  const accounts = Array.from({ length: 20 }, (_, n) => `D${n}`)
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      await Promise.all([store.write(itemsOf(accounts)), other.write(itemsOf(accounts.toReversed()))])
    }),
  )
  assert.deepEqual(await audit.verify('D7'), { ok: true, entries: 20 })
  await second.close()
})
