import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { ensurePartitions } from '../../server/store/partitions.ts'
import { createRelayRoutes } from '../../server/store/relay-routes.ts'
import { createRelayToAccount } from '../../server/sync/relay-to-account.ts'
import { createRelayRouteService, type RelayRouteDraft } from '../../server/workflows/relay-route-service.ts'
import { newEvent, openDatabase } from '../relay/kit.ts'
import { createTenants } from './tenants.ts'

const db = await openDatabase(after)

const draft = (over: Partial<RelayRouteDraft> = {}): RelayRouteDraft => ({
  name: 'North to south',
  eventTypes: ['rankr.customer.created'],
  filter: null,
  mapping: {},
  ...over,
})

let worlds = 0

const arrange = () => {
  const tenants = createTenants(db)
  const { now, workflows, accept, audit, account, events, own } = tenants
  const routes = createRelayRoutes({ db, now })
  const service = createRelayRouteService({ routes, workflows, now })
  const world = ++worlds
  const [a, b, c] = ['a', 'b', 'c'].map((name) => `loc_r${world}${name}`) as [string, string, string]
  const gone = new Set<string>()
  const full = new Set<string>()
  own['app.routes.relay'] = createRelayToAccount({
    routes,
    events,
    admit: async (event) => {
      if (full.has(event.locationId)) throw new AppError('cannot_store_now', { retryAfterSeconds: 30 })
      return await accept.accept(event)
    },
    audit,
    installed: async (id) => !gone.has(id),
    account,
  })
  const join = (from: string, to: string, over: Partial<RelayRouteDraft> = {}) =>
    db.transaction((on) => service.join(from, { ...draft(over), toLocationId: to }, { by: 'user_1', on }))
  const arrived = async (locationId: string) =>
    (await events.after(locationId, 'live', { cursor: 0, cursorOn: '2020-01-01', limit: 100 })).events.filter(
      ({ type }) => type === 'route.received',
    )
  const actionsOf = async (locationId: string) => (await audit.list(locationId)).map(({ action }) => action).reverse()
  return { ...tenants, routes, service, a, b, c, gone, full, join, arrived, actionsOf }
}

const dataOf = ({ payload }: { payload: Record<string, unknown> }) =>
  payload.data as { eventType: string; record: unknown }

const customer = (locationId: string, data: object = { id: 'cus_1', email: 'ana@example.com', plan: 'pro' }) =>
  newEvent({ locationId, payload: { type: 'customer.created', timestamp: '2026-03-02T12:00:00Z', data } })

test('an invitation that the other side accepts begins the route, and events arrive with their origin', async () => {
  const { service, a, b, accept, work, arrived, actionsOf } = arrange()
  const { code, route } = await db.transaction((on) => service.invite(a, draft(), { by: 'user_1', on }))
  await accept.accept(customer(a))
  await work(a)
  assert.deepEqual(await arrived(b), [], 'nothing is relayed before both have agreed')
  assert.equal((await service.invitation(b, code))?.id, route.id)
  const active = await db.transaction((on) => service.accept(b, code, { by: 'user_2', on }))
  assert.deepEqual([active?.status, active?.toLocationId], ['active', b])

  await accept.accept(customer(a))
  await work(a)
  const [event] = await arrived(b)
  assert.deepEqual([event?.source, event?.hops], ['app', 1])
  assert.deepEqual(event?.payload.data, {
    routeId: route.id,
    routeName: 'North to south',
    from: `Account ${a}`,
    eventType: 'rankr.customer.created',
    record: { id: 'cus_1', email: 'ana@example.com', plan: 'pro' },
  })
  assert.doesNotMatch(JSON.stringify(event?.payload.chain), new RegExp(a))
  assert.deepEqual(await actionsOf(a), ['route.relayed'])
  assert.deepEqual(await actionsOf(b), ['route.received'])
})

