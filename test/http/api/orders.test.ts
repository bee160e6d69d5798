import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { drainAll } from '../../relay/kit.ts'
import { HOME, OTHER, startApi } from './world.ts'

const CUSTOMER = { customer_id: 'cus_1', customer_email: 'maya@example.com', customer_name: 'Maya Okafor' }
const LINES = [{ name: 'Growth plan', sku: 'GROWTH-1', quantity: 1, price: 129.9 }]
const ORDER = {
  ...{ ...CUSTOMER, order_id: 'ord_1', number: '2026-1', total: 129.9, currency: 'usd', status: 'paid' },
  ...{ placed_on: '2026-11-20', line_items: LINES },
}

const setUp = async (t: TestContext, { hasPlace = true } = {}) => {
  const api = await startApi(t)
  const { authorization, client } = await api.clientOf(HOME)
  const records = () => [...api.crm.state.records.all()].filter(({ locationId }) => locationId === HOME)
  const relationsOf = (recordId: string) => api.crm.state.relations.by('second', recordId)
  const ask = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object, headers = {}) => {
    const call = api.agent[method](`/v1${path}`).set({ authorization, ...headers })
    return body === undefined ? call : call.send(body)
  }
  const post = (body: object, headers = {}) => ask('post', '/orders', body, headers)
  if (hasPlace) await api.makeOrderPlace()
  return { ...api, authorization, client, records, relationsOf, ask, post }
}

test('an order, from the first call to the last', async (t) => {
  const { ask, post, records, relationsOf, crm, sync, client } = await setUp(t)
  let etag = ''
  let recordId = ''

  await t.test('it becomes a record that is joined to its customer, and all of it is on record', async () => {
    const made = await post(ORDER).expect(201)
    assert.match(made.get('Location') ?? '', /\/v1\/orders\/ord_1$/)
    etag = made.get('ETag') ?? ''
    const { links, created_at, updated_at, ...rest } = made.body
    assert.deepEqual(rest, {
      ...{ order_id: 'ord_1', number: '2026-1', customer_id: 'cus_1', status: 'paid', currency: 'USD', total: 129.9 },
      ...{ refunded_total: null, placed_on: '2026-11-20', line_items: LINES, state: 'linked' },
    })
    recordId = links.record_id
    assert.deepEqual(
      records().map(({ id }) => id),
      [recordId],
    )
    assert.equal(crm.state.contacts.get(links.contact_id)?.email, 'maya@example.com')
    assert.deepEqual(
      relationsOf(recordId).map(({ firstRecordId }) => firstRecordId),
      [links.contact_id],
    )
    const entries = await sync.audit.list(HOME)
    const entry = entries.find(({ action }) => action === 'order.created')
    assert.deepEqual([entry?.actorType, entry?.actorId, entry?.subjectId], ['client', client.id, recordId])
  })

  await t.test('it is read whole or in part, with one tag', async () => {
    const whole = await ask('get', '/orders/ord_1').expect(200)
    assert.equal(whole.get('ETag'), etag)
    assert.equal(whole.body.links.record_id, recordId)
    const part = await ask('get', '/orders/ord_1?fields=status,total').expect(200)
    assert.deepEqual(part.body, { status: 'paid', total: 129.9 })
    await ask('get', '/orders/ord_1?fields=secret').expect(400)
    await ask('get', '/orders/ord_404').expect(404)
    const same = await ask('get', '/orders/ord_1', undefined, { 'if-none-match': `"old", W/${etag}` }).expect(304)
    assert.deepEqual([same.text, same.get('ETag')], ['', etag])
    await ask('get', '/orders/ord_1', undefined, { 'if-none-match': '"old"' }).expect(200)
  })

  await t.test('sent again it changes the same record and joins nothing twice', async () => {
    const again = await post({ ...ORDER, total: 99.5 }).expect(200)
    assert.equal(again.body.total, 99.5)
    assert.equal(records().length, 1)
    assert.equal(relationsOf(recordId).length, 1)
  })

  await t.test('a change needs the tag it was made for, and leaves the rest as it is', async () => {
    await ask('patch', '/orders/ord_1', { status: 'shipped' }, { 'if-match': etag }).expect(412)
    const now = (await ask('get', '/orders/ord_1')).get('ETag')
    const changed = await ask('patch', '/orders/ord_1', { status: 'shipped' }, { 'if-match': now }).expect(200)
    assert.deepEqual([changed.body.status, changed.body.total, changed.body.line_items], ['shipped', 99.5, LINES])
    await ask('patch', '/orders/ord_1', {}).expect(422)
  })

  await t.test('deleting it cancels it once and keeps the record', async () => {
    const cancelled = await ask('delete', '/orders/ord_1').expect(200)
    assert.deepEqual([cancelled.body.status, cancelled.body.total], ['cancelled', 99.5])
    const again = await ask('delete', '/orders/ord_1').expect(200)
    assert.equal(again.get('ETag'), cancelled.get('ETag'))
    assert.equal(records().length, 1)
  })
})

