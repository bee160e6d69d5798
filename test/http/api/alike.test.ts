// What customers, orders and invoices have in common: whoever has learned one knows the others.

import assert from 'node:assert/strict'
import test from 'node:test'
import { giveUp, HOME, OTHER, startApi } from './world.ts'

type Body = Record<string, unknown>

const hints = { customer_email: 'maya@example.com', customer_phone: '+14155550132' }

const RESOURCES = [
  {
    path: '/customers',
    id: 'id',
    make: (n: number): Body => ({ id: `cus_${n}`, email: `c${n}@example.com`, first_name: 'Maya' }),
    changes: { first_name: 'Maia' },
    sorts: ['created_at', '-created_at'],
    filter: 'email=C2@example.com',
  },
  {
    path: '/orders',
    id: 'order_id',
    make: (n: number): Body => ({
      ...{ order_id: `ord_${n}`, customer_id: 'cus_1', total: n, currency: 'USD', status: 'open', number: `2026-${n}` },
    }),
    changes: { status: 'paid' },
    sorts: ['created_at', '-created_at'],
    filter: 'number=2026-2',
  },
  {
    path: '/invoices',
    id: 'invoice_id',
    make: (n: number): Body => ({
      ...{ invoice_id: `inv_${n}`, customer_id: 'cus_1', ...hints, amount: n, currency: 'USD' },
      ...{ issue_date: `2026-11-0${n}`, due_date: '2026-12-24' },
    }),
    changes: { title: 'BILL' },
    sorts: ['issue_date', '-issue_date'],
    filter: 'issued_from=2026-11-02&issued_until=2026-11-02',
  },
] as const

