// What every desk must do, against the simulated ones over HTTP; and what is each one's own.

import assert from 'node:assert/strict'
import test from 'node:test'
import { actions } from '../../server/catalog/index.ts'
import { AppError } from '../../server/errors.ts'
import { verifyRankrWebhook } from '../../server/rankr/webhook.ts'
import { deskName, deskUrl } from '../../server/support/address.ts'
import type { NewTicket } from '../../server/support/desk.ts'
import { createSupportExecute } from '../../server/support/execute.ts'
import { freshdeskTag } from '../../server/support/freshdesk.ts'
import { createVerifyDesk, readDeskEvent, SECRET_HEADER } from '../../server/support/webhook.ts'
import { createDeskWorld, type Hosted } from './desk-world.ts'

const NEW: NewTicket = {
  externalId: 'iss_314',
  subject: 'Import stopped at row 120',
  description: 'A column <b> is not known.\nSee the file.',
  requesterEmail: 'maya@example.com',
  requesterName: 'Maya Okafor',
  priority: 'high',
  tags: ['rankr'],
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return error.code
  }
}

for (const kind of ['zendesk', 'freshdesk'] satisfies Hosted[]) {
  test(`${kind}: a ticket is opened, found by our number, changed, waited for and solved once`, async (t) => {
    const world = await createDeskWorld(t)
    const access = await world.access(kind)
    const told: unknown[] = []
    const desk = world.open(access, { onExchange: (exchange) => told.push(exchange) })
    await desk.check()
    assert.equal(await desk.find('iss_314'), undefined)
    const made = await desk.create(NEW)
    assert.partialDeepStrictEqual(made, {
      externalId: 'iss_314',
      subject: NEW.subject,
      status: 'open',
      priority: 'high',
    })
    assert.equal((await desk.find('iss_314'))?.ticketId, made.ticketId)
    assert.equal(await desk.find('iss_31'), undefined)

    const changed = await desk.update(made.ticketId, { priority: 'urgent', tags: ['vip'], status: 'pending' })
    assert.partialDeepStrictEqual(changed, { priority: 'urgent', status: 'pending' })
    const { commentId } = await desk.comment(made.ticketId, { comment: 'Severity was raised.', isPublic: false })
    assert.match(String(commentId), /^\d+$/)
    for (const _ of ['first', 'again']) {
      assert.equal((await desk.close(made.ticketId, 'It works again.')).status, 'solved')
    }
    assert.equal((await desk.get(made.ticketId)).status, 'solved')

    const [ticket, ...more] = world.account(kind).tickets
    assert.equal(more.length, 0)
    assert.deepEqual(ticket?.requester, { email: 'maya@example.com', name: 'Maya Okafor' })
    assert.ok(ticket?.tags.includes('rankr') && ticket.tags.includes('vip'))
    assert.deepEqual(
      ticket?.comments.map(({ body, public: isPublic }) => [body, isPublic]),
      [
        [NEW.description, true],
        ['Severity was raised.', false],
        ['It works again.', true],
      ],
    )
    const kept = JSON.stringify(told)
    assert.doesNotMatch(kept, /maya@example\.com|Maya Okafor/)
    assert.doesNotMatch(kept, new RegExp(access.credentials!.key))
  })

  test(`${kind}: a wrong key, an unknown ticket, refused data and an hour of rest have codes of their own`, async (t) => {
    const world = await createDeskWorld(t)
    const access = await world.access(kind)
    const desk = world.open(access)
    const stranger = world.open({ ...access, credentials: { email: 'nobody@example.com', key: 'wrong' } })
    assert.equal(await codeOf(stranger.check()), 'support_unauthorized')
    assert.equal(await codeOf(stranger.create(NEW)), 'support_unauthorized')
    assert.equal(await codeOf(world.open({ ...access, address: 'elsewhere' }).create(NEW)), 'support_unauthorized')
    assert.equal(await codeOf(desk.get('999999')), 'support_not_found')
    assert.equal(await codeOf(desk.get('../users/me')), 'support_not_found')
    assert.equal(await codeOf(desk.create({ ...NEW, requesterEmail: 'no address' })), 'support_rejected')
    const { control } = world.desk
    const path = '/tickets'
    for (const [fault, code, seconds] of [
      [{ path, status: 429, headers: { 'retry-after': '17' } }, 'support_rate_limited', 17],
      [{ path, status: 503 }, 'support_unavailable', undefined],
      [{ path, status: 302, headers: { location: 'https://elsewhere.example' } }, 'support_unavailable', undefined],
      [{ path, kind: 'reset' }, 'support_unreachable', undefined],
    ] as const) {
      control[kind].failNext({ ...fault, method: 'POST' })
      const error = await desk.create(NEW).then(
        () => undefined,
        (thrown) => thrown,
      )
      assert.equal(error?.code, code)
      assert.equal(error.retryAfterSeconds, seconds)
    }
    control[kind].setLimit(0)
    assert.equal(await codeOf(desk.create(NEW)), 'support_rate_limited')
    control[kind].setLimit(100_000)
    control[kind].failNext({ path, kind: 'hang', method: 'POST' })
    assert.equal(await codeOf(world.openHasty(access).create(NEW)), 'support_unreachable')
    assert.equal(world.account(kind).tickets.length, 0)
  })
}