test('a code is good once, for a week, and not for whoever made it', async () => {
  const { service, a, b, c, clock } = arrange()
  const invite = () => db.transaction((on) => service.invite(a, draft(), { by: 'user_1', on }))
  const accept = (locationId: string, code: string) =>
    db.transaction((on) => service.accept(locationId, code, { by: 'user_2', on }))
  const first = await invite()
  assert.equal(await accept(a, first.code), undefined)
  assert.equal(await service.invitation(a, first.code), undefined)
  assert.ok(await accept(b, first.code))
  assert.equal(await accept(c, first.code), undefined)
  const second = await invite()
  clock.advance(8 * 86_400_000)
  assert.equal(await service.invitation(b, second.code), undefined)
  assert.equal(await accept(b, second.code), undefined)
  assert.equal(await accept(b, 'invite_guess'), undefined)
})

test('the filter chooses and the mapping shapes what arrives', async () => {
  const { join, a, b, accept, work, arrived } = arrange()
  await join(a, b, {
    filter: { path: 'trigger.data.plan', operator: 'is', value: 'pro' },
    mapping: { mail: { path: 'trigger.data.email' }, via: { value: 'north' } },
  })
  await accept.accept({ ...customer(a), recordKey: 'customer:1' })
  await accept.accept({ ...customer(a, { id: 'cus_2', plan: 'free' }), recordKey: 'customer:2' })
  await work(a)
  assert.deepEqual(
    (await arrived(b)).map((event) => dataOf(event).record),
    [{ mail: 'ana@example.com', via: 'north' }],
  )
})

test('either side ends it at once', async () => {
  for (const side of ['a', 'b'] as const) {
    const { join, service, accept, work, arrived, ...world } = arrange()
    const route = await join(world.a, world.b)
    await accept.accept(customer(world.a))
    await db.transaction((on) => service.end(world[side], route.id, { on }))
    await work(world.a)
    assert.deepEqual(await arrived(world.b), [])
    assert.equal((await service.get(world.b, route.id))?.endedBy, world[side])
    assert.equal(await db.transaction((on) => service.end(world.a, route.id, { on })), undefined)
  }
})

test('a third account neither sees nor ends it', async () => {
  const { join, service, a, b, c } = arrange()
  const route = await join(a, b)
  assert.equal(await service.get(c, route.id), undefined)
  assert.deepEqual(await service.list(c), [])
  assert.equal(await db.transaction((on) => service.end(c, route.id, { on })), undefined)
  assert.equal((await service.get(a, route.id))?.status, 'active')
})

test('an event goes out to several accounts', async () => {
  const { join, a, b, c, accept, work, arrived } = arrange()
  await join(a, b)
  await join(a, c)
  await accept.accept(customer(a))
  await work(a)
  assert.deepEqual([(await arrived(b)).length, (await arrived(c)).length], [1, 1])
})

test('what another account has no room for is delivered there later, in order, and goes to the others meanwhile', async () => {
  const { join, a, b, c, full, accept, work, arrived, actionsOf, clock, deadLetters } = arrange()
  await join(a, b)
  await join(a, c)
  full.add(b)
  for (const plan of ['free', 'pro']) await accept.accept(customer(a, { id: 'cus_1', plan }))
  await work(a)
  assert.deepEqual([(await arrived(b)).length, (await arrived(c)).length], [0, 2])
  const { rows } = await db.pool.query('select state, code from parked_events where location_id = $1 order by seq', [a])
  assert.deepEqual(rows, [
    { state: 'retry', code: 'route_target_full' },
    { state: 'behind', code: 'record_busy' },
  ])
  full.delete(b)
  clock.advance(30_000)
  await work(a)
  const plans = (await arrived(b)).map((event) => (dataOf(event).record as { plan: string }).plan)
  assert.deepEqual(plans, ['free', 'pro'])
  assert.equal((await actionsOf(a)).filter((one) => one === 'route.relayed').length, 4)
  assert.deepEqual(await deadLetters.list(a, { limit: 10 }), [])
})