test('customers, orders and invoices are asked for in the same ways', async (t) => {
  const api = await startApi(t)
  await api.makeOrderPlace()
  const mine = await api.clientOf(HOME)
  const ask = (method: 'get' | 'post' | 'patch', path: string, { body, ...headers }: { body?: object } & Body = {}) => {
    const call = api.agent[method](`/v1${path}`).set({ authorization: mine.authorization, ...headers })
    return body === undefined ? call : call.send(body)
  }

  // Before anything waits to be carried out, which would be drained along.
  const letters = await giveUp(api, ['cus_a'])
  const { body: replay } = await ask('post', '/replays', { body: { per_minute: 1 } }).expect(202)

  for (const { path, id, make, changes, sorts, filter } of RESOURCES) {
    const first = `${path}/${make(1)[id]}`

    await t.test(`${path}: made once per Idempotency-Key, and told where and in which state it is`, async () => {
      const key = { 'idempotency-key': `make${path}` }
      const made = await ask('post', path, { body: make(1), ...key }).expect(201)
      assert.ok(made.get('Location')!.endsWith(`/v1${first}`))
      assert.match(made.get('ETag')!, /^"[\w-]+"$/)
      assert.match(String(made.get('RateLimit')), /^"client"; r=\d+; t=\d+, "account"; r=\d+; t=\d+$/)
      assert.match(String(made.get('RateLimit-Policy')), /^"client"; q=\d+; w=60; pk=:.*:, "account"; q=/)
      assert.equal(made.get('Access-Control-Allow-Origin'), '*')
      const again = await ask('post', path, { body: make(1), ...key }).expect(201)
      assert.deepEqual([again.body, again.get('Idempotency-Replayed')], [made.body, 'true'])
      const other = await ask('post', path, { body: make(2), ...key }).expect(422)
      assert.equal(other.body.code, 'idempotency_key_reused')
      await ask('post', path, { body: make(1) }).expect(200)
    })

    await t.test(`${path}: read whole, in part, or not again`, async () => {
      const whole = await ask('get', first).expect(200)
      const etag = whole.get('ETag')!
      const part = await ask('get', `${first}?fields=${id},links`).expect(200)
      assert.deepEqual([part.body, part.get('ETag')], [{ [id]: make(1)[id], links: whole.body.links }, etag])
      await ask('get', first, { 'if-none-match': etag }).expect(304)
      const misspelt = await ask('get', `${first}?fields=colour`).expect(400)
      assert.match(misspelt.body.errors[0].detail, /Send names from this list/)
    })

    await t.test(`${path}: changed only as it was seen`, async () => {
      const stale = await ask('patch', first, { body: changes, 'if-match': '"older"' }).expect(412)
      assert.equal(stale.body.code, 'precondition_failed')
      const etag = (await ask('get', first)).get('ETag')!
      const changed = await ask('patch', first, { body: changes, 'if-match': etag }).expect(200)
      assert.partialDeepStrictEqual(changed.body, changes)
      assert.notEqual(changed.get('ETag'), etag)
      assert.equal((await ask('get', first)).get('ETag'), changed.get('ETag'))
      const nothing = await ask('patch', first, { body: {} }).expect(422)
      assert.match(nothing.body.errors[0].detail, /Send what changes/)
    })

    await t.test(`${path}: many in one call, each with its own result, at once or later`, async () => {
      const few = await ask('post', `${path}/batch`, { body: { items: [make(2), { [id]: '!' }, make(3)] } }).expect(200)
      const statusesOf = ({ body }: typeof few) => body.results.map(({ status }: { status: number }) => status)
      assert.deepEqual(statusesOf(few), [201, 422, 201])
      assert.ok(few.body.results[1].error.errors.some(({ pointer }: { pointer: string }) => pointer === `/${id}`))
      const prefer = { prefer: 'respond-async' }
      const many = Array.from({ length: 100 }, (_, n) => (n === 50 ? {} : { ...make(4), [id]: `later_${n}` }))
      const later = await ask('post', `${path}/batch`, { body: { items: many }, ...prefer }).expect(200)
      assert.equal(later.get('Preference-Applied'), 'respond-async')
      assert.deepEqual(
        statusesOf(later),
        Array.from({ length: 100 }, (_, n) => (n === 50 ? 422 : 202)),
      )
      const { body } = await ask('post', `${path}/batch`, { body: { items: [...many, {}] } }).expect(422)
      assert.equal(body.errors[0].pointer, '/items')
      const one = await ask('post', path, { body: { ...make(4), [id]: 'later_100' }, ...prefer }).expect(202)
      assert.equal(one.get('Preference-Applied'), 'respond-async')
      assert.equal(one.get('Location'), one.body.status_url)
      await ask('get', new URL(one.body.status_url).pathname.slice(3)).expect(200)
    })

    await t.test(`${path}: listed in pages, in either order, and by filter`, async () => {
      api.clock.advance(10_000)
      const pages = async (sort: string): Promise<unknown[]> => {
        const seen: unknown[] = []
        let next = ''
        do {
          const { body } = await ask('get', `${path}?limit=2&sort=${sort}&fields=${id}${next}`).expect(200)
          seen.push(...body.data.map((each: Body) => each[id]))
          next = body.next_cursor ? `&cursor=${body.next_cursor}` : ''
        } while (next)
        return seen
      }
      const [up, down] = [await pages(sorts[0]), await pages(sorts[1])]
      assert.equal(new Set(up).size, up.length)
      const ours = [1, 2, 3].map((n) => make(n)[id])
      assert.deepEqual([...up].filter((each) => ours.includes(each)).toSorted(), ours)
      assert.deepEqual([...down].toSorted(), [...up].toSorted())
      const found = await ask('get', `${path}?${filter}&fields=${id}`).expect(200)
      assert.deepEqual([found.body.data, found.body.total], [[{ [id]: make(2)[id] }], 1])

      const { body } = await ask('get', `${path}?limit=1&sort=${sorts[0]}`)
      for (const wrong of [`?cursor=abc`, `?sort=${sorts[1]}&cursor=${body.next_cursor}`, '?limit=101', '?page=2']) {
        const refused = await ask('get', `${path}${wrong}`).expect(400)
        assert.equal(refused.body.code, 'invalid_request', wrong)
        assert.ok(refused.body.errors.length > 0, wrong)
      }
    })
  }

  await t.test('each mistake is answered with what to do about it', async () => {
    const { key, secret, authorization } = mine
    const json = { 'content-type': 'application/json' }
    const order = { order_id: 'ord_x', customer_id: 'cus_x', total: 1, currency: 'USD', status: 'open' }
    const bill = {
      invoice_id: 'inv_x',
      customer_id: 'cus_y',
      customer_email: 'y@example.com',
      amount: 1,
      currency: 'USD',
    }
    const mistakes: [path: string, headers: Record<string, string>, body: string, said: RegExp][] = [
      ['/customers', { ...json, authorization: key }, '{}', /Begin the header Authorization with Bearer and a space/],
      ['/customers', { ...json, authorization: `Bearer ${secret}` }, '{}', /This is a client secret\. Send an API key/],
      ['/customers', { ...json, authorization: `Bearer ${key.slice(0, -1)}` }, '{}', /not copied completely/],
      [
        '/customers',
        { ...json, authorization },
        '{"id":"cus_1",}',
        /line 1, column 15 of the body: it stops being JSON/,
      ],
      [
        '/customers',
        { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        'id=1',
        /Content-Type: app/,
      ],
      [
        '/customers',
        { ...json, authorization },
        '{"id":"a","mail":1}',
        /"pointer":"\/mail","detail":"There is no such member/,
      ],
      ['/customers', { ...json, authorization }, '{"phone":"123"}', /Send the number in E\.164 form/],
      ['/orders', { ...json, authorization }, JSON.stringify({ ...order, currency: '$' }), /three letters, like USD/],
      ['/orders', { ...json, authorization }, JSON.stringify(order), /Send customer_email or customer_phone with it/],
      ['/invoices', { ...json, authorization }, JSON.stringify(bill), /lacks a phone number\. Send what it lacks as/],
    ]
    for (const [path, headers, body, said] of mistakes) {
      const { text, status } = await api.agent.post(`/v1${path}`).set(headers).send(body)
      assert.ok(status >= 400 && status < 500, text)
      assert.match(text, said)
    }
  })

  await t.test('no record is reached, shown or changed with the credentials of another account', async () => {
    const { authorization } = await api.clientOf(OTHER)
    const bodies: Record<string, object> = {
      'PATCH /v1/customers/:id': { first_name: 'Eve' },
      'PATCH /v1/orders/:id': { status: 'stolen' },
      'PATCH /v1/invoices/:id': { title: 'EVE' },
      'POST /v1/dead-letters/:id/discard': { reason: 'Not mine' },
    }
    const event = (await ask('get', '/events?limit=1')).body.data[0].id
    const others: Record<string, string[]> = { 'dead-letters': letters, replays: [replay.id], events: [event] }
    for (const [path, [id]] of Object.entries(others)) await ask('get', `/${path}/${id}`).expect(200)
    const idsOf = async (path: string): Promise<string[]> => {
      const resource = RESOURCES.find((each) => path.startsWith(`/v1${each.path}/`))
      if (!resource) return others[path.split('/')[2]!]!
      const { body } = await ask('get', `${resource.path}/${resource.make(1)[resource.id]}`)
      return [body[resource.id], ...Object.values<string>(body.links)]
    }
    let tried = 0
    for (const { method, path } of api.rows.filter((row) => row.path.includes(':id'))) {
      for (const id of await idsOf(path)) {
        const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete'
        const call = api.agent[verb](path.replace(':id', encodeURIComponent(id))).set({ authorization })
        const answer = await (method === 'GET' || method === 'DELETE'
          ? call
          : call.send(bodies[`${method} ${path}`] ?? {}))
        assert.equal(answer.status, 404, `${method} ${path} ${id} → ${answer.status} ${JSON.stringify(answer.body)}`)
        tried++
      }
    }
    t.diagnostic(`${tried} calls on records of another account`)
    for (const { path, id, make } of RESOURCES) {
      const list = await api.agent.get(`/v1${path}?fields=${id}`).set({ authorization })
      assert.equal(JSON.stringify(list.body).includes(String(make(1)[id])), false)
      assert.equal((await ask('get', `${path}/${make(1)[id]}`)).status, 200)
    }
    const found = await api.agent.get('/v1/search?q=maya').set({ authorization }).expect(200)
    assert.deepEqual(found.body.data, [])
  })
})
