import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { drainAll } from '../../relay/kit.ts'
import { HOME, OTHER, startApi } from './world.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Answer = { body: any }

const MAYA = { customer_id: 'cus_1', customer_email: 'maya@example.com', customer_phone: '+14155550132' }
const INVOICE = {
  ...{ ...MAYA, invoice_id: 'inv_1', number: 'RK-1', amount: 129.9, currency: 'USD', due_date: '2027-01-31' },
  line_items: [{ name: 'Growth plan', quantity: 1, price: 129.9 }],
}

const setUp = async (t: TestContext) => {
  const api = await startApi(t)
  const { authorization } = await api.clientOf(HOME)
  const ours = () => [...api.crm.state.invoices.by('location', HOME)].filter((row) => /^RK-/.test(row.invoiceNumber))
  const ask = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object, headers = {}) => {
    const call = api.agent[method](`/v1${path}`).set({ authorization, ...headers })
    return body === undefined ? call : call.send(body)
  }
  const post = (path: string, body: object = {}, headers = {}) => ask('post', path, body, headers)
  return { ...api, authorization, ours, ask, post }
}

test('an invoice, from the first call to the last', async (t) => {
  const { ask, post, ours, crm, sync } = await setUp(t)
  let etag = ''

  await t.test('it is created with its customer, its address and its tag, and everything is on record', async () => {
    const made = await post('/invoices', INVOICE).expect(201)
    assert.match(made.get('Location') ?? '', /\/v1\/invoices\/inv_1$/)
    etag = made.get('ETag') ?? ''
    const { links, line_items, created_at, updated_at, issue_date, ...rest } = made.body
    assert.deepEqual(rest, {
      ...{ invoice_id: 'inv_1', number: 'RK-1', customer_id: 'cus_1', status: 'draft', currency: 'USD' },
      ...{ amount: 129.9, amount_paid: 0, amount_due: 129.9, due_date: '2027-01-31', title: 'INVOICE', terms: null },
      live_mode: true,
    })
    assert.deepEqual(line_items, [{ name: 'Growth plan', description: null, quantity: 1, price: 129.9 }])
    assert.equal(crm.state.contacts.get(links.contact_id)?.email, 'maya@example.com')
    assert.equal(ours().length, 1)
    const [entry] = await sync.audit.list(HOME)
    assert.deepEqual(
      [entry?.action, entry?.actorType, entry?.subjectId],
      ['invoice.created', 'client', links.invoice_id],
    )
  })

  await t.test('it is read whole or in part, with one tag', async () => {
    const whole = await ask('get', '/invoices/inv_1').expect(200)
    assert.equal(whole.get('ETag'), etag)
    const part = await ask('get', '/invoices/inv_1?fields=status,amount_due').expect(200)
    assert.deepEqual(part.body, { status: 'draft', amount_due: 129.9 })
    assert.equal(part.get('ETag'), etag)
    await ask('get', '/invoices/inv_1?fields=secret').expect(400)
    await ask('get', '/invoices/inv_404').expect(404)
  })

  await t.test('a draft is changed, but not over the change of another', async () => {
    const items = [{ name: 'Scale plan', quantity: 2, price: 100 }]
    const changed = await ask('patch', '/invoices/inv_1', { line_items: items }, { 'if-match': etag }).expect(200)
    assert.equal(changed.body.amount, 200)
    const late = await ask('patch', '/invoices/inv_1', { amount: 1 }, { 'if-match': etag }).expect(412)
    assert.equal(late.body.code, 'precondition_failed')
    assert.equal(ours()[0]?.total, 200)
    const again = await post('/invoices', { ...INVOICE, amount: 150 }).expect(200)
    assert.equal(again.body.amount, 150)
    assert.equal(ours().length, 1)
  })

  await t.test('it is sent once, and then no longer changed', async () => {
    const sent = await post('/invoices/inv_1/send', { by: 'email' }).expect(200)
    assert.equal(sent.body.status, 'sent')
    await post('/invoices/inv_1/send').expect(200)
    const calls = crm.control.calls().filter(({ path }) => path.endsWith('/send'))
    assert.equal(calls.length, 1)
    const same = await post('/invoices', { ...INVOICE, amount: 150 }).expect(200)
    assert.equal(same.body.status, 'sent')
    const late = await ask('patch', '/invoices/inv_1', { amount: 1 }).expect(409)
    assert.equal(late.body.code, 'invoice_closed')
  })

  await t.test('payments add up; one with an id is recorded once; more than what is open is refused', async () => {
    const first = await post('/invoices/inv_1/payments', { amount: 50, payment_id: 'pay_1', method: 'cash' }).expect(
      200,
    )
    assert.deepEqual([first.body.status, first.body.amount_paid, first.body.amount_due], ['partially_paid', 50, 100])
    await post('/invoices/inv_1/payments', { amount: 50, payment_id: 'pay_1' }).expect(200)
    await post('/invoices/inv_1/payments', { amount: 20.5 }).expect(200)
    await post('/invoices/inv_1/payments', { amount: 20.5 }).expect(200)
    assert.deepEqual(
      ours()[0]?.payments.map(({ amount }) => amount),
      [50, 20.5, 20.5],
    )
    const much = await post('/invoices/inv_1/payments', { amount: 500 }).expect(422)
    assert.equal(much.body.errors[0].pointer, '/amount')
    const finer = await post('/invoices/inv_1/payments', { amount: 0.005 }).expect(422)
    assert.match(finer.body.errors[0].detail, /USD has at most 2 digits/)
    const rest = await post('/invoices/inv_1/payments', { payment_id: 'pay_2' }).expect(200)
    assert.deepEqual([rest.body.status, rest.body.amount_due], ['paid', 0])
    await post('/invoices/inv_1/payments', { payment_id: 'pay_2' }).expect(200)
    for (const [payment_id, amount] of [
      ['pay_1', 20],
      ['pay_1', undefined],
      ['pay_2', 20],
    ] as const) {
      const other = await post('/invoices/inv_1/payments', { payment_id, amount }).expect(422)
      assert.equal(other.body.code, 'payment_id_reused')
    }
    assert.equal(ours()[0]?.payments.length, 4)
  })

  await t.test('one that is void stays void', async () => {
    await post('/invoices', { ...INVOICE, invoice_id: 'inv_2', number: 'RK-2' }).expect(201)
    assert.equal((await post('/invoices/inv_2/void').expect(200)).body.status, 'void')
    assert.equal((await ask('delete', '/invoices/inv_2').expect(200)).body.status, 'void')
    assert.equal((await post('/invoices/inv_2/payments').expect(409)).body.code, 'invoice_closed')
    assert.equal((await post('/invoices/inv_2/send').expect(409)).body.code, 'invoice_closed')
  })

  await t.test('lists filter, sort and page without losing any', async () => {
    for (const n of [3, 4, 5]) {
      const issue_date = `2026-03-0${n}`
      await post('/invoices', { ...INVOICE, invoice_id: `inv_${n}`, number: `RK-${n}`, issue_date }).expect(201)
    }
    const query = 'customer_id=cus_1&issued_from=2026-03-01&issued_until=2026-03-31&sort=issue_date&fields=invoice_id'
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const { body }: Answer = await ask('get', `/invoices?${query}&limit=2${next && `&cursor=${next}`}`).expect(200)
      assert.equal(body.total, 3)
      seen.push(...body.data.map(({ invoice_id }: { invoice_id: string }) => invoice_id))
      next = body.next_cursor
    }
    assert.deepEqual(seen, ['inv_3', 'inv_4', 'inv_5'])
    // What comes or goes in front of a page neither repeats nor hides what is on it.
    const rest = async (first: Answer) => {
      const { body }: Answer = await ask('get', `/invoices?${query}&limit=2&cursor=${first.body.next_cursor}`).expect(
        200,
      )
      return body.data.map(({ invoice_id }: { invoice_id: string }) => invoice_id)
    }
    const three: Answer = await ask('get', `/invoices?${query}&limit=2`).expect(200)
    const before = { ...INVOICE, invoice_id: 'inv_2b', number: 'RK-2b', issue_date: '2026-03-02' }
    await post('/invoices', before).expect(201)
    assert.deepEqual(await rest(three), ['inv_5'])
    const four: Answer = await ask('get', `/invoices?${query}&limit=2`).expect(200)
    crm.state.change(() => crm.state.invoices.delete(ours().find(({ invoiceNumber }) => invoiceNumber === 'RK-2b')!.id))
    assert.deepEqual(await rest(four), ['inv_4', 'inv_5'])
    const { body: paid } = await ask('get', '/invoices?status=paid&customer_id=cus_1').expect(200)
    assert.deepEqual(
      paid.data.map(({ invoice_id }: { invoice_id: string }) => invoice_id),
      ['inv_1'],
    )
    assert.equal((await ask('get', '/invoices?customer_id=cus_404').expect(200)).body.total, 0)
  })

  await t.test('search finds customers and their invoices, page after page', async () => {
    const found: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const { body }: Answer = await ask('get', `/search?q=maya&limit=2${next && `&cursor=${next}`}`).expect(200)
      assert.ok(body.data.length <= 2)
      found.push(
        ...body.data.map((one: Record<string, { invoice_id?: string }>) => one.invoice?.invoice_id ?? one.type),
      )
      next = body.next_cursor
    }
    assert.equal(found[0], 'customer')
    assert.deepEqual(found.filter((id) => id.startsWith('inv_')).sort(), ['inv_1', 'inv_2', 'inv_3', 'inv_4', 'inv_5'])
    const { body } = await ask('get', '/search?q=RK-4&type=invoice').expect(200)
    assert.deepEqual(
      body.data.map(({ invoice }: { invoice: { number: string } }) => invoice.number),
      ['RK-4'],
    )
  })
})