test('what another account has no room for all day long is a failed event, and arrives when it is sent again', async () => {
  const { join, a, b, full, accept, work, arrived, clock, deadLetters, relay } = arrange()
  await join(a, b)
  full.add(b)
  await accept.accept(customer(a))
  for (let tries = 0; tries < 21; tries++) {
    await work(a)
    clock.advance(6 * 3_600_000)
  }
  const [letter, ...more] = await deadLetters.list(a)
  assert.deepEqual([letter?.code, letter?.attempts, more.length], ['route_target_full', 21, 0])
  full.delete(b)
  await ensurePartitions(db, { from: clock.now(), days: 1 })
  await relay.replay(a, letter!.id)
  await work(a)
  assert.equal((await arrived(b)).length, 1)
})

test('two accounts routed to each other pass an event on once, and the loop is shown', async () => {
  const { join, a, b, accept, work, arrived, actionsOf, runs } = arrange()
  const both = { eventTypes: ['rankr.customer.created', 'app.route.received'] }
  await join(a, b, both)
  await join(b, a, both)
  await accept.accept(customer(a))
  for (let round = 0; round < 5; round++) await work(a, b)
  const [event, ...more] = await arrived(b)
  assert.deepEqual([more.length, (await arrived(a)).length], [0, 0])
  assert.deepEqual(await actionsOf(b), ['route.received', 'route.skipped'])
  const [run] = await runs.ofEvent(b, { eventId: event!.id, receivedOn: event!.receivedOn })
  const [attempt] = await runs.attempts(b, { runId: run!.id, receivedOn: run!.receivedOn })
  assert.deepEqual(attempt?.response, { outcome: 'skipped', code: 'loop_stopped' })
})

test('a ring of three ends where it began', async () => {
  const { join, a, b, c, accept, work, arrived } = arrange()
  const both = { eventTypes: ['rankr.customer.created', 'app.route.received'] }
  await join(a, b, both)
  await join(b, c, both)
  await join(c, a, both)
  await accept.accept(customer(a))
  for (let round = 0; round < 5; round++) await work(a, b, c)
  assert.deepEqual([(await arrived(a)).length, (await arrived(b)).length, (await arrived(c)).length], [0, 1, 1])
  const last = (await arrived(c))[0]!
  assert.deepEqual([last.hops, dataOf(last).eventType], [2, 'rankr.customer.created'])
  assert.deepEqual(dataOf(last).record, { id: 'cus_1', email: 'ana@example.com', plan: 'pro' })
})

test('an event that was relayed too often is a dead letter that says so', async () => {
  const { join, a, b, accept, work, deadLetters } = arrange()
  await join(a, b)
  await accept.accept({ ...customer(a), hops: 9 })
  await work(a)
  assert.deepEqual(
    (await deadLetters.list(a)).map(({ code }) => code),
    ['loop_stopped'],
  )
})

test('a try whose end was lost relays nothing twice and is recorded once on each side', async () => {
  const { join, a, b, accept, work, arrived, actionsOf, own, clock } = arrange()
  await join(a, b)
  const relay = own['app.routes.relay']!
  let isLost = true
  own['app.routes.relay'] = async (call) => {
    const result = await relay(call)
    if (isLost) throw new Error('the process ended here')
    return result
  }
  await accept.accept(customer(a))
  await work(a)
  isLost = false
  clock.advance(3_600_000)
  await work(a)
  assert.equal((await arrived(b)).length, 1)
  assert.deepEqual([await actionsOf(a), await actionsOf(b)], [['route.relayed'], ['route.received']])
})

test('an account without the app gets nothing', async () => {
  const { join, a, b, gone, accept, work, arrived, actionsOf } = arrange()
  await join(a, b)
  gone.add(b)
  await accept.accept(customer(a))
  await work(a)
  assert.deepEqual(await arrived(b), [])
  assert.deepEqual(await actionsOf(a), ['route.skipped'])
})