test('a customer that is not there is named, and nothing is made', async (t) => {
  const { post, records, ask } = await setUp(t)
  const { customer_email: _e, customer_name: _n, ...bare } = ORDER
  const refused = await post(bare).expect(422)
  assert.equal(refused.body.code, 'customer_missing')
  assert.equal(refused.body.errors[0].pointer, '/customer_id')
  assert.match(refused.body.errors[0].detail, /cus_1/)
  assert.equal(records().length, 0)
  await ask('post', '/customers', { id: 'cus_1', email: 'maya@example.com' }).expect(201)
  await post(bare).expect(201)
})

test('with the same Idempotency-Key an order is made once; later calls are carried out by the mailbox', async (t) => {
  const { post, records, sync, ask } = await setUp(t)
  const first = await post(ORDER, { 'idempotency-key': 'k1' }).expect(201)
  const second = await post(ORDER, { 'idempotency-key': 'k1' }).expect(201)
  assert.deepEqual(second.body, first.body)
  await post({ ...ORDER, total: 1 }, { 'idempotency-key': 'k1' }).expect(422)

  const prefer = { prefer: 'respond-async' }
  const later = await post({ ...ORDER, order_id: 'ord_2', number: '2026-2' }, prefer).expect(202)
  await ask('patch', '/orders/ord_1', { status: 'refunded' }, prefer).expect(202)
  await drainAll(sync.drain, HOME)
  const { body: event } = await ask('get', `/events/${later.body.event_id}`).expect(200)
  assert.equal(event.outcome, 'done')
  assert.deepEqual(
    records()
      .map(({ properties }) => [properties.number, properties.status])
      .sort(),
    [
      ['2026-1', 'refunded'],
      ['2026-2', 'paid'],
    ],
  )
  await ask('delete', '/orders/ord_2', undefined, prefer).expect(202)
  await drainAll(sync.drain, HOME)
  assert.equal((await ask('get', '/orders/ord_2')).body.status, 'cancelled')
})

test('orders are listed in pages, filtered, and found by number', async (t) => {
  const { ask, agent, clientOf, crm } = await setUp(t)
  const items = [1, 2, 3].map((n) => ({ ...ORDER, order_id: `ord_${n}`, number: `2026-${n}`, status: 'open' }))
  const { body } = await ask('post', '/orders/batch', { items: [...items, { order_id: 'ord_4' }] }).expect(200)
  assert.deepEqual(
    body.results.map(({ status }: { status: number }) => status),
    [201, 201, 201, 422],
  )
  await ask('patch', '/orders/ord_2', { status: 'paid' }).expect(200)

  const seen: string[] = []
  let cursor = ''
  do {
    const page = await ask('get', `/orders?limit=2&sort=created_at${cursor}`).expect(200)
    assert.equal(page.body.total, 3)
    seen.push(...page.body.data.map(({ order_id }: { order_id: string }) => order_id))
    cursor = page.body.next_cursor ? `&cursor=${page.body.next_cursor}` : ''
  } while (cursor)
  assert.deepEqual(seen.toSorted(), ['ord_1', 'ord_2', 'ord_3'])

  const paid = await ask('get', '/orders?status=paid&customer_id=cus_1&fields=order_id').expect(200)
  assert.deepEqual(paid.body.data, [{ order_id: 'ord_2' }])
  const numbered = await ask('get', '/orders?number=2026-3&fields=order_id').expect(200)
  assert.deepEqual(numbered.body.data, [{ order_id: 'ord_3' }])
  const misspelt = await ask('get', '/orders?nummer=2026-3').expect(400)
  assert.match(misspelt.body.errors[0].detail, /no parameter nummer here\. Those there are: number, status/)
  const found = await ask('get', '/search?q=2026-3').expect(200)
  assert.deepEqual(
    found.body.data.map((hit: { type: string; order: { order_id: string } }) => [hit.type, hit.order.order_id]),
    [['order', 'ord_3']],
  )

  crm.control.failNext({ path: '/objects/*/records/search', status: 403, body: { message: 'no scope' } })
  const partly = await ask('get', '/search?q=maya').expect(200)
  assert.deepEqual(partly.body.unavailable, [{ type: 'order', code: 'crm_scope_missing' }])
  assert.equal(partly.body.data[0].type, 'customer')

  const { authorization: theirs } = await clientOf(OTHER)
  await agent.get('/v1/orders/ord_1').set({ authorization: theirs }).expect(404)
  await agent.patch('/v1/orders/ord_1').set({ authorization: theirs }).send({ status: 'x' }).expect(404)
  const none = await agent.get('/v1/orders').set({ authorization: theirs }).expect(409)
  assert.equal(none.body.code, 'order_place_missing')
  const { authorization: reader } = await clientOf(HOME, ['orders.read'])
  await agent.post('/v1/orders').set({ authorization: reader }).send(ORDER).expect(403)
})

