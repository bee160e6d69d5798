// Incoming webhooks from the screen where one is made to the event that a call becomes, over the real store.

import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import test, { after, beforeEach } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { AppError } from '../../../server/errors.ts'
import { hookRoutes } from '../../../server/http/webhooks/hooks.ts'
import { createLastCall } from '../../../server/http/webhooks/last-call.ts'
import type { IncomingEvent } from '../../../server/http/webhooks/receive.ts'
import { createIncomingWebhooks } from '../../../server/store/incoming-webhooks.ts'
import { createSeal } from '../../../server/store/seal.ts'
import { createClock, openDatabase, silent } from '../../relay/kit.ts'
import { bearer, NOW, serve } from '../serve.ts'
import { settingsPage } from '../ui/settings-page.ts'

const db = await openDatabase(after)
beforeEach(() => db.pool.query('truncate incoming_webhooks'))

const setUp = () => {
  const clock = createClock(NOW)
  const seal = createSeal([{ id: 'k1', key: randomBytes(32) }])
  const incoming = createIncomingWebhooks({ db, seal, now: clock.now })
  const accepted: IncomingEvent[] = []
  const seen = new Set<string | undefined>()
  let isBusy = false
  const writes: Promise<void>[] = []
  const kept =
    <Args extends unknown[]>(write: (...args: Args) => Promise<void>) =>
    (...args: Args) => {
      const written = write(...args)
      writes.push(written)
      return written
    }
  const lastCall = createLastCall({
    received: kept(incoming.received),
    refused: kept(incoming.refused),
    now: clock.now,
    log: silent,
  })
  const routes = hookRoutes({
    installed: async (id) => id === 'loc_1',
    accept: async (event) => {
      if (isBusy) throw new AppError('cannot_store_now', { retryAfterSeconds: 10 })
      const isKnown = seen.has(event.sourceEventId)
      seen.add(event.sourceEventId)
      if (!isKnown) accepted.push(event)
      return { outcome: isKnown ? ('duplicate' as const) : ('stored' as const), eventId: 'e1' }
    },
    received: lastCall.received,
    observe: () => {},
    now: clock.now,
  })
  const hook = { hooks: { get: incoming.findForCall }, refused: lastCall.refused, now: clock.now }
  const door = serve(routes, { doorsDeps: { hook } })
  const page = settingsPage({ incoming, transaction: db.transaction, now: clock.now })

  const change = async (path: string, form: object = {}, session = {}) => {
    const answer = await page.agent
      .post(`/settings/incoming${path}`)
      .type('form')
      .set('authorization', await bearer(session, clock.now))
      .send(form)
    const url = /value="https:\/\/connect\.example\.com(\/webhooks\/in\/[\w-]+)"/.exec(answer.text)?.[1]
    const secret = /value="(whsec_[^"]+)"/.exec(answer.text)?.[1]
    return { ...answer, url, secret }
  }
  const look = async (session = {}) => {
    await Promise.all(writes)
    const authorization = await bearer(session, clock.now)
    return (await page.agent.get('/settings/incoming').set({ 'hx-request': 'true', authorization }).expect(200)).text
  }
  const call = (url: string, body: string, headers: Record<string, string> = {}) =>
    door.agent
      .post(url)
      .set({ 'content-type': 'application/json', ...headers })
      .send(body)
  const busy = (is: boolean): void => {
    isBusy = is
  }
  return { ...page, clock, incoming, accepted, lines: door.lines, change, look, call, busy }
}

const BODY = '{"form":"callback","email":"maya@example.com"}'

test('an address is made, shown once, and a call of it becomes an event that people can look at', async () => {
  const { change, look, call, accepted, audits, lines } = setUp()
  const { url } = await change('', { name: 'Call-back form' })
  assert.ok(url)
  const answer = await call(`${url}?campaign=spring`, BODY)
  assert.deepEqual([answer.status, answer.body], [202, { received: true, outcome: 'stored', eventId: 'e1' }])
  const [event] = accepted
  assert.deepEqual([event!.locationId, event!.source, event!.type], ['loc_1', 'app', 'webhook.received'])
  const { data } = event!.payload as { data: Record<string, unknown> }
  assert.match(String(data.hookId), /^hk_/)
  assert.deepEqual([data.name, data.query, data.body], ['Call-back form', { campaign: 'spring' }, JSON.parse(BODY)])

  const token = url.split('/').at(-1)!
  assert.match(await look(), /maya@example\.com/)
  assert.doesNotMatch(await look(), new RegExp(token))
  assert.doesNotMatch(await look({ role: 'user' }), /maya@example\.com/)
  assert.doesNotMatch(JSON.stringify([lines, audits]), new RegExp(token))
  assert.deepEqual(
    audits.map(({ record }) => record.action),
    ['incoming_webhook.created'],
  )
  const { rows } = await db.pool.query('select * from incoming_webhooks')
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
})