test('invoices at a bad moment', async (t) => {
  const { agent, ask, post, ours, crm, sync, clock, db, clientOf } = await setUp(t)

  await t.test('of several calls for one invoice at once, one makes it and no other does', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/invoices', INVOICE)))
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    for (const { status, body } of answers) {
      assert.ok([200, 201].includes(status), `${status} ${body.code}`)
    }
    assert.equal(ours().length, 1)
  })

  await t.test('an amount that no one can pay is refused, not rounded', async () => {
    for (const [amount, currency, pointer] of [
      [9.999, 'USD', '/amount'],
      [500.5, 'JPY', '/amount'],
      [1.2345, 'KWD', '/amount'],
      [1, 'ZZZ', '/currency'],
    ] as const) {
      const body = { ...INVOICE, invoice_id: 'inv_odd', amount, currency }
      const { errors } = (await post('/invoices', body).expect(422)).body
      assert.deepEqual(
        errors.map((fault: { pointer: string }) => fault.pointer),
        [pointer],
        `${amount} ${currency}`,
      )
    }
    await ask('get', '/invoices/inv_odd').expect(404)
  })

  await t.test('a call whose answer was lost is carried out once when it is made again', async () => {
    crm.control.failNext({ path: '/invoices/*/record-payment', method: 'POST', kind: 'lost' })
    const key = { 'idempotency-key': 'pay-1' }
    const lost = await post('/invoices/inv_1/payments', { amount: 10 }, key)
    assert.equal(lost.status, 502)
    let again = await post('/invoices/inv_1/payments', { amount: 10 }, key)
    assert.deepEqual([again.status, again.body.code], [409, 'effect_unsettled'])
    // Until the first try surely is over.
    clock.advance(10_000)
    again = await post('/invoices/inv_1/payments', { amount: 10 }, key)
    assert.equal(again.status, 200)
    assert.equal(again.body.amount_paid, 10)
    assert.equal(ours()[0]?.payments.length, 1)
  })

  await t.test('a payment whose fate is not known does not swallow the next one', async () => {
    await post('/invoices', { ...INVOICE, invoice_id: 'inv_6', number: 'RK-6' }).expect(201)
    const paid = () =>
      ours()
        .find(({ invoiceNumber }) => invoiceNumber === 'RK-6')
        ?.payments.map(({ amount }) => amount)
    for (const [kind, first, isThere] of [
      ['reset', 'pay_a', false],
      ['lost', 'pay_b', true],
    ] as const) {
      crm.control.failNext({ path: '/invoices/*/record-payment', method: 'POST', kind })
      assert.equal((await post('/invoices/inv_6/payments', { amount: 10, payment_id: first })).status, 502)
      const before = paid()!.length
      // The process of the first call is taken for dead.
      await db.pool.query('delete from record_holds')
      await post('/invoices/inv_6/payments', { amount: 2.5, payment_id: `${first}-next` }).expect(200)
      await post('/invoices/inv_6/payments', { amount: 10, payment_id: first }).expect(200)
      await post('/invoices/inv_6/payments', { amount: 10, payment_id: first }).expect(200)
      assert.deepEqual(paid()?.slice(before), isThere ? [2.5] : [2.5, 10], kind)
    }
  })

  await t.test('a customer that is missing is named; one that is a contact is found by its own id', async () => {
    const { customer_email: _email, customer_phone: _phone, ...bare } = INVOICE
    const missing = await post('/invoices', { ...bare, invoice_id: 'inv_9', number: 'RK-9', customer_id: 'cus_404' })
    assert.deepEqual([missing.status, missing.body.code], [422, 'customer_missing'])
    assert.match(missing.body.detail, /cus_404/)
    const contact = [...crm.state.contacts.by('location', HOME)].find(({ email, phone }) => email && phone)!
    const made = await post('/invoices', { ...bare, invoice_id: 'inv_9', number: 'RK-9', customer_id: contact.id })
    assert.deepEqual([made.status, made.body.links.contact_id], [201, contact.id])
    const theirs = [...crm.state.contacts.by('location', OTHER)][0]!
    const stolen = await post('/invoices', { ...bare, invoice_id: 'inv_8', number: 'RK-8', customer_id: theirs.id })
    assert.deepEqual([stolen.status, stolen.body.code], [422, 'customer_missing'])
  })

  await t.test('an invoice that never came from Rankr is known by its own id', async () => {
    const id = '66f4a1d2e4a5c60013d2e3b1'
    const other = { ...ours()[0]!, id, invoiceNumber: '1041', amountPaid: 0, payments: [], status: 'sent' as const }
    crm.state.change(() => crm.state.invoices.put(other))
    const { body } = await ask('get', `/invoices/${other.id}`).expect(200)
    assert.equal(body.invoice_id, other.id)
    await post(`/invoices/${other.id}/payments`, { amount: 1 }).expect(200)

    const draft = { ...other, id: '66f4a1d2e4a5c60013d2e3b2', invoiceNumber: '1042', status: 'draft' as const }
    crm.state.change(() => crm.state.invoices.put(draft))
    const changed = await ask('patch', `/invoices/${draft.id}`, { due_date: '2026-12-31' }).expect(200)
    assert.deepEqual([changed.body.due_date, changed.body.amount], ['2026-12-31', body.amount])
    const nobodys = { ...draft, id: '66f4a1d2e4a5c60013d2e3b3', invoiceNumber: '1043', contactDetails: {} as never }
    crm.state.change(() => crm.state.invoices.put(nobodys))
    const refused = await ask('patch', `/invoices/${nobodys.id}`, { due_date: '2026-12-31' }).expect(422)
    assert.deepEqual([refused.body.code, refused.body.errors[0].pointer], ['customer_missing', '/customer_id'])
    assert.equal((await ask('delete', `/invoices/${nobodys.id}`).expect(200)).body.status, 'void')
  })

  await t.test('later: stored, carried out in the background, and its status told', async () => {
    const later = { prefer: 'respond-async' }
    const body = { ...INVOICE, invoice_id: 'inv_7', number: 'RK-7' }
    const taken = await post('/invoices', body, later).expect(202)
    assert.equal(await drainAll(sync.drain, HOME), 'idle')
    const event = await ask('get', `/events/${taken.body.event_id}`).expect(200)
    assert.equal(event.body.outcome, 'done')
    assert.match(event.body.resource_url, /\/v1\/invoices\/inv_7$/)
    for (const [path, wish] of [
      ['send', { by: 'none' }],
      ['payments', { amount: 29.9 }],
    ] as const) {
      await post(`/invoices/inv_7/${path}`, wish, later).expect(202)
      assert.equal(await drainAll(sync.drain, HOME), 'idle')
    }
    const { body: now } = await ask('get', '/invoices/inv_7').expect(200)
    assert.deepEqual([now.status, now.amount_paid], ['partially_paid', 29.9])
    await ask('delete', '/invoices/inv_7', undefined, later).expect(202)
    await drainAll(sync.drain, HOME)
    assert.equal((await ask('get', '/invoices/inv_7').expect(200)).body.status, 'void')
    await ask('delete', '/invoices/inv_404', undefined, later).expect(404)
  })

  await t.test('a batch gives each item its own result', async () => {
    const items = [
      { ...INVOICE, invoice_id: 'inv_21', number: 'RK-21' },
      { ...INVOICE, invoice_id: 'inv_21', number: 'RK-21', amount: 90 },
      { invoice_id: 'inv_22' },
      { ...INVOICE, invoice_id: 'inv_23', number: 'RK-23', currency: 'JPY', amount: 1500, line_items: [] },
    ]
    const { body } = await post('/invoices/batch', { items }).expect(200)
    assert.deepEqual(
      body.results.map(({ status }: { status: number }) => status),
      [201, 200, 422, 201],
    )
    assert.equal(body.results[1].invoice.amount, 90)
    assert.equal(body.results[2].error.code, 'invalid_body')
    assert.equal(body.results[3].invoice.amount, 1500)
  })

  await t.test('another account sees and changes none of it', async () => {
    const { authorization } = await clientOf(OTHER)
    const [own] = ours()
    for (const id of ['inv_1', own!.id]) {
      await agent.get(`/v1/invoices/${id}`).set({ authorization }).expect(404)
      for (const what of ['send', 'void', 'payments']) {
        await agent.post(`/v1/invoices/${id}/${what}`).set({ authorization }).send({}).expect(404)
      }
      await agent.patch(`/v1/invoices/${id}`).set({ authorization }).send({ amount: 1 }).expect(404)
      await agent.delete(`/v1/invoices/${id}`).set({ authorization }).expect(404)
    }
  })
})
