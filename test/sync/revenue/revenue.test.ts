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

test('revenue of an unknown customer, or of nobody, is in the ledger all the same', async (t) => {
  const { send } = await setUp(t)
  await send({ customer_id: 'cus_unknown' })
  await send({ revenue_id: 'rev_2', customer_id: undefined })
  assert.equal((await ledger.list(LOCATION, ALL)).length, 2)
})

test('the ledger of another account is not there', async (t) => {
  const { send } = await setUp(t)
  await send({})
  assert.deepEqual(await ledger.list('elsewhere', ALL), [])
  assert.deepEqual(await ledger.ofCustomer('elsewhere', 'cus_1'), [])
  assert.deepEqual(await ledger.currencies('elsewhere'), [])
})
