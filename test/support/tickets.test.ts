// From an issue of Rankr to a ticket of the desk and back to the contact and Rankr, with everything in between.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Workspace } from '../../server/sandbox/rankr/records.ts'
import { createBackfills } from '../../server/store/backfills.ts'
import { createBackfillService } from '../../server/sync/backfill/backfill-service.ts'
import { createBackfillTurn } from '../../server/sync/backfill/backfill-turn.ts'
import { ticketsTemplate } from '../../server/workflows/templates/tickets.ts'
import { ticketsBackTemplate } from '../../server/workflows/templates/tickets-back.ts'
import { drainAll, empty, openDatabase, silent } from '../relay/kit.ts'
import { createMortals } from '../sync/die-everywhere.ts'
import { customerEvent, emptyAll, LOCATION } from '../sync/kit.ts'
import type { Hosted } from './desk-world.ts'
import { createTicketWorld, issueEvent } from './ticket-world.ts'

const db = await openDatabase(after)

test('a backfill makes tickets of open issues where somebody chooses them, and none where there is one', async (t) => {
  const world = await createTicketWorld(t, { db, kind: 'zendesk' })
  await empty(db, 'backfills', 'backfill_parts', 'backfill_events')
  await world.enable(ticketsTemplate, {})
  await world.issue('detected', { issue_id: 'iss_old' })
  const workspace = world.rankr.rankr.workspace as Workspace
  const issueOf = (issue_id: string, status: string) => ({ issue_id, customer_id: 'cus_1', title: issue_id, status })
  workspace.issues.splice(
    0,
    workspace.issues.length,
    ...[
      issueOf('iss_old', 'open'),
      issueOf('iss_a', 'open'),
      issueOf('iss_b', 'Resolved'),
      issueOf('iss_c', 'waiting'),
    ],
  )
  const { now } = world.clock
  const [backfills, shared] = [createBackfills({ db }), { mailboxes: world.mailboxes, now }]
  const service = createBackfillService({
    ...{ db, backfills, wants: world.registry.wants, bulkShare: 0.8, ...shared },
    budget: async () => undefined,
  })
  const turn = createBackfillTurn({
    ...{ backfills, rankr: world.rankr.client, accept: world.accept.accept, log: silent, ...shared },
    installations: { find: async () => ({ status: 'active' }) as never },
    callsToday: async () => 0,
    survey: { page: async () => false, forget: async () => {} },
  })
  const call = { locationId: LOCATION, context: { runId: 'r', stepId: 's', eventId: 'e' } }
  assert.partialDeepStrictEqual(await service.action(call as never), { output: { outcome: 'nothing-wanted' } })

  const bring = async () => {
    await service.start(LOCATION, { kinds: ['issues'], by: 'tester' }, async () => {})
    const { id } = (await backfills.latest(LOCATION))!
    for (let turns = 0; (await backfills.latest(LOCATION))?.status === 'running' && turns < 20; turns++) {
      await turn({ locationId: LOCATION, id }, new AbortController().signal)
      await drainAll(world.drain, LOCATION, 'bulk')
    }
    return (await service.progress(LOCATION))!.counts
  }
  assert.deepEqual(await bring(), { total: 4, over: 4, done: 3, skipped: 1, failed: 0 })
  const externalIds = () =>
    world
      .tickets()
      .map(({ externalId }) => externalId)
      .sort()
  assert.deepEqual(externalIds(), ['iss_a', 'iss_c', 'iss_old'])
  await bring()
  assert.deepEqual(externalIds(), ['iss_a', 'iss_c', 'iss_old'])
})