test('every action of the catalog about tickets runs with its own sample, at every desk', async (t) => {
  const world = await createDeskWorld(t)
  const entries = actions.filter(({ system }) => system === 'support')
  assert.ok(entries.length >= 6)
  for (const kind of ['zendesk', 'freshdesk'] satisfies Hosted[]) {
    const access = await world.access(kind)
    const noted: (string | null)[] = []
    const { execute, circuitOf } = createSupportExecute({
      desks: {
        access: async (locationId, deskId = 'dsk_1') =>
          locationId === 'loc_1' && deskId === 'dsk_1' ? access : undefined,
        noted: async (_locationId, _deskId, code) => void noted.push(code),
      },
      open: world.open,
    })
    const run = async (actionId: string, input: Record<string, unknown>, locationId = 'loc_1') =>
      (await execute({ locationId, actionId, input })).output as Record<string, unknown>
    const { ticketId } = await run('support.tickets.create', { ...NEW, externalId: 'iss_314' })
    for (const { id, sample, input: fields } of entries) {
      const input = { ...sample.input, ...(fields.some(({ key }) => key === 'ticketId') ? { ticketId } : {}) }
      const output = await run(id, input)
      const missing = Object.keys(sample.output as object).filter((key) => !Object.hasOwn(output, key))
      assert.deepEqual(missing, [], `${kind} ${id}`)
      assert.equal(await codeOf(run(id, { ...input, deskId: 'dsk_2' })), 'support_not_connected')
      assert.equal(await codeOf(run(id, input, 'loc_2')), 'support_not_connected')
    }
    assert.equal(world.account(kind).tickets.length, 1)
    assert.equal(await codeOf(run('support.tickets.get', { ticketId: '999999' })), 'support_not_found')
    assert.equal(noted.at(-1), null)
    world.desk.control[kind].failNext({ path: '/tickets/*', status: 503 })
    assert.equal(await codeOf(run('support.tickets.get', { ticketId })), 'support_unavailable')
    assert.equal(noted.at(-1), 'support_unavailable')
    assert.equal(await circuitOf({ locationId: 'loc_1', input: {} }), 'support:dsk_1')
  }
})

test('Zendesk makes one ticket of a create that is repeated, refuses to change a closed one and follows it up', async (t) => {
  const world = await createDeskWorld(t)
  const desk = world.open(await world.access('zendesk'))
  const [first, again] = [await desk.create(NEW), await desk.create(NEW)]
  assert.equal(again.ticketId, first.ticketId)
  await world.agent('zendesk', first.ticketId, 'closed')
  assert.equal(await codeOf(desk.update(first.ticketId, { priority: 'low' })), 'support_ticket_closed')
  const next = await desk.create({ ...NEW, followUpOf: first.ticketId })
  assert.equal(world.account('zendesk').tickets[0]?.followUpOf, Number(first.ticketId))
  assert.equal((await desk.find('iss_314'))?.ticketId, next.ticketId)
})

test('Freshdesk finds a new ticket before its search does, and asks somebody where no customer is known', async (t) => {
  let at = Date.now()
  const world = await createDeskWorld(t, { now: () => new Date(at) })
  const access = await world.access('freshdesk')
  const desk = world.open(access)
  const { requesterEmail: _, requesterName: __, ...nobody } = NEW
  const made = await desk.create({ ...nobody, externalId: 'Issue 1 of a very long workspace name' })
  assert.equal(world.account('freshdesk').tickets[0]?.requester.email, access.credentials?.email)
  for (const minutes of [0, 5]) {
    at += minutes * 60_000
    const found = await desk.find('Issue 1 of a very long workspace name')
    assert.equal(found?.ticketId, made.ticketId)
  }
  assert.equal(world.desk.control.freshdesk.calls().filter(({ path }) => path === '/tickets').length, 2)
  assert.ok(freshdeskTag('x'.repeat(200)).length <= 32)
  assert.notEqual(freshdeskTag('iss_A'), freshdeskTag('iss_a'))
})

