import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { createRevenue } from '../../../server/store/revenue.ts'
import { revenueTemplate } from '../../../server/workflows/templates/revenue.ts'
import { createClock, newEvent, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION } from '../kit.ts'

const db = await openDatabase(after)
const ledger = createRevenue({ db })

const setUp = async (t: TestContext, options: Record<string, unknown> = {}) => {
  await emptyAll(db)
  await db.pool.query('delete from revenue')
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock })
  t.after(sync.close)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(revenueTemplate, options)
  await sync.accept.accept(customerEvent('created'))
  await sync.drainAll()
  const send = async (data: Record<string, unknown>) => {
    const record: Record<string, unknown> = {
      revenue_id: 'rev_1',
      customer_id: 'cus_1',
      amount: 129.9,
      currency: 'USD',
      ...data,
    }
    const payload = { type: 'revenue.recorded', timestamp: '2026-11-24T10:00:00Z', data: record }
    const recordKey = `revenue:${record.revenue_id}`
    await sync.accept.accept(newEvent({ locationId: LOCATION, type: payload.type, recordKey, payload }))
    assert.equal(await sync.drainAll(), 'idle')
  }
  /** Values of the contact's custom fields, by name. */
  const values = () => {
    const contact = [...crm.state.contacts.all()].find(({ email }) => email === 'maya@example.com')
    const names = new Map([...crm.state.customFields.all()].map(({ id, name }) => [id, name]))
    return Object.fromEntries((contact?.customFields ?? []).map(({ id, value }) => [names.get(id), value]))
  }
  return { ...sync, crm, send, values }
}

const ALL = { currency: 'USD', from: new Date('2026-01-01'), until: new Date('2027-01-01'), limit: 100 }

test('revenue is noted in the ledger and summed up on the contact', async (t) => {
  const { send, values, audit } = await setUp(t)
  await send({ source: 'ads', campaign: 'spring', utm_medium: 'cpc', recorded_at: '2026-11-20T08:00:00Z' })
  await send({ revenue_id: 'rev_2', amount: 20.1, source: 'mail', recorded_at: '2026-11-22T08:00:00Z' })
  assert.deepEqual(
    (await ledger.list(LOCATION, ALL)).map(({ rankrId, amountMinor, source, medium }) => [
      rankrId,
      amountMinor,
      source,
      medium,
    ]),
    [
      ['rev_2', 2010, 'mail', null],
      ['rev_1', 12990, 'ads', 'cpc'],
    ],
  )
  assert.deepEqual(values(), {
    'Rankr revenue USD': 150,
    'Rankr payments': 2,
    'Rankr last payment': '2026-11-22',
    'Rankr first source': 'ads',
    'Rankr last source': 'mail',
    'Rankr first medium': 'cpc',
    'Rankr last medium': 'cpc',
    'Rankr first campaign': 'spring',
    'Rankr last campaign': 'spring',
  })
  assert.equal((await audit.list(LOCATION))[0]?.action, 'revenue.recorded')
})

test('the same record again, and a correction of it, count once', async (t) => {
  const { send, values } = await setUp(t)
  await send({})
  await send({})
  await send({ amount: 100 })
  assert.equal(values()['Rankr revenue USD'], 100)
  assert.equal(values()['Rankr payments'], 1)
})

test('currencies are never added together', async (t) => {
  const { send, values } = await setUp(t)
  await send({})
  await send({ revenue_id: 'rev_2', amount: 500, currency: 'JPY' })
  assert.equal(values()['Rankr revenue USD'], 129.9)
  assert.equal(values()['Rankr revenue JPY'], 500)
  assert.deepEqual(await ledger.currencies(LOCATION), ['JPY', 'USD'])
})

test('fields are made once, and none where they are not wanted', async (t) => {
  const { send, crm } = await setUp(t)
  await send({ source: 'ads' })
  const count = [...crm.state.customFields.all()].length
  await send({ revenue_id: 'rev_2', source: 'mail' })
  assert.equal([...crm.state.customFields.all()].length, count)
  const without = await setUp(t, { contactFields: false })
  await without.send({})
  assert.deepEqual(without.values(), {})
  assert.equal((await ledger.list(LOCATION, ALL)).length, 1)
})