for (const kind of ['zendesk', 'freshdesk'] satisfies Hosted[]) {
  test(`${kind}: an issue becomes a ticket, the solved ticket comes back to the contact and to Rankr, and nothing goes round`, async (t) => {
    const world = await createTicketWorld(t, { db, kind })
    await world.enableCustomers({ tags: [], note: false })
    await world.enable(ticketsTemplate, { lastWord: 'It works again.' })
    await world.enable(ticketsBackTemplate, { solvedTag: 'ticket solved', task: true })
    const workspace = world.rankr.rankr.workspace as Workspace
    workspace.issues.unshift({ issue_id: 'iss_1', customer_id: 'cus_1', title: 'Import stopped', status: 'open' })
    await world.accept.accept(customerEvent('created'))
    await world.drainAll()

    assert.equal(await world.issue('detected'), 'idle')
    const [ticket, ...more] = world.tickets()
    assert.equal(more.length, 0)
    assert.partialDeepStrictEqual(ticket, {
      subject: 'Import stopped at row 120',
      priority: 'normal',
      requester: { email: 'maya@example.com', name: 'Maya Okafor' },
    })
    assert.ok(ticket!.tags.includes('rankr'))
    const contactId = (await world.links.find(LOCATION, 'customer', 'cus_1'))!.crmId!
    const notes = () => world.crm.state.notes.by('contact', contactId).map(({ body }) => body)
    assert.match(notes()[0] ?? '', /^Ticket \d+ was opened/)

    // The same again costs no call; a raised severity changes the one ticket.
    const { control } = world.desk
    const calls = control[kind].calls().length
    await world.issue('updated')
    assert.equal(control[kind].calls().length, calls)
    world.clock.advance(60_000)
    await world.issue('updated', { severity: 'critical' })
    assert.equal(world.tickets().length, 1)
    assert.equal(ticket!.priority, 'urgent')

    await world.solve('pending')
    for (const answer of await world.passOn()) assert.equal(answer.body.outcome, 'stored', answer.text)
    await world.drainAll()
    const status = () => workspace.issues[0]!.status
    assert.equal(status(), 'waiting')
    assert.equal(world.crm.state.tasks.by('contact', contactId).length, 1)

    world.clock.advance(60_000)
    await world.solve()
    await world.passOn()
    await world.drainAll()
    assert.equal(status(), 'resolved')
    assert.deepEqual([workspace.issues[0]!.ticket_id], [String(ticket!.id)])
    assert.match(notes().join('\n'), /is solved: Import stopped at row 120/)
    assert.ok(world.crm.state.contacts.get(contactId)!.tags.includes('ticket solved'))

    // Rankr tells of what it was told; the ticket is solved already and nobody says a last word.
    const [written, asked] = [notes().length, control[kind].calls().length]
    await world.issue('resolved', { status: 'resolved' })
    await world.drainAll()
    assert.equal(control[kind].calls().length, asked)
    // The desk tells the same once more: whether it is known by its id or by its state, it is no news.
    world.again()
    await world.passOn()
    await world.drainAll()
    assert.equal(notes().length, written)
    assert.equal(world.rankr.rankr.control.calls().filter(({ method }) => method === 'PATCH').length, 2)

    // It happens again: the ticket is opened again, and resolved by Rankr this time, with the last word.
    world.clock.advance(60_000)
    await world.issue('detected', { severity: 'high' })
    assert.deepEqual([ticket!.status, world.tickets().length], ['open', 1])
    world.clock.advance(60_000)
    await world.issue('resolved', { status: 'resolved' })
    assert.equal(ticket!.status, 'solved')
    assert.equal(ticket!.comments.at(-1)?.body, 'It works again.')
    const told = world.rankr.rankr.control.calls().length
    await world.passOn()
    await world.drainAll()
    assert.equal(world.rankr.rankr.control.calls().length, told)
    const { rows } = await db.pool.query('select code from dead_letters union all select code from parked_events')
    assert.deepEqual(rows, [])
    assert.equal((await world.audit.verify(LOCATION)).ok, true)
  })

  test(`${kind}: wherever a process dies, an issue has one ticket and one last word`, async (t) => {
    const world = await createTicketWorld(t, { db, kind })
    const { survivor, dieAt } = createMortals({ node: world.nodeOf, clock: world.clock })

    /** An issue is detected, grows and is resolved; the process dies at moment number `at`. */
    const live = async (at: number): Promise<string[]> => {
      await emptyAll(db)
      await survivor.enable(ticketsTemplate, { note: false, lastWord: 'Done.' })
      const issue_id = `iss_${at}`
      const accept = async (what: 'detected' | 'updated' | 'resolved', data = {}) => {
        world.clock.advance(1_000)
        await survivor.accept.accept(issueEvent(what, { issue_id, ...data }, world.clock.now()))
      }
      await accept('detected')
      await accept('updated', { severity: 'critical' })
      await accept('resolved', { severity: 'critical', status: 'resolved' })
      const before = world.tickets().length
      const passed = await dieAt(at)
      const moment = `after dying at ${at}, ${passed[at]}`
      assert.equal(world.tickets().length, before + 1, `tickets ${moment}`)
      const [ticket] = world.tickets()
      assert.deepEqual([ticket!.status, ticket!.priority], ['solved', 'urgent'], moment)
      assert.deepEqual(
        ticket!.comments.slice(1).map(({ body }) => body),
        ['Done.'],
        `comments ${moment}`,
      )
      const { rows } = await db.pool.query('select code from parked_events union all select code from dead_letters')
      assert.deepEqual(rows, [], `left over ${moment}`)
      assert.equal((await survivor.audit.verify(LOCATION)).ok, true, moment)
      return passed
    }
    const moments = await live(1_000)
    for (const wanted of ['before action', 'marked', 'after action', 'before commit', 'after commit']) {
      assert.ok(moments.includes(wanted), wanted)
    }
    for (let at = 0; at < moments.length; at++) await live(at)
    t.diagnostic(`${moments.length} moments`)
  })

  test(`${kind}: an answer that nobody heard, a desk that fails and one that is slow make no second ticket`, async (t) => {
    const world = await createTicketWorld(t, { db, kind })
    await world.enable(ticketsTemplate, { note: false })
    const { control } = world.desk
    for (const [number, fault] of (['lost', 'reset', 'answer'] as const).entries()) {
      control[kind].failNext({ method: 'POST', path: '/tickets', kind: fault, status: fault === 'answer' ? 429 : 503 })
      await world.issue('detected', { issue_id: `iss_${number}` })
      for (let tries = 0; tries < 10 && (await world.drainAll()) === 'sleeping'; tries++) world.clock.advance(600_000)
    }
    assert.equal(world.tickets().length, 3)
  })
}

