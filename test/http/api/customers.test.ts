import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { HOME, OTHER, startApi } from './world.ts'

const MAYA = {
  id: 'cus_1',
  email: 'Maya@Example.com',
  phone: '+14155550177',
  name: 'Maya Okafor',
  company: 'Okafor Studio',
  tags: ['growth'],
}

const setUp = async (t: TestContext) => {
  const api = await startApi(t)
  const { authorization, client } = await api.clientOf(HOME)
  const other = await api.clientOf(OTHER)
  const post = (body: object, headers: Record<string, string> = {}) =>
    api.agent
      .post('/v1/customers')
      .set({ authorization, ...headers })
      .send(body)
  const get = (id: string, query = '') => api.agent.get(`/v1/customers/${id}${query}`).set({ authorization })
  const patch = (id: string, body: object, headers: Record<string, string> = {}) =>
    api.agent
      .patch(`/v1/customers/${id}`)
      .set({ authorization, ...headers })
      .send(body)
  const remove = (id: string, headers: Record<string, string> = {}) =>
    api.agent.delete(`/v1/customers/${id}`).set({ authorization, ...headers })
  const list = (query = '') => api.agent.get(`/v1/customers${query}`).set({ authorization })
  const contacts = () => [...api.crm.state.contacts.by('location', HOME)]
  return { ...api, authorization, client, other, post, get, patch, remove, list, contacts }
}