test('JSON, forms, text and nothing are taken; what is broken or no text is refused', async () => {
  const { change, call, accepted, busy } = setUp()
  const { url } = await change('', { name: 'Shop' })
  const bodyOf = () => (accepted.at(-1)!.payload as { data: { body: unknown } }).data.body
  for (const [type, body, expected] of [
    ['application/json', '[1,2]', [1, 2]],
    ['application/vnd.shop+json', '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a=1&a=2&b=x%20y', { a: ['1', '2'], b: 'x y' }],
    ['text/plain', 'hello', 'hello'],
    ['application/xml', '<a/>', '<a/>'],
    ['application/json', '', null],
  ] as const) {
    assert.equal((await call(url!, body, { 'content-type': type })).status, 202, type)
    assert.deepEqual(bodyOf(), expected)
  }
  for (const [type, body, status] of [
    ['application/json', '{"a"', 400],
    ['image/png', 'x', 415],
    ['application/json', `"${'x'.repeat(600_000)}"`, 413],
  ] as const) {
    assert.equal((await call(url!, body, { 'content-type': type })).status, status, type)
  }
  busy(true)
  const answer = await call(url!, '{}')
  assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '10'])
})

test('the same call counts once: by the id that it carries, else by its content for ten minutes', async () => {
  const { change, call, clock } = setUp()
  const { url } = await change('', { name: 'Shop' })
  const outcome = async (body: string, headers = {}) => (await call(url!, body, headers)).body.outcome
  assert.equal(await outcome(BODY), 'stored')
  assert.equal(await outcome(BODY), 'duplicate')
  assert.equal(await outcome(`${BODY} `), 'stored')
  clock.advance(11 * 60_000)
  assert.equal(await outcome(BODY), 'stored')
  assert.equal(await outcome(BODY, { 'webhook-id': 'm1' }), 'stored')
  assert.equal(await outcome('{}', { 'webhook-id': 'm1' }), 'duplicate')
})

test('an address that needs a signature takes Standard Webhooks and plain ones, and tells of those it refused', async () => {
  const { change, call, clock, look, incoming } = setUp()
  const { url, secret } = await change('', { name: 'Signed', signing: 'signed' })
  assert.ok(secret)
  const plain = createHmac('sha256', secret).update(BODY).digest('hex')
  const standard = (body: string, id: string) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(clock.now().getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, clock.now(), body),
  })
  assert.equal((await call(url!, BODY, { 'x-hub-signature-256': `sha256=${plain}` })).status, 202)
  assert.equal((await call(url!, '{"b":1}', standard('{"b":1}', 'm1'))).status, 202)
  for (const headers of [{}, { 'x-signature': plain.replace(/^./, 'g') }, standard('{"c":1}', 'm2')]) {
    const answer = await call(url!, '{"d":1}', headers)
    assert.deepEqual([answer.status, answer.body.code], [401, 'invalid_signature'])
  }
  assert.match(await look(), /Last call refused/)

  // The other side has chosen its own.
  const { id } = (await incoming.list('loc_1'))[0]!
  const own = { name: 'Signed', signing: 'signed', secret: 'a secret of their own' }
  assert.match((await change(`/${id}`, own)).text, /Saved/)
  const theirs = createHmac('sha256', own.secret).update('{"e":1}').digest('base64')
  assert.equal((await call(url!, '{"e":1}', { 'x-signature': theirs })).status, 202)
  assert.equal((await call(url!, BODY, { 'x-hub-signature-256': `sha256=${plain}` })).status, 401)
  assert.equal((await change(`/${id}`, { ...own, secret: 'short' })).status, 422)
  await change(`/${id}`, { name: 'Open', signing: 'none' })
  assert.equal((await call(url!, '{"f":1}')).status, 202)
})

test('a new address works beside the old one for a day, or ends it at once; off and removed ones are closed', async () => {
  const { change, call, clock, incoming } = setUp()
  const { url: first } = await change('', { name: 'Shop' })
  const { id } = (await incoming.list('loc_1'))[0]!
  let calls = 0
  const statusOf = async (url: string | undefined) => (await call(url!, `{"n":${++calls}}`)).status
  const { url: second, text } = await change(`/${id}/address`)
  assert.match(text, /The previous address works until /)
  assert.deepEqual([await statusOf(first), await statusOf(second)], [202, 202])
  clock.advance(25 * 3_600_000)
  assert.deepEqual([await statusOf(first), await statusOf(second)], [404, 202])
  const { url: third } = await change(`/${id}/address`, { now: 'yes' })
  assert.deepEqual([await statusOf(second), await statusOf(third)], [404, 202])
  await change(`/${id}/off`)
  assert.equal(await statusOf(third), 404)
  await change(`/${id}/on`)
  assert.equal(await statusOf(third), 202)
  // Another account's administrator.
  assert.equal((await change(`/${id}/remove`, {}, { locationId: 'loc_2' })).status >= 400, true)
  await change(`/${id}/remove`)
  assert.equal(await statusOf(third), 404)
  assert.equal(await statusOf('/webhooks/in/short'), 404)
})