test('any other desk is told what to do, and believed when it tells, but not when that is old', async (t) => {
  const world = await createTicketWorld(t, { db, kind: 'generic' })
  await world.enableCustomers({ tags: [], note: false })
  await world.enable(ticketsTemplate, { note: false })
  const pipeline = [...world.crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!
  const [first, last] = [pipeline.stages[0]!.id, pipeline.stages.at(-1)!.id]
  await world.enable(ticketsBackTemplate, { pipelineId: pipeline.id, stageId: last })
  const workspace = world.rankr.rankr.workspace as Workspace
  workspace.issues.unshift({ issue_id: 'iss_1', customer_id: 'cus_1', title: 'Import stopped', status: 'open' })
  await world.accept.accept(customerEvent('created'))
  await world.drainAll()
  await world.issue('detected')
  const contactId = (await world.links.find(LOCATION, 'customer', 'cus_1'))!.crmId!
  await world.execute({
    locationId: LOCATION,
    actionId: 'crm.opportunities.create',
    input: { contactId, pipelineId: pipeline.id, pipelineStageId: first, name: 'Growth plan', status: 'open' },
    priority: 'live',
  })
  const stage = () =>
    [...world.crm.state.opportunities.all()].find((one) => one.contactId === contactId)?.pipelineStageId
  const start = world.clock.now()
  world.clock.advance(60_000)
  await world.issue('updated', { severity: 'critical' })
  assert.partialDeepStrictEqual(world.posted, [
    { type: 'ticket.create', data: { external_id: 'iss_1', requester: { email: 'maya@example.com' } } },
    { type: 'ticket.update', data: { ticket_id: 'iss_1', priority: 'urgent' } },
  ])
  const status = () => workspace.issues[0]!.status
  assert.equal((await world.tell('msg_1', { ticket_id: 'iss_1', status: 'solved' })).body.outcome, 'stored')
  assert.equal(status(), 'resolved')
  assert.deepEqual([first === last, stage()], [false, last])
  assert.equal((await world.tell('msg_1', { ticket_id: 'iss_1', status: 'solved' })).body.outcome, 'duplicate')
  await world.tell('msg_0', { ticket_id: 'iss_1', status: 'pending' }, start)
  assert.equal(status(), 'resolved')
  world.clock.advance(60_000)
  await world.tell('msg_2', { ticket_id: 'iss_1', status: 'open' })
  assert.equal(status(), 'open')
  assert.equal((await world.tell('msg_3', { ticket_id: 'none of ours', status: 'solved' })).body.outcome, 'stored')
  assert.equal(world.posted.length, 2)
  const { rows } = await db.pool.query('select code from dead_letters union all select code from parked_events')
  assert.deepEqual(rows, [])
})

test('the door of a desk is closed to wrong signatures, strange desks and old messages; what nobody wants is let go', async (t) => {
  const world = await createTicketWorld(t, { db, kind: 'zendesk' })
  await world.enable(ticketsTemplate, { note: false })
  await world.issue('detected')
  const other = await world.store.create('another-location', {
    kind: 'zendesk',
    name: 'Theirs',
    address: 'theirs',
    credentials: { email: 'a@example.com', key: 'k' },
  })
  await world.store.setSecret('another-location', other.desk.id, { secret: 'their own secret' })
  const codeOf = async (...of: Parameters<typeof world.passOn>) => {
    world.again()
    return (await world.passOn(...of)).map(({ status, body }) => `${status} ${body.code ?? body.outcome}`)
  }
  await world.solve()
  assert.deepEqual(await codeOf(), ['200 dropped'])
  assert.deepEqual(await codeOf(other.desk.id), ['401 invalid_signature'])
  assert.deepEqual(await codeOf('dsk_unknown'), ['404 connection_not_found'])
  assert.deepEqual(await codeOf(world.deskId, () => ({ headers: {} })), ['401 invalid_signature'])
  const forged = await codeOf(world.deskId, ({ body }) => ({ body: body.replace('SOLVED', 'CLOSED') }))
  assert.deepEqual(forged, ['401 invalid_signature'])

  await world.enable(ticketsBackTemplate, { rankr: false })
  assert.deepEqual(await codeOf(), ['200 stored'])
  assert.deepEqual(await codeOf(), ['200 duplicate'])
  world.clock.advance(600_000)
  assert.deepEqual(await codeOf(), ['401 invalid_signature'])
  const { rows } = await db.pool.query(`select record_key from events where type = 'ticket.changed'`)
  assert.deepEqual(rows, [{ record_key: 'issue:iss_1' }])

  // Erasing the other tenant, or asking as it, never reaches this desk.
  assert.equal(await world.store.access('another-location', world.deskId), undefined)
  assert.equal(await world.store.remove('another-location', world.deskId), undefined)
})