test('customers, from the first call to the last', async (t) => {
  const api = await setUp(t)
  const { post, get, patch, remove, list, contacts, clock, sync } = api
  const seeded = contacts().length

  await t.test('a new one is created, with its address, its tag and everything on record', async () => {
    const answer = await post(MAYA).expect(201)
    const [contact] = contacts().filter(({ email }) => email === 'maya@example.com')
    assert.equal(answer.get('Location'), 'https://connect.example.com/v1/customers/cus_1')
    assert.match(answer.get('ETag') ?? '', /^"[\w-]{27}"$/)
    const { created_at, updated_at, ...rest } = answer.body
    assert.deepEqual(rest, {
      id: 'cus_1',
      email: 'maya@example.com',
      phone: '+14155550177',
      name: 'Maya Okafor',
      first_name: 'Maya',
      last_name: 'Okafor',
      company: 'Okafor Studio',
      tags: ['growth'],
      links: { contact_id: contact!.id },
    })
    assert.ok(created_at && updated_at)
    assert.equal((await sync.links.find(HOME, 'customer', 'cus_1'))?.crmId, contact!.id)
    const [entry] = await sync.audit.list(HOME)
    assert.equal(entry?.action, 'contact.created')
    assert.deepEqual([entry?.actorType, entry?.actorId], ['client', api.client.id])
    assert.ok(entry?.requestId)
    assert.equal(entry?.eventId, null)
  })

  await t.test('the same one again is changed, also when nothing is new to us', async () => {
    const before = contacts().find(({ email }) => email === 'maya@example.com')!
    api.crm.control.person.changeContact(before.id, { firstName: 'Somebody' })
    const answer = await post(MAYA).expect(200)
    assert.equal(answer.body.first_name, 'Maya')
    assert.equal(answer.get('Location'), undefined)
    assert.equal(contacts().length, seeded + 1)
  })

  await t.test('without an id it is found by e-mail, then by phone', async () => {
    const byEmail = await post({ email: 'maya@example.com', first_name: 'May' }).expect(200)
    assert.deepEqual([byEmail.body.id, byEmail.body.first_name], ['cus_1', 'May'])
    const byPhone = await post({ phone: '+14155550177', first_name: 'Maya' }).expect(200)
    assert.equal(byPhone.body.id, 'cus_1')
    assert.equal(contacts().length, seeded + 1)
  })

  await t.test('without an id and unknown it gets one', async () => {
    const answer = await post({ email: 'new@example.com' }).expect(201)
    assert.match(answer.body.id, /^[0-9a-f-]{36}$/)
    assert.equal((await get(answer.body.id).expect(200)).body.email, 'new@example.com')
  })

  await t.test('it is read whole or in part, with one ETag', async () => {
    const whole = await get('cus_1').expect(200)
    const part = await get('cus_1', '?fields=id,email').expect(200)
    assert.deepEqual(part.body, { id: 'cus_1', email: 'maya@example.com' })
    assert.equal(part.get('ETag'), whole.get('ETag'))
    assert.equal((await get('cus_1', '?fields=id,secret').expect(400)).body.code, 'invalid_request')
    assert.equal((await get('cus_nobody').expect(404)).body.code, 'not_found')
  })

  await t.test('a change that would overwrite another is refused', async () => {
    const etag = (await get('cus_1')).get('ETag')!
    const first = await patch('cus_1', { first_name: 'Mia' }, { 'If-Match': etag }).expect(200)
    assert.equal(first.body.first_name, 'Mia')
    assert.equal(
      (await patch('cus_1', { first_name: 'Max' }, { 'If-Match': etag }).expect(412)).body.code,
      'precondition_failed',
    )
    await patch('cus_1', { last_name: 'Oke', tags: ['vip-77'] }, { 'If-Match': first.get('ETag')! }).expect(200)
    const now = await get('cus_1')
    assert.deepEqual([now.body.name, now.body.tags.toSorted()], ['Mia Oke', ['growth', 'vip-77']])
    for (const bare of [etag.slice(1, -1), '', `${etag} ${etag}`]) {
      const refused = await patch('cus_1', { first_name: 'Max' }, { 'If-Match': bare }).expect(400)
      assert.match(refused.body.detail, /in its quotes/)
    }
    assert.equal((await patch('cus_nobody', { name: 'x' }).expect(404)).body.code, 'not_found')
    assert.equal((await patch('cus_1', {}).expect(422)).body.code, 'invalid_body')
    const nothing = await api.agent.patch('/v1/customers/cus_1').set({ authorization: api.authorization }).expect(422)
    assert.deepEqual(nothing.body.errors, [{ pointer: '', detail: 'Send a body.' }])
    const twice = await list('?limit=1&limit=2').expect(400)
    assert.deepEqual(twice.body.errors, [{ pointer: '/limit', detail: 'Send it once, as a single value.' }])
    assert.equal((await list('?limit=abc').expect(400)).body.errors[0].detail, 'Send a number.')
    assert.equal((await list('?tag=').expect(400)).body.errors[0].pointer, '/tag')
    const latin = await api.agent
      .post('/v1/customers')
      .set({ authorization: api.authorization, 'content-type': 'application/json' })
      .serialize((body: unknown) => body as string)
      .send(Buffer.from('{"id":"cus_1","name":"José"}', 'latin1') as never)
      .expect(400)
    assert.match(latin.body.detail, /UTF-8/)
    assert.match((await post({ id: 'cus_new' }).expect(422)).body.detail, /Send an email or a phone/)
  })

  await t.test('a contact that never came from Rankr is known by its own id', async () => {
    const [contact] = contacts()
    const found = await get(contact!.id).expect(200)
    assert.deepEqual([found.body.id, found.body.links.contact_id], [contact!.id, contact!.id])
    await patch(contact!.id, { first_name: 'Renamed' }).expect(200)
    assert.equal(contacts().find(({ id }) => id === contact!.id)?.firstName, 'Renamed')
    const bare = api.crm.control.person.createContact(HOME, { firstName: 'Ann' })
    assert.equal((await patch(bare.id, { last_name: 'Lee' }).expect(200)).body.name, 'Ann Lee')
    await remove(bare.id).expect(200)
  })

  await t.test('null empties what a change names, and nothing else', async () => {
    const before = { id: 'cus_null', email: 'null@example.com', phone: '+14155550188', name: 'Ann Lee' }
    await post(before).expect(201)
    const bare = await patch('cus_null', { phone: null, last_name: null }).expect(200)
    const { email, phone, name } = bare.body
    assert.deepEqual([email, phone, name], ['null@example.com', null, 'Ann'])
    assert.equal((await get('cus_null')).body.phone, null)
    assert.equal((await patch('cus_null', { name: 'Ann Marie Oke' })).body.last_name, 'Oke')
    assert.equal((await patch('cus_null', { name: 'Cher' })).body.name, 'Cher', 'a name is the whole name')
    await post({ id: 'cus_null', name: 'Ann Lee' }).expect(200)
    assert.equal((await post({ id: 'cus_null', name: 'Cher' }).expect(200)).body.name, 'Cher')
    assert.equal((await post({ id: 'cus_null', first_name: 'Ann', last_name: 'Lee' })).body.name, 'Ann Lee')
    await patch('cus_null', { email: null, name: null }, { Prefer: 'respond-async' }).expect(202)
    await sync.drainAll()
    const emptied = (await get('cus_null')).body
    assert.deepEqual([emptied.email, emptied.name], [null, null])
    for (const [body, pointer] of [
      [{ company: null }, '/company'],
      [{ tags: null }, '/tags'],
    ] as const) {
      const { errors } = (await patch('cus_null', body).expect(422)).body
      assert.equal(errors[0].pointer, pointer)
      assert.match(errors[0].detail, /Leave the member out/)
    }
    await remove('cus_null').expect(200)
  })

  await t.test('lists filter, sort and page without losing anybody', async () => {
    clock.advance(60_000)
    assert.deepEqual((await list('?email=maya@example.com&fields=id').expect(200)).body.data, [{ id: 'cus_1' }])
    assert.deepEqual((await list('?phone=%2B14155550177&fields=id').expect(200)).body.data, [{ id: 'cus_1' }])
    assert.deepEqual((await list('?tag=vip-77&fields=id').expect(200)).body.data, [{ id: 'cus_1' }])
    const since = new Date(clock.now().getTime() + 1).toISOString()
    assert.equal((await list(`?updated_since=${since}`).expect(200)).body.data.length, 0)
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 20; pages++) {
      const { body } = await list(`?sort=email&limit=3&fields=email,links${cursor}`).expect(200)
      seen.push(...body.data.map(({ links }: { links: { contact_id: string } }) => links.contact_id))
      if (body.next_cursor === null) break
      cursor = `&cursor=${body.next_cursor}`
    }
    assert.equal(seen.length, contacts().length)
    assert.equal(new Set(seen).size, seen.length)
    const refused = await list(`?sort=-email${cursor}`).expect(400)
    assert.equal(refused.body.errors[0].pointer, '/cursor')
    assert.equal((await list('?cursor=abc').expect(400)).body.code, 'invalid_request')
    assert.equal((await list('?limit=101').expect(400)).body.errors[0].pointer, '/limit')
  })

  await t.test('search finds by words', async () => {
    const { body } = await api.agent.get('/v1/search?q=oke').set({ authorization: api.authorization }).expect(200)
    assert.deepEqual(
      body.data.map((hit: { type: string; customer: { id: string } }) => [hit.type, hit.customer.id]),
      [['customer', 'cus_1']],
    )
  })

  await t.test('deleting marks the contact, once a day', async () => {
    for (const headers of [{}, {}]) {
      const { body } = await remove('cus_1', headers)
      assert.equal(body.outcome, 'marked', JSON.stringify(body))
    }
    const contact = contacts().find(({ email }) => email === 'maya@example.com')!
    assert.ok(contact.tags.includes('deleted in rankr'))
    assert.equal([...api.crm.state.notes.by('contact', contact.id)].length, 1)
    const stale = await remove('cus_1', { 'If-Match': '"something"' }).expect(412)
    assert.equal(stale.body.code, 'precondition_failed')
  })

  await t.test('deleting deletes where the account says so', async () => {
    await sync.enableCustomers({ deleteContacts: true })
    assert.equal((await remove('cus_1').expect(200)).body.outcome, 'deleted')
    await get('cus_1').expect(404)
    await remove('cus_1').expect(404)
    assert.equal(
      contacts().some(({ email }) => email === 'maya@example.com'),
      false,
    )
  })

  await t.test('a batch gives each item its own result', async () => {
    const items = [
      { id: 'cus_10', email: 'ten@example.com' },
      { id: 'cus_11' },
      { email: 'not an address' },
      { id: 'cus_10', first_name: 'Ten' },
      'nonsense',
    ]
    const { body } = await api.agent
      .post('/v1/customers/batch')
      .set({ authorization: api.authorization })
      .send({ items })
      .expect(200)
    assert.deepEqual(
      body.results.map(({ index, status, error }: { index: number; status: number; error?: { code: string } }) => [
        index,
        status,
        error?.code,
      ]),
      [
        [0, 201, undefined],
        [1, 422, 'customer_unmatchable'],
        [2, 422, 'invalid_body'],
        [3, 200, undefined],
        [4, 422, 'invalid_body'],
      ],
    )
    assert.equal(body.results[3].customer.first_name, 'Ten')
    const many = { items: Array.from({ length: 101 }, () => ({})) }
    await api.agent.post('/v1/customers/batch').set({ authorization: api.authorization }).send(many).expect(422)
  })

  await t.test('another account sees and changes none of it', async () => {
    const theirs = { authorization: api.other.authorization }
    const [contact] = contacts()
    for (const id of ['cus_10', contact!.id]) {
      await api.agent.get(`/v1/customers/${id}`).set(theirs).expect(404)
      await api.agent.patch(`/v1/customers/${id}`).set(theirs).send({ first_name: 'Thief' }).expect(404)
      await api.agent.delete(`/v1/customers/${id}`).set(theirs).expect(404)
    }
    assert.notEqual(contacts().find(({ id }) => id === contact!.id)?.firstName, 'Thief')
    const { body } = await api.agent.get('/v1/customers?email=ten@example.com').set(theirs).expect(200)
    assert.deepEqual(body.data, [])
  })
})