test('any other desk is told by signed messages, the same at every try', async (t) => {
  const posted: { id: string; type: string; data: unknown }[] = []
  const world = await createDeskWorld(t, {
    post: async ({ message }) => {
      posted.push(message)
      return { status: 200, headers: {}, durationMs: 1, body: '{"ticket_id":"T-9","url":"https://desk.example.com/9"}' }
    },
  })
  const access = {
    deskId: 'dsk_9',
    kind: 'generic',
    address: 'https://desk.example.com/in',
    credentials: undefined,
  } as const
  const desk = world.open({ ...access, secrets: [] }, { eventId: 'evt_1' })
  const made = await desk.create(NEW)
  assert.deepEqual([made.ticketId, made.url], ['T-9', 'https://desk.example.com/9'])
  await desk.create(NEW)
  await desk.update('T-9', { priority: 'urgent' })
  await desk.close('T-9', 'Done.')
  assert.deepEqual(
    posted.map(({ type }) => type),
    ['ticket.create', 'ticket.create', 'ticket.update', 'ticket.close'],
  )
  assert.equal(new Set(posted.map(({ id }) => id)).size, 3)
  assert.equal(await codeOf(desk.get('T-9')), 'support_rejected')
})

test('only the desks’ own domains are called, whatever people type', () => {
  for (const [typed, name] of [
    ['northwind', 'northwind'],
    [' https://Northwind.zendesk.com/agent/filters/1 ', 'northwind'],
    ['northwind.zendesk.com', 'northwind'],
    ['evil.example.com', undefined],
    ['northwind.zendesk.com.evil.example', undefined],
    ['evil.example/?.zendesk.com', undefined],
    ['user@evil.example', undefined],
    ['http://northwind.zendesk.com', undefined],
    ['127.0.0.1', undefined],
    ['north.wind', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(deskName('zendesk', typed), name, typed)
  }
  assert.equal(deskUrl('zendesk', 'northwind'), 'https://northwind.zendesk.com')
  assert.equal(deskUrl('freshdesk', 'northwind'), 'https://northwind.freshdesk.com')
  assert.throws(() => deskUrl('zendesk', 'evil.example/#'))
})

const verify = createVerifyDesk(({ secrets, ...signed }) =>
  verifyRankrWebhook({ ...signed, keys: secrets.map(() => undefined as never) }),
)

test('what a desk tells is proven by its signature or its secret, and says which ticket has changed', async (t) => {
  const world = await createDeskWorld(t)
  for (const kind of ['zendesk', 'freshdesk'] satisfies Hosted[]) {
    const access = await world.access(kind)
    const desk = world.open(access)
    const url = `${world.origin}/webhooks/support/dsk_1`
    const secret = kind === 'zendesk' ? (await desk.webhooks!.add({ name: 'Rankr', url })).secret : 'a secret of ours'
    if (kind === 'freshdesk') await world.sample.addRule({ name: 'northwind', url, secret })
    const { ticketId } = await desk.create(NEW)
    await world.agent(kind, ticketId, 'solved')
    const { headers, body } = world.sent.at(-1)!
    const given = { kind, rawBody: Buffer.from(body), header: (name: string) => headers[name], now: new Date() }
    assert.equal(verify({ ...given, secrets: ['old', secret] }).ok, true)
    assert.equal(verify({ ...given, secrets: ['another'] }).ok, false)
    assert.equal(verify({ ...given, secrets: [] }).ok, false)
    assert.equal(verify({ ...given, secrets: [secret], header: () => undefined }).ok, false)
    if (kind === 'zendesk') {
      assert.equal(verify({ ...given, secrets: [secret], rawBody: Buffer.from(`${body} `) }).ok, false)
      const later = new Date(Date.now() + 6 * 60_000)
      assert.deepEqual(verify({ ...given, secrets: [secret], now: later }), { ok: false, reason: 'timestamp_outside' })
    } else assert.equal(headers[SECRET_HEADER], secret)
    const change = readDeskEvent(kind, JSON.parse(body))
    assert.partialDeepStrictEqual(change, {
      ticketId,
      status: 'solved',
      externalId: kind === 'zendesk' ? 'iss_314' : null,
    })
  }
  assert.equal(
    readDeskEvent('zendesk', { type: 'zen:event-type:ticket.comment_added', detail: { id: '1' } }),
    undefined,
  )
  assert.equal(
    readDeskEvent('generic', { type: 'ticket.changed', data: { ticket_id: 'T-9', status: 'odd' } }),
    undefined,
  )
  assert.equal(
    readDeskEvent('generic', { type: 'ticket.changed', data: { ticket_id: 'T-9', status: 'solved' } })?.ticketId,
    'T-9',
  )
})

test('a webhook of Zendesk that is gone can be removed again', async (t) => {
  const world = await createDeskWorld(t)
  const { webhooks } = world.open(await world.access('zendesk'))
  const { webhookId } = await webhooks!.add({ name: 'Rankr', url: `${world.origin}/webhooks/support/dsk_1` })
  await webhooks!.remove(webhookId)
  await webhooks!.remove(webhookId)
  assert.deepEqual(world.account('zendesk').hooks, [])
})
