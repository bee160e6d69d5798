import assert from 'node:assert/strict'
import test from 'node:test'
import type { Route } from '../../../server/http/route.ts'
import { customerEvent } from '../../sync/kit.ts'
import { HOME, OTHER, startApi } from './world.ts'

const addressOf = ({ path }: Route): string => path.replace(':id', '019ab000-0000-7000-8000-000000000001')

test('who may come in, what the account has, and what was called', async (t) => {
  const api = await startApi(t, { hasBudget: true })
  const { agent, rows, stores, access, clock } = api
  const mine = await api.clientOf(HOME)
  const call = (row: Route, headers: Record<string, string>) =>
    agent[row.method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete'](addressOf(row)).set(headers)

  await t.test('every operation is closed without a credential, and with none of ours', async () => {
    assert.ok(rows.length >= 11)
    for (const row of rows) {
      const none = await call(row, {})
      assert.deepEqual([row.path, none.status, none.body.code], [row.path, 401, 'unauthenticated'])
      assert.equal(none.get('WWW-Authenticate'), 'Bearer')
      assert.equal(none.get('Content-Type'), 'application/problem+json; charset=utf-8')
      const wrong = await call(row, { authorization: 'Bearer nonsense' })
      assert.deepEqual([row.path, wrong.status, wrong.body.code], [row.path, 401, 'credential_invalid'])
    }
  })

  await t.test('every operation is closed to a credential without its scope', async () => {
    const poor = await api.clientOf(HOME, ['usage.read'])
    const other = await api.clientOf(HOME, ['events.read'])
    for (const row of rows) {
      assert.equal(row.scopes?.length, 1, row.path)
      const { authorization } = row.scopes?.includes('usage.read') ? other : poor
      const answer = await call(row, { authorization })
      assert.deepEqual([row.path, answer.status, answer.body.missingScopes], [row.path, 403, row.scopes])
    }
  })

  await t.test('an access token opens what its scopes say', async () => {
    const { body } = await agent
      .post('/oauth/token')
      .type('form')
      .auth(mine.client.id, mine.secret)
      .send({ grant_type: 'client_credentials', scope: 'events.read' })
      .expect(200)
    const authorization = `Bearer ${body.access_token}`
    await agent.get('/v1/events').set({ authorization }).expect(200)
    await agent.get('/v1/usage').set({ authorization }).expect(403)
  })

  await t.test('the account is described, and what may not be read is named', async () => {
    const { authorization } = mine
    const { body } = await agent.get('/v1/metadata').set({ authorization }).expect(200)
    assert.deepEqual(body.unavailable, [])
    assert.ok(body.pipelines[0].stages.length > 0)
    assert.ok(body.users.some(({ email }: { email: string }) => email.includes('@')))
    assert.ok(Array.isArray(body.tags) && Array.isArray(body.custom_fields))
    assert.ok(body.currencies.every((code: string) => /^[A-Z]{3}$/.test(code)))
    assert.deepEqual(Object.keys(body.schemas), [
      'customer',
      'customer_input',
      'customer_changes',
      'order',
      'order_input',
      'order_changes',
      'invoice',
      'invoice_input',
      'invoice_changes',
    ])
    api.crm.control.failNext({ path: '/opportunities/pipelines', status: 403, body: { message: 'no scope' } })
    const partly = await agent.get('/v1/metadata').set({ authorization }).expect(200)
    assert.equal(partly.body.pipelines, null)
    assert.deepEqual(partly.body.unavailable, [{ section: 'pipelines', code: 'crm_scope_missing' }])
  })

  await t.test('events of one account are told to that account only, page by page', async () => {
    const { authorization } = mine
    for (const n of [1, 2, 3]) {
      await agent
        .post('/v1/customers')
        .set({ authorization, prefer: 'respond-async' })
        .send({ id: `cus_${n}`, email: `e${n}@example.com` })
        .expect(202)
    }
    const first = await agent.get('/v1/events?limit=2').set({ authorization }).expect(200)
    assert.deepEqual(
      first.body.data.map(({ record }: { record: string }) => record),
      ['customer:cus_3', 'customer:cus_2'],
    )
    const second = await agent.get(`/v1/events?limit=2&cursor=${first.body.next_cursor}`).set({ authorization })
    assert.deepEqual([second.body.data.length, second.body.next_cursor], [1, null])
    const { authorization: theirs } = await api.clientOf(OTHER)
    assert.deepEqual((await agent.get('/v1/events').set({ authorization: theirs })).body.data, [])
    await agent.get(`/v1/events/${first.body.data[0].id}`).set({ authorization: theirs }).expect(404)
  })

  await t.test('usage counts the calls of the app that asks, and no other', async () => {
    await access.meter.flush()
    const { authorization } = await api.clientOf(HOME)
    const ask = (query: string, as = mine.authorization) => agent.get(`/v1/usage${query}`).set({ authorization: as })
    const { body } = await ask('').expect(200)
    const events = body.data.find(({ route }: { route: string }) => route === 'GET /v1/events')
    assert.deepEqual([events.calls, events.rejected, events.failed], [3, 0, 0])
    assert.deepEqual((await ask('', authorization).expect(200)).body.data, [])
    const longAgo = new Date(clock.now().getTime() - 200 * 86_400_000).toISOString()
    assert.equal((await ask(`?from=${longAgo}`).expect(400)).body.errors[0].pointer, '/from')
    assert.equal(stores.usage !== undefined, true)
  })
  await t.test('neither a queue of live events nor a flood of calls takes all that the CRM allows', async () => {
    const { authorization } = mine
    const waiting = async () => (await api.sync.mailboxes.of(HOME)).find(({ lane }) => lane === 'live')!.waiting
    const read = () => agent.get('/v1/customers?limit=1').set({ authorization })
    // The events of before are worked off, and their windows are over.
    await api.sync.drainAll()
    clock.advance(60_000)
    await api.sync.enableCustomers()
    const people = Array.from({ length: 80 }, (_, n) => ({
      id: `flood_${n}`,
      name: 'Maya',
      email: `flood${n}@example.com`,
    }))
    await Promise.all(people.map((data) => api.sync.accept.accept(customerEvent('created', data))))
    assert.equal(await api.sync.drainAll(), 'throttled')
    const left = await waiting()
    assert.ok(left > 0)
    for (let n = 0; n < 5; n++) await read().expect(200)

    clock.advance(10_250)
    const flood = await Promise.all(Array.from({ length: 120 }, () => read()))
    const refused = flood.filter(({ status }) => status === 429)
    assert.ok(refused.length > 0 && refused.length < 100, String(refused.length))
    assert.deepEqual([refused[0]!.body.code, refused[0]!.get('Retry-After')], ['crm_rate_limited', '11'])
    assert.equal(await api.sync.drainAll(), 'throttled')
    assert.ok((await waiting()) < left)
  })
})