test('calls that are made again, later, or at a bad moment', async (t) => {
  const api = await setUp(t)
  const { post, get, patch, remove, contacts, sync, crm } = api

  await t.test('the same key and body get the same answer, another body is refused', async () => {
    const first = await post(MAYA, { 'Idempotency-Key': 'order-77' }).expect(201)
    const calls = crm.control.calls().length
    const again = await post(MAYA, { 'Idempotency-Key': '"order-77"' }).expect(201)
    assert.deepEqual(again.body, first.body)
    assert.equal(again.get('ETag'), first.get('ETag'))
    assert.equal(again.get('Location'), first.get('Location'))
    assert.equal(again.get('Idempotency-Replayed'), 'true')
    assert.equal(crm.control.calls().length, calls, 'nothing was called')
    const other = await post({ ...MAYA, name: 'Other' }, { 'Idempotency-Key': 'order-77' }).expect(422)
    assert.equal(other.body.code, 'idempotency_key_reused')
    assert.equal((await post(MAYA, { 'Idempotency-Key': 'ä' }).expect(400)).body.code, 'invalid_request')
  })

  await t.test('of several at once exactly one is carried out', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => post({ email: 'once@example.com' }, { 'Idempotency-Key': 'race' })),
    )
    const statuses = answers.map(({ status }) => status)
    assert.ok(statuses.includes(201))
    assert.ok(statuses.every((status) => status === 201 || status === 409))
    for (const { status, body, headers } of answers) {
      if (status !== 409) continue
      assert.equal(body.code, 'idempotency_in_flight')
      assert.equal(headers['retry-after'], '1')
    }
    assert.equal(contacts().filter(({ email }) => email === 'once@example.com').length, 1)
  })

  await t.test('a key of a call that failed can be used again, and one of yesterday too', async () => {
    await post({ id: 'cus_none' }, { 'Idempotency-Key': 'failed' }).expect(422)
    await post({ id: 'cus_none', email: 'none@example.com' }, { 'Idempotency-Key': 'failed' }).expect(201)
    await api.db.pool.query("update api_answers set created_at = created_at - interval '25 hours'")
    await post({ ...MAYA, name: 'Other' }, { 'Idempotency-Key': 'order-77' }).expect(200)
  })

  await t.test('later: stored, carried out in the background, and its status told', async () => {
    const later = { Prefer: 'respond-async' }
    const answer = await post({ id: 'cus_20', email: 'later@example.com', tags: ['a'] }, later).expect(202)
    assert.equal(answer.get('Preference-Applied'), 'respond-async')
    const path = new URL(answer.body.status_url).pathname
    const ask = () => api.agent.get(path).set({ authorization: api.authorization })
    assert.equal((await ask().expect(200)).body.outcome, 'queued')
    await get('cus_20').expect(404)
    await sync.drainAll()
    const { body } = await ask().expect(200)
    assert.deepEqual([body.outcome, body.source, body.record], ['done', 'api', 'customer:cus_20'])
    assert.deepEqual(
      body.attempts.map(({ action, outcome }: { action: string; outcome: string }) => [action, outcome]),
      [['app.customers.upsert-contact', 'ok']],
    )
    assert.deepEqual(
      (await api.agent.get(new URL(body.resource_url).pathname).set({ authorization: api.authorization })).body.tags,
      ['a'],
    )

    await patch('cus_20', { first_name: 'Late' }, later).expect(202)
    await sync.drainAll()
    assert.equal((await get('cus_20')).body.first_name, 'Late')
    await remove('cus_20', later).expect(202)
    await sync.drainAll()
    assert.ok((await get('cus_20')).body.tags.includes('deleted in rankr'))
    await patch('cus_nobody', { first_name: 'x' }, later).expect(404)
    const refused = await post({ email: 'no-id@example.com' }, later).expect(422)
    assert.equal(refused.body.errors[0].pointer, '/id')
    await api.agent.get(path).set({ authorization: api.other.authorization }).expect(404)
  })

  await t.test('what the CRM says is told in our words', async () => {
    crm.control.failNext({
      path: '/contacts/upsert',
      status: 503,
      body: { message: 'HighLevel is down', traceId: 'tr-1' },
    })
    const down = await post({ id: 'cus_30', email: 'thirty@example.com' }).expect(502)
    assert.deepEqual([down.body.code, down.body.traceId, down.body.crmMessage], ['crm_unavailable', 'tr-1', undefined])
    assert.match(down.body.detail, /Idempotency-Key/)
    crm.control.failNext({
      path: '/contacts/upsert',
      status: 422,
      body: { message: ['firstName must be shorter', 'property locationId should not exist'] },
    })
    const refused = await post({ id: 'cus_31', email: 'thirty-one@example.com' }).expect(422)
    assert.equal(refused.body.code, 'crm_rejected')
    assert.deepEqual(refused.body.errors, [
      { pointer: '/first_name', detail: 'The CRM of the account does not accept this value.' },
      { pointer: '', detail: 'The CRM of the account does not accept this value.' },
    ])
    assert.doesNotMatch(JSON.stringify([down.body, refused.body]), /highlevel|location|should not exist/i)
  })
})