test('the first payments of several customers at once make each field once, whoever of the account has named one alike', async (t) => {
  const { accept, drainAll, deadLetters, execute, crm } = await setUp(t)
  const named = { name: 'rankr PAYMENTS', dataType: 'NUMERICAL', model: 'contact' }
  await execute({ locationId: LOCATION, actionId: 'crm.custom-fields.create', input: named, priority: 'live' })
  const others = [2, 3, 4].map((n) => ({ id: `cus_${n}`, email: `customer.${n}@example.com`, name: `Customer ${n}` }))
  for (const customer of others) await accept.accept(customerEvent('created', customer))
  await drainAll()
  for (const { id } of others) {
    const data = { revenue_id: `rev_${id}`, customer_id: id, amount: 10, currency: 'USD' }
    const payload = { type: 'revenue.recorded', timestamp: '2026-11-24T10:00:00Z', data }
    const recordKey = `revenue:rev_${id}`
    await accept.accept(newEvent({ locationId: LOCATION, type: payload.type, recordKey, payload }))
  }
  await drainAll()
  const letters = await deadLetters.list(LOCATION)
  assert.deepEqual(
    letters.map(({ code, answer }) => [code, answer]),
    [],
  )
  const made = [...crm.state.customFields.all()].flatMap(({ name }) =>
    /rankr/i.test(name) ? [name.toLowerCase()] : [],
  )
  assert.deepEqual(made.toSorted(), ['rankr last payment', 'rankr payments', 'rankr revenue usd'])
})

test('revenue of an unknown customer, or of nobody, is in the ledger all the same', async (t) => {
  const { send } = await setUp(t)
  await send({ customer_id: 'cus_unknown' })
  await send({ revenue_id: 'rev_2', customer_id: undefined })
  assert.equal((await ledger.list(LOCATION, ALL)).length, 2)
})

test('what brought a customer before the chosen days is known, in whatever currency that was', async (t) => {
  const { send } = await setUp(t)
  const at = (day: string) => ({ recorded_at: `${day}T08:00:00Z` })
  await send({ revenue_id: 'rev_1', source: 'ads', currency: 'EUR', ...at('2024-02-01') })
  await send({ revenue_id: 'rev_2', source: 'ads', ...at('2024-03-01') })
  await send({ revenue_id: 'rev_3', source: 'mail', ...at('2026-11-01') })
  await send({ revenue_id: 'rev_4', ...at('2026-11-02') })
  await send({ revenue_id: 'rev_5', source: 'late', ...at('2026-12-01') })
  await send({ revenue_id: 'rev_6', customer_id: 'cus_2', source: 'web', ...at('2025-01-01') })
  const days = { currency: 'USD', from: new Date('2026-11-02'), until: new Date('2026-11-30') }
  const turns = await ledger.turns(LOCATION, { ...days, by: 'source' })
  assert.deepEqual(
    turns.map(({ customerId, key, rankrId }) => [customerId, key, rankrId]),
    [
      ['cus_1', 'ads', 'rev_1'],
      ['cus_1', 'mail', 'rev_3'],
    ],
  )
  assert.deepEqual(await ledger.turns('elsewhere', { ...days, by: 'source' }), [])
})

test('where it is wanted an opportunity is worth what the customer brought in, and there is one', async (t) => {
  const { send, crm, enable } = await setUp(t)
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!
  await enable(revenueTemplate, { pipelineId: pipeline.id })
  const mine = () => [...crm.state.opportunities.all()].filter(({ name }) => name === 'Revenue of customer cus_1')
  await send({})
  await send({ revenue_id: 'rev_2', amount: 20.1 })
  await send({ revenue_id: 'rev_3', amount: 900, currency: 'JPY' })
  assert.deepEqual(
    mine().map(({ monetaryValue, status }) => [monetaryValue, status]),
    [[150, 'open']],
  )
  await send({ revenue_id: 'rev_2', amount: -129.9 })
  assert.equal(mine()[0]?.monetaryValue, 0)
  await send({ revenue_id: 'rev_9', customer_id: 'cus_unknown' })
  assert.equal(mine().length, 1)
})

test('orders of the customer are counted on its contact, cancelled ones are not', async (t) => {
  const { send, values, progress, links } = await setUp(t)
  const contactId = (await links.find(LOCATION, 'customer', 'cus_1'))!.crmId!
  const order = (rankrId: string, data: object) => ({
    ...({ kind: 'order', rankrId, crmId: `rec_${rankrId}`, state: 'linked' } as const),
    data: { contactId, ...data },
  })
  await progress.write({
    locationId: LOCATION,
    links: [
      order('ord_1', { placedOn: '2026-10-01' }),
      order('ord_2', { placedOn: '2026-11-03', isCancelled: false }),
      order('ord_3', { placedOn: '2026-11-09', isCancelled: true }),
    ],
  })
  await send({})
  assert.deepEqual([values()['Rankr orders'], values()['Rankr last order']], [2, '2026-11-03'])
})

test('the ledger of another account is not there', async (t) => {
  const { send } = await setUp(t)
  await send({})
  assert.deepEqual(await ledger.list('elsewhere', ALL), [])
  assert.deepEqual(await ledger.ofCustomer('elsewhere', 'cus_1'), [])
  assert.deepEqual(await ledger.currencies('elsewhere'), [])
})
