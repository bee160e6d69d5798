// Issues of Rankr and their tickets at a support desk: a check finds what was made to differ and nothing else, whatever the desk
// can be asked, and its repair leaves nothing to be found.

import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import type { Issue } from '../../../server/sandbox/rankr/records.ts'
import { createReadTickets } from '../../../server/support/read-tickets.ts'
import { wireIntegrity } from '../../../server/wire/integrity.ts'
import { ticketsTemplate } from '../../../server/workflows/templates/tickets.ts'
import { ticketsBackTemplate } from '../../../server/workflows/templates/tickets-back.ts'
import { drainAll, empty, openDatabase, silent } from '../../relay/kit.ts'
import type { Hosted } from '../../support/desk-world.ts'
import { createTicketWorld, issueEvent } from '../../support/ticket-world.ts'
import { LOCATION } from '../kit.ts'
import { checksOf, named, TABLES } from './world.ts'

const db = await openDatabase(after)

const issueOf = (n: number): Issue => ({
  issue_id: `iss_${n}`,
  customer_id: 'cus_1',
  title: `Issue ${n}`,
  severity: 'medium',
  status: 'open',
  detected_at: '2026-11-10T06:00:00.000Z',
})

/** Issues 1 to `told` have become tickets; Rankr has one more. */
const createWorld = async (t: TestContext, { kind, told }: { kind: Hosted | 'generic'; told: number }) => {
  await empty(db, ...TABLES)
  const world = await createTicketWorld(t, { db, kind })
  const { store, clock, drain } = world
  await world.enable(ticketsTemplate, {})
  await world.enable(ticketsBackTemplate, {})
  const issues = world.rankr.rankr.workspace.issues as Issue[]
  issues.splice(0, Infinity, ...Array.from({ length: told + 1 }, (_, index) => issueOf(index + 1)))
  for (const issue of issues.slice(0, told)) await world.accept.accept(issueEvent('detected', issue, clock.now()))
  await world.drainAll()
  const integrityWith = (fault: (point: string) => void | Promise<void> = () => {}) =>
    wireIntegrity({
      ...world,
      db,
      fault,
      rankr: world.rankr.client,
      desks: {
        names: async (locationId) => new Map((await store.list(locationId)).map(({ id, name }) => [id, name])),
        read: createReadTickets({ desks: store, open: world.open }),
      },
      accept: world.accept.accept,
      appEvents: { drifted: async () => {} },
      account: async (id) => ({ id }),
      home: world.prepareOrders,
      now: clock.now,
      log: silent,
    })
  const work = async () => {
    await drainAll(drain, LOCATION, 'live')
    await drainAll(drain, LOCATION, 'bulk')
    // The search of a desk learns late.
    clock.advance(180_000)
  }
  clock.advance(180_000)
  const linkOf = async (n: number) => (await world.links.find(LOCATION, 'ticket', `iss_${n}`))!
  return {
    ...world,
    ...checksOf({ integrityWith, clock, work }),
    issues,
    linkOf,
    ticketOf: async (n: number) => {
      const { ticketId } = (await linkOf(n)).data
      return world.tickets().find(({ id }) => String(id) === ticketId)!
    },
  }
}

for (const kind of ['zendesk', 'freshdesk'] satisfies Hosted[]) {
  test(`${kind}: issues and tickets that differ are found, and whoever has news is heard`, async (t) => {
    const world = await createWorld(t, { kind, told: 8 })
    const { issues, ticketOf, linkOf, check, clock } = world
    const ids = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (n) => String((await ticketOf(n)).id)))
    const called = () => world.desk.control[kind].calls().length
    const before = called()
    const first = await check()
    assert.deepEqual(named(first.open), ['missing ticket iss_9'])
    assert.deepEqual(first.ended.counts.ticket, { rankr: 9, crm: 8, rankrTotal: 9, crmTotal: null })
    assert.equal(called() - before, kind === 'zendesk' ? 1 : 8)

    // 1 stays; 2 is deleted at the desk; 3 was resolved in Rankr; 4 was solved and 5 put off at the desk; Rankr has lost 6.
    const lose = async (n: number) => {
      const ticket = await ticketOf(n)
      if (kind === 'freshdesk') ticket.isDeleted = true
      else world.tickets().splice(world.tickets().indexOf(ticket), 1)
    }
    await lose(2)
    issues[2]!.status = 'resolved'
    await world.agent(kind, ids[3]!, 'solved')
    await world.agent(kind, ids[4]!, 'pending')
    issues.splice(5, 1)
    // 7 was resolved long ago and its ticket deleted; 8 was resolved and is open again.
    await world.issue('resolved', { ...issueOf(7), status: 'resolved' })
    issues[5]!.status = 'resolved'
    await lose(7)
    await world.issue('resolved', { ...issueOf(8), status: 'resolved' })
    clock.advance(60_000)
    issues[6]!.updated_at = clock.now().toISOString()

    const { id, open } = await check()
    assert.deepEqual(named(open), [
      'different ticket iss_3 status',
      'different ticket iss_4 status',
      'different ticket iss_5 status',
      'different ticket iss_8 status',
      'missing ticket iss_2',
      'missing ticket iss_9',
      'orphan ticket iss_6',
      'orphan ticket iss_7',
    ])
    await world.repairAll(id)
    assert.deepEqual((await db.pool.query('select code, detail from dead_letters')).rows, [])
    assert.deepEqual(named((await check()).open), [])
    assert.equal((await ticketOf(3)).status, 'solved')
    assert.deepEqual([issues[3]!.status, issues[4]!.status], ['resolved', 'waiting'])
    assert.deepEqual([String((await ticketOf(8)).id), (await ticketOf(8)).status], [ids[7], 'open'])
    assert.notEqual(String((await ticketOf(2)).id), ids[1])
    assert.equal((await ticketOf(9)).subject, 'Issue 9')
    assert.deepEqual([(await linkOf(6)).state, (await linkOf(7)).state], ['broken', 'broken'])
    // Nothing was opened twice.
    assert.equal(world.tickets().filter(({ isDeleted }) => !isDeleted).length, 8)
  })
}

