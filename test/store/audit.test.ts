import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { newId } from '../../server/ids.ts'
import { type AuditEntry, type AuditFilter, createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createTestDatabase } from '../database.ts'
import { fc, runs } from '../property.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const at = new Date('2026-01-31T12:00:00.123Z')
const audit = createAudit({ db, now: () => at })

beforeEach(() => db.pool.query('delete from audit; delete from audit_heads'))

const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: { type: 'user', id: 'u1', name: 'Ada' },
  action: 'settings.changed',
  subject: { type: 'settings', id: 's1' },
  details: { from: { a: 1 }, to: { a: 2 } },
  requestId: 'r1',
  ...over,
})

test('entries are found by words, by who and by day', async () => {
  const on = (day: number) => new Date(Date.UTC(2026, 0, day))
  await audit.record('L1', [
    entry({
      action: 'contact.created',
      subject: { type: 'contact', id: 'con_1' },
      actor: { type: 'system' },
      at: on(1),
    }),
    entry({ action: 'key_made', at: on(2) }),
    entry({ action: 'keyXmade', actor: { type: 'user', id: 'u2', name: 'Grace' }, at: on(3) }),
  ])
  await audit.record('L2', entry({ action: 'contact.created' }))
  const found = async (filter: AuditFilter) => (await audit.list('L1', filter)).map(({ action }) => action)
  assert.deepEqual(await found({ text: 'CONTACT' }), ['contact.created'])
  assert.deepEqual(await found({ text: 'con_1' }), ['contact.created'])
  assert.deepEqual(await found({ text: 'grace' }), ['keyXmade'])
  assert.deepEqual(await found({ text: 'key_' }), ['key_made'])
  assert.deepEqual(await found({ actorType: 'system' }), ['contact.created'])
  assert.deepEqual(await found({ from: on(2), until: on(3) }), ['key_made'])
})

test('an entry is kept with everything, newest first, and the chain is whole', async () => {
  await audit.record('L1', entry())
  await audit.record('L1', [entry({ action: 'b.c', at: new Date('2026-01-01') }), entry({ action: 'd.e' })])
  const list = await audit.list('L1')
  assert.deepEqual(
    list.map(({ seq, action }) => [seq, action]),
    [
      [3, 'd.e'],
      [2, 'b.c'],
      [1, 'settings.changed'],
    ],
  )
  assert.deepEqual(list.at(-1), {
    locationId: 'L1',
    seq: 1,
    at,
    actorType: 'user',
    actorId: 'u1',
    actorName: 'Ada',
    action: 'settings.changed',
    subjectType: 'settings',
    subjectId: 's1',
    details: { from: { a: 1 }, to: { a: 2 } },
    eventId: null,
    requestId: 'r1',
  })
  assert.deepEqual(await audit.verify('L1'), { ok: true, entries: 3 })
  assert.deepEqual(await audit.verify('nobody'), { ok: true, entries: 0 })
})

test('a chain belongs to one tenant: others neither see nor lengthen it', async () => {
  await audit.record('L1', entry())
  await audit.record('L2', entry())
  assert.equal((await audit.list('L1')).length, 1)
  assert.deepEqual(await audit.tenants(), ['L1', 'L2'])
  assert.equal((await audit.list('L2'))[0]?.seq, 1)
})

test('entries are found by what they are about, and page by number', async () => {
  for (let n = 1; n <= 5; n++) await audit.record('L1', entry({ subject: { type: 'connection', id: `c${n % 2}` } }))
  await audit.record('L1', entry({ action: 'other.thing', actor: { type: 'system' } }))
  const numbers = async (filter: Parameters<typeof audit.list>[1]) =>
    (await audit.list('L1', filter)).map(({ seq }) => seq)
  assert.deepEqual(await numbers({ subjectType: 'connection', subjectId: 'c1' }), [5, 3, 1])
  assert.deepEqual(await numbers({ action: 'other.thing' }), [6])
  assert.deepEqual(await numbers({ actorId: 'u1', limit: 2 }), [5, 4])
  assert.deepEqual(await numbers({ before: 4, limit: 2 }), [3, 2])
})

test('an entry of a transaction that fails is not kept, and leaves no gap', async () => {
  await assert.rejects(
    db.transaction(async (tx) => {
      await audit.record('L1', entry(), tx)
      throw new Error('stop')
    }),
    /stop/,
  )
  await audit.record('L1', entry())
  assert.deepEqual(await audit.verify('L1'), { ok: true, entries: 1 })
})

test('entries written at the same time by many make one whole chain each', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => audit.record(`L${n % 3}`, [entry({ action: `a.n${n}` }), entry()])),
  )
  for (const tenant of ['L0', 'L1', 'L2']) {
    assert.deepEqual(await audit.verify(tenant), { ok: true, entries: 40 })
  }
})

const TAMPERINGS: [string, string, number][] = [
  ['a changed detail', `update audit set details = '{"from":{"a":1},"to":{"a":3}}' where seq = 3`, 3],
  ['a changed name', `update audit set actor_name = 'Eve' where seq = 2`, 2],
  ['a changed time', `update audit set at = at + interval '1 millisecond' where seq = 4`, 4],
  ['an entry taken out', 'delete from audit where seq = 3', 3],
  ['the newest entry taken out', 'delete from audit where seq = 5', 5],
  ['everything taken out', 'delete from audit', 1],
  [
    'two entries exchanged',
    `update audit a set details = b.details, action = b.action from audit b
       where (a.seq, b.seq) in ((2, 4), (4, 2)) and a.location_id = b.location_id`,
    2,
  ],
  [
    'an entry slipped in',
    `insert into audit select location_id, 6, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
       details, event_id, request_id, hash, sha256('made up') from audit where seq = 5`,
    6,
  ],
  ['a hash recomputed without those after it', `update audit set hash = sha256('x') where seq = 2`, 2],
]

for (const [what, statement, brokenAt] of TAMPERINGS) {
  test(`${what} breaks the chain there`, async () => {
    for (let n = 1; n <= 5; n++) await audit.record('L1', entry({ action: `step.n${n}` }))
    await db.pool.query(statement)
    assert.deepEqual(await audit.verify('L1'), { ok: false, brokenAt })
  })
}

test('whatever a detail holds, what comes back has the same hash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (details) => {
      const tenant = newId()
      await audit.record(tenant, entry({ details, actor: { type: 'rankr', name: 'n\0\ud800' } }))
      assert.deepEqual(await audit.verify(tenant), { ok: true, entries: 1 })
    }),
    { numRuns: runs(40) },
  )
})

test('an export gives every entry, oldest first', async () => {
  await audit.record(
    'L1',
    Array.from({ length: 1_005 }, (_, n) => entry({ action: `n.n${n}` })),
  )
  const seen: number[] = []
  for await (const { seq } of audit.export('L1')) seen.push(seq)
  assert.deepEqual(
    seen,
    Array.from({ length: 1_005 }, (_, n) => n + 1),
  )
})
