import assert from 'node:assert/strict'
import test from 'node:test'
import { inspect } from 'node:util'
import { AppError } from '../../server/errors.ts'
import { createRankrWorld, LOCATION } from './rankr-world.ts'

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError)
  return error
}

const customers = { locationId: LOCATION, kind: 'customers' } as const

test('pages by cursor through everything, each record once', async (t) => {
  const { client } = await createRankrWorld(t)
  const seen: unknown[] = []
  let cursor: string | undefined
  do {
    const page = await client.list({ ...customers, limit: 5, cursor })
    assert.equal(page.total, 12)
    seen.push(...page.records.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined)
  assert.equal(new Set(seen).size, 12)
  assert.equal(seen.length, 12)
})

test('a record that changes while pages are read comes again, and none is missed', async (t) => {
  const { client } = await createRankrWorld(t)
  const first = await client.list({ ...customers, limit: 5 })
  await client.update({ ...customers, id: String(first.records[0]!.id), body: { company: 'Moved' } })
  const rest = await client.list({ ...customers, limit: 100, cursor: first.next })
  const ids = [...first.records, ...rest.records].map(({ id }) => id)
  assert.equal(new Set(ids).size, 12)
  assert.equal(ids.length, 13)
})

test('reads only what changed since a moment', async (t) => {
  const { client } = await createRankrWorld(t)
  const since = new Date(Date.now() - 60_000)
  assert.equal((await client.list({ ...customers, updatedSince: since })).records.length, 0)
  await client.update({ ...customers, id: 'cus_1003', body: { name: 'Chiara Bianchi' } })
  const { records } = await client.list({ ...customers, updatedSince: since })
  assert.deepEqual(
    records.map(({ id, name }) => [id, name]),
    [['cus_1003', 'Chiara Bianchi']],
  )
})

test('a change through the API is told to the connection as an event, one that changes nothing is not', async (t) => {
  const { client, sent } = await createRankrWorld(t)
  await client.update({ locationId: LOCATION, kind: 'orders', id: 'ord_5000', body: { status: 'refunded' } })
  await client.update({ locationId: LOCATION, kind: 'orders', id: 'ord_5000', body: { status: 'refunded' } })
  await client.get({ ...customers, id: 'cus_1001' })
  assert.deepEqual(
    sent.map(({ body }) => [JSON.parse(body).type, JSON.parse(body).data.status]),
    [['order.refunded', 'refunded']],
  )
})

test('one token serves many calls at once, and an ended one is replaced without anybody noticing', async (t) => {
  const { client, rankr } = await createRankrWorld(t)
  const read = () => client.get({ ...customers, id: 'cus_1001' })
  await Promise.all([read(), read(), read()])
  const tokens = () => rankr.control.calls().filter(({ path }) => path === '/oauth/token').length
  assert.equal(tokens(), 1)
  rankr.control.revokeAll()
  assert.equal((await read()).id, 'cus_1001')
  assert.equal(tokens(), 2)
})

test('refusals become coded errors', async (t) => {
  const { client, hasty, rankr } = await createRankrWorld(t)
  assert.equal((await errorOf(client.get({ ...customers, id: 'cus_none' }))).code, 'rankr_not_found')
  const invalid = await errorOf(client.update({ ...customers, id: 'cus_1001', body: { email: 'nobody' } }))
  assert.deepEqual([invalid.code, invalid.errors?.[0]?.pointer], ['rankr_rejected', '/email'])
  const cases = [
    [{ status: 503, headers: { 'retry-after': '7' } }, 'rankr_unavailable', 7],
    [{ status: 302, headers: { location: 'https://elsewhere.example' } }, 'rankr_unavailable', undefined],
    [{ status: 403 }, 'rankr_unauthorized', undefined],
    [{ kind: 'reset' }, 'rankr_unreachable', undefined],
    [{ kind: 'hang' }, 'rankr_unreachable', undefined],
  ] as const
  for (const [fault, code, wait] of cases) {
    rankr.control.failNext({ path: '/customers/*', ...fault })
    const { get } = 'kind' in fault && fault.kind === 'hang' ? hasty : client
    const error = await errorOf(get({ ...customers, id: 'cus_1001' }))
    assert.deepEqual([error.code, error.retryAfterSeconds], [code, wait], JSON.stringify(fault))
  }
})

test('too many calls are refused with the time to wait', async (t) => {
  const at = new Date('2026-03-02T10:00:00Z')
  const { client, rankr } = await createRankrWorld(t, { now: () => at })
  rankr.control.setLimit(2)
  const read = () => client.get({ ...customers, id: 'cus_1001' })
  await read()
  await read()
  const error = await errorOf(read())
  assert.deepEqual([error.code, error.retryAfterSeconds], ['rankr_rate_limited', 60])
})

test('refused or missing credentials are told apart, and show in no error', async (t) => {
  const { client, access } = await createRankrWorld(t)
  const { clientId } = access.credentials!
  access.credentials = { clientId, clientSecret: 'rks_wrong_secret_0123456789' }
  const refused = await errorOf(client.get({ ...customers, id: 'cus_1001' }))
  assert.equal(refused.code, 'rankr_unauthorized')
  assert.doesNotMatch(inspect(refused, { depth: 9 }), /rks_wrong|Basic /)
  access.credentials = undefined
  assert.equal((await errorOf(client.get({ ...customers, id: 'cus_1001' }))).code, 'rankr_not_connected')
  const elsewhere = client.get({ locationId: 'loc_2', kind: 'customers', id: 'cus_1001' })
  assert.equal((await errorOf(elsewhere)).code, 'rankr_not_connected')
})

test('what is kept of a call has no personal details', async (t) => {
  const { execute } = await createRankrWorld(t)
  const kept: unknown[] = []
  await execute({
    locationId: LOCATION,
    actionId: 'rankr.customers.update',
    input: { customerId: 'cus_1001', email: 'new@example.com', company: 'Diaz' },
    onExchange: (exchange) => kept.push(exchange),
  })
  const text = JSON.stringify(kept)
  assert.match(text, /"company":"Diaz"/)
  assert.doesNotMatch(text, /new@example|\+1202/)
})