test('without a place for orders they wait as notes, can be read and changed, and are in no list', async (t) => {
  const { post, ask, records, crm } = await setUp(t, { hasPlace: false })
  const waiting = await post(ORDER).expect(201)
  assert.match(waiting.get('location') ?? '', /\/v1\/orders\/ord_1$/)
  await post(ORDER).expect(200)
  const { state, total, links, line_items } = waiting.body
  assert.deepEqual([state, total, links.record_id, line_items], ['waiting', 129.9, null, LINES])
  const notes = () => crm.state.notes.by('contact', links.contact_id)
  assert.match(notes()[0]?.body ?? '', /2026-1/)
  const finer = await ask('patch', '/orders/ord_1', { total: 10.001 }).expect(422)
  assert.deepEqual([finer.body.code, finer.body.errors[0].pointer], ['invalid_body', '/total'])
  const changed = await ask('patch', '/orders/ord_1', { total: 10 }).expect(200)
  assert.deepEqual([changed.body.state, changed.body.total], ['waiting', 10])
  assert.equal(notes().length, 1)
  assert.equal(records().length, 0)
  const list = await ask('get', '/orders').expect(409)
  assert.equal(list.body.code, 'order_place_missing')
  assert.equal((await ask('get', '/search?q=maya&type=order').expect(409)).body.code, 'order_place_missing')
  const all = await ask('get', '/search?q=maya').expect(200)
  assert.deepEqual(all.body.unavailable, [{ type: 'order', code: 'order_place_missing' }])
  const moved = await ask('patch', '/orders/ord_1', { customer_id: 'cus_2', customer_email: 'ben@example.com' })
  assert.deepEqual([moved.status, moved.body.customer_id, moved.body.total], [200, 'cus_2', 10])
  assert.equal((await ask('delete', '/orders/ord_1').expect(200)).body.status, 'cancelled')
})

test('a record that people made by hand is changed member by member, whatever it lacks', async (t) => {
  const { ask, post, crm, relationsOf, sync } = await setUp(t)
  await post(ORDER).expect(201)
  const { id } = crm.control.person.createRecord(HOME, 'custom_objects.rankr_orders', { number: 'H-1' })
  const read = await ask('get', `/orders/${id}`).expect(200)
  assert.deepEqual([read.body.number, read.body.total, read.body.customer_id], ['H-1', null, null])

  const changed = await ask('patch', `/orders/${id}`, { status: 'paid' }, { 'if-match': read.get('ETag') }).expect(200)
  assert.deepEqual([changed.body.status, changed.body.number, changed.body.currency], ['paid', 'H-1', null])
  await ask('patch', `/orders/${id}`, { line_items: [{ name: 'Plan', price: 5 }] }).expect(200)
  assert.equal(crm.state.records.get(id)?.properties.items, '1 × Plan at 5')
  const whole = await ask('patch', `/orders/${id}`, { total: 5, currency: 'eur', customer_id: 'cus_1' }).expect(200)
  assert.deepEqual([whole.body.total, whole.body.currency, whole.body.status], [5, 'EUR', 'paid'])
  await ask('patch', `/orders/${id}`, { total: 5.25 }).expect(200)
  for (const [changes, pointer] of [
    [{ currency: 'JPY' }, '/currency'],
    [{ total: 5.255 }, '/total'],
  ] as const) {
    for (const prefer of ['', 'respond-async']) {
      const refused = await ask('patch', `/orders/${id}`, changes).set('prefer', prefer)
      assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [422, pointer])
    }
  }
  assert.match(String(crm.state.records.get(id)?.properties.items), /€5\.00/)
  assert.deepEqual(
    relationsOf(id).map(({ firstRecordId }) => firstRecordId),
    [whole.body.links.contact_id],
  )
  await ask('patch', `/orders/${id}`, { customer_id: 'cus_nobody' }).expect(422)
  assert.equal((await ask('delete', `/orders/${id}`).expect(200)).body.status, 'cancelled')

  const { id: other } = crm.control.person.createRecord(HOME, 'custom_objects.rankr_orders', { number: 'H-2' })
  await ask('delete', `/orders/${other}`, undefined, { prefer: 'respond-async' }).expect(202)
  await drainAll(sync.drain, HOME)
  assert.equal((await ask('get', `/orders/${other}`)).body.status, 'cancelled')
  crm.control.person.deleteRecord(other)
  assert.equal((await ask('patch', `/orders/${other}`, { status: 'x' }).expect(404)).body.code, 'not_found')
})