test('issues that Rankr refuses are left out with the reason, without a finding, and compared again once it gives them', async (t) => {
  const world = await createWorld(t, { kind: 'zendesk', told: 2 })
  const { control } = world.rankr.rankr
  for (const [status, code] of [
    [404, 'rankr_not_found'],
    [403, 'rankr_unauthorized'],
  ] as const) {
    control.failNext({ path: '/issues', status, times: 100 })
    const refused = await world.check()
    control.clearFaults()
    assert.equal(refused.ended.status, 'done')
    assert.deepEqual(named(refused.open), [])
    assert.deepEqual(refused.ended.counts.ticket?.leftOut, { rankr: { name: null, code } })
  }
  assert.deepEqual(named((await world.check()).open), ['missing ticket iss_3'])
})

test('a desk that cannot be asked is left out with its reason, and the rest is compared', async (t) => {
  const leftOut = ({ ended }: { ended: { counts: { ticket?: { leftOut?: object } } } }) =>
    Object.values(ended.counts.ticket?.leftOut ?? {})
  const any = await createWorld(t, { kind: 'generic', told: 2 })
  any.issues[0]!.status = 'resolved'
  any.issues.splice(1, 1)
  const told = await any.check()
  assert.deepEqual(named(told.open), ['missing ticket iss_3', 'orphan ticket iss_2'])
  assert.deepEqual(leftOut(told), [{ name: 'Northwind help', code: 'unreadable' }])

  const world = await createWorld(t, { kind: 'zendesk', told: 1 })
  const { control } = world.desk
  for (const [status, code] of [
    [401, 'support_unauthorized'],
    [503, 'support_unavailable'],
  ] as const) {
    control.zendesk.failNext({ path: '/tickets/show_many', status, times: 100 })
    const refused = await world.check()
    control.zendesk.clearFaults()
    assert.equal(refused.ended.status, 'done')
    assert.deepEqual(named(refused.open), ['missing ticket iss_2'])
    assert.deepEqual(leftOut(refused), [{ name: 'Northwind help', code }])
  }
  // One that is busy only now is asked again.
  control.zendesk.failNext({ path: '/tickets/show_many', status: 503, times: 2 })
  assert.deepEqual(leftOut(await world.check()), [])
  // Without any desk nothing could be opened.
  await db.pool.query('delete from support_desks')
  const none = await world.check()
  assert.deepEqual(named(none.open), [])
  assert.deepEqual(leftOut(none), [{ name: null, code: 'removed' }])
  await empty(db, 'links')
  assert.deepEqual(leftOut(await world.check()), [{ name: null, code: 'support_not_connected' }])
})

test('wherever its process dies, another one goes on with the page of tickets that was not kept, and finds the same', async (t) => {
  const world = await createWorld(t, { kind: 'zendesk', told: 51 })
  const { issues, ticketOf, dieIn } = world
  // By the letters of their ids: one of the first page of 25, two of the second, one of the last, and one that never was told.
  for (const n of [1, 30, 9]) issues[n - 1]!.status = 'resolved'
  const tickets = world.tickets()
  tickets.splice(tickets.indexOf(await ticketOf(40)), 1)
  const calls = () => world.desk.control.zendesk.calls().length
  const die = async (at: number) => {
    const before = calls()
    const { found, counts } = await dieIn(at)
    return { found, counts, calls: calls() - before }
  }
  const whole = await die(Number.POSITIVE_INFINITY)
  assert.deepEqual(whole.found, [
    'different ticket iss_1 status',
    'different ticket iss_30 status',
    'different ticket iss_9 status',
    'missing ticket iss_40',
    'missing ticket iss_52',
  ])
  assert.deepEqual(whole.counts.ticket, { rankr: 52, crm: 50, rankrTotal: 52, crmTotal: null })
  // Before and after the commit of each of the three pages; the totals come first. A page that was not kept is read once more.
  for (let at = 2; at < 8; at++) {
    assert.deepEqual(await die(at), { ...whole, calls: whole.calls + (at % 2 === 0 ? 1 : 0) }, `at moment ${at}`)
  }
})
