// Customers and contacts both ways, with both systems simulated: every event that either one sends is handed in until none
// is left, so that a change which went back and forth for ever would show.

import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { type FieldMapping, MAPPING_SCHEMA } from '../../../server/workflows/field-mapping.ts'
import { customersBackTemplate } from '../../../server/workflows/templates/customers-back.ts'
import { welcomeTemplate } from '../../../server/workflows/templates/welcome.ts'
import { createRankrWorld } from '../../rankr/rankr-world.ts'
import { createClock, newEvent, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION } from '../kit.ts'

const db = await openDatabase(after)
const CONTACT_EVENTS = ['ContactCreate', 'ContactUpdate', 'ContactTagUpdate']

/** Both systems and all that is between them; `rest` hands in what they send until nothing more comes. */
const meet = async (t: TestContext, rows: FieldMapping['rows'] = [], options: Record<string, unknown> = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, webhooks } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const world = await createRankrWorld(t, { locationId: LOCATION })
  const sync = createSync({
    db,
    clock,
    crmUrl: url,
    token: await locationToken(),
    targets: { rankr: { execute: world.execute, circuitOf: () => 'rankr:con_1', resting: 'rankr_unreachable' } },
    mappings: async () => {
      const shared = { templateId: 'customers', version: 1, mapping: { schema: MAPPING_SCHEMA, rows } as FieldMapping }
      return new Map([
        ['customers', { ...shared, actionId: 'app.customers.upsert-contact', way: 'in' as const }],
        ['customers-back', { ...shared, actionId: 'app.customers.push-to-rankr', way: 'back' as const }],
      ])
    },
  })
  t.after(sync.close)
  await sync.enableCustomers()
  await sync.enable(customersBackTemplate, { create: true, ...options })

  const handed = new Map<string, number>()
  /** Hands in what both systems have sent since the last time; answers how much that was. */
  const round = async (): Promise<number> => {
    let count = 0
    const fresh = (name: string, all: unknown[]): unknown[] => {
      const news = all.slice(handed.get(name) ?? 0)
      handed.set(name, all.length)
      count += news.length
      return news
    }
    const told = world.sent.map(({ body }) => JSON.parse(body))
    for (const { type, data } of fresh('rankr', told) as { type: string; data: Record<string, unknown> }[]) {
      await sync.accept.accept(customerEvent(type.slice('customer.'.length) as 'updated', data))
    }
    for (const type of CONTACT_EVENTS) {
      for (const payload of fresh(type, await webhooks(type)) as Record<string, unknown>[]) {
        await sync.accept.accept(
          newEvent({ locationId: LOCATION, source: 'crm', type, recordKey: `contact:${payload.id}`, payload }),
        )
      }
    }
    await sync.drainAll()
    return count
  }
  const rest = async (): Promise<void> => {
    for (let rounds = 0; rounds < 8; rounds++) if ((await round()) === 0) return
    assert.fail('events go back and forth')
  }
  await rest()

  const ana = () => world.rankr.workspace.customers.find(({ id }) => id === 'cus_1001')!
  const contact = () => [...crm.state.contacts.all()].find(({ email }) => email === 'ana.diaz@example.com')!
  await sync.accept.accept(customerEvent('created', ana()))
  await sync.drainAll()
  await rest()
  assert.equal(contact().firstName, 'Ana')
  return { clock, crm, world, sync, rest, ana, contact }
}

test('changes on either side reach the other and come to rest', async (t) => {
  const { clock, crm, world, sync, rest, ana, contact } = await meet(t)
  clock.advance(60_000)
  crm.control.person.changeContact(contact().id, { lastName: 'Ruiz' })
  await rest()
  assert.equal(ana().name, 'Ana Ruiz')

  await world.client.update({ locationId: LOCATION, kind: 'customers', id: 'cus_1001', body: { name: 'Ana Mora' } })
  await rest()
  assert.equal(contact().lastName, 'Mora')
  assert.equal(ana().name, 'Ana Mora')

  const before = ana().tags ?? []
  crm.control.person.addTags(contact().id, ['vip'])
  await rest()
  assert.deepEqual(ana().tags, [...before, 'vip'], 'without the tags that a sync has set')

  // Taken off in Rankr, one stays in the contact, and does not come back from there.
  ana().tags = ['Annual']
  await world.client.update({
    locationId: LOCATION,
    kind: 'customers',
    id: 'cus_1001',
    body: { company: 'Diaz y Hijos' },
  })
  await rest()
  crm.control.person.addTags(contact().id, ['gold'])
  await rest()
  assert.ok(['annual', 'rankr', 'vip', 'gold'].every((tag) => contact().tags.includes(tag)))
  assert.deepEqual(ana().tags, ['Annual', 'gold'])
  assert.equal((await sync.deadLetters.list(LOCATION)).length, 0)
})

test('users are no customers: what changes in their contacts is no news for Rankr, nor is it in that of a deleted customer', async (t) => {
  const { clock, crm, world, sync, rest, ana, contact } = await meet(t, [], { create: false })
  await sync.enable(welcomeTemplate, { quietFrom: '', quietUntil: '' })
  const user = { user_id: 'usr_7', email: 'leo@example.com', name: 'Leo Park' }
  const payload = { type: 'user.signed_up', timestamp: clock.now().toISOString(), data: user }
  await sync.accept.accept(newEvent({ locationId: LOCATION, type: payload.type, recordKey: 'user:usr_7', payload }))
  await sync.drainAll()
  await rest()
  const leo = [...crm.state.contacts.all()].find(({ email }) => email === user.email)!
  assert.equal((await sync.links.find(LOCATION, 'user', 'usr_7'))?.crmId, leo.id)
  assert.deepEqual(await sync.links.byCrmId(LOCATION, 'customer', leo.id), [])
  clock.advance(60_000)
  crm.control.person.changeContact(leo.id, { lastName: 'Parker' })
  await rest()

  const { id } = contact()
  const { customers } = world.rankr.workspace
  const [gone] = customers.splice(customers.indexOf(ana()), 1)
  await sync.accept.accept(customerEvent('deleted', gone))
  await sync.drainAll()
  await rest()
  assert.ok(contact().tags.includes('deleted in rankr'))
  clock.advance(60_000)
  crm.control.person.changeContact(id, { lastName: 'Ruiz' })
  await rest()
  assert.deepEqual(await sync.deadLetters.list(LOCATION), [])
})

test('mapped fields go the ways they are to go, count in their mapped form, and come to rest', async (t) => {
  const field = (what: string) => `Field${what}`.padEnd(19, '0').slice(0, 19) + 0
  const [time, value] = [field('preferredtime'), field('lifetimevalue')]
  const table = { Growth: 'G', Starter: 'S', Scale: 'X' }
  const { clock, crm, world, sync, rest, ana, contact } = await meet(t, [
    {
      target: `customFields.${time}`,
      source: { path: 'trigger.data.plan', transforms: [{ use: 'lookup', table }] },
      direction: 'both',
    },
    { target: `customFields.${value}`, source: { path: 'trigger.data.visibility_score' } },
    { target: 'city', source: { path: 'trigger.data.town', transforms: [{ use: 'upper' }] }, direction: 'to-rankr' },
    { target: 'phone', source: { path: 'trigger.data.mobile' } },
  ])
  const held = (id: string) => contact().customFields.find((one) => one.id === id)?.value
  const updates = () => world.sent.length
  assert.deepEqual([held(time), held(value), ana().plan], ['G', 55, 'Growth'])

  clock.advance(60_000)
  crm.control.person.changeContact(contact().id, { lastName: 'Ruiz' })
  await rest()
  assert.deepEqual([ana().name, ana().plan, ana().phone], ['Ana Ruiz', 'Growth', '+12025550101'])

  clock.advance(60_000)
  const before = updates()
  crm.control.person.changeContact(contact().id, {
    city: 'Soria',
    phone: '+12025550177',
    customFields: [{ id: time, field_value: 'X' }],
  })
  await rest()
  assert.deepEqual([ana().plan, ana().town], ['Scale', 'SORIA'])
  assert.equal(ana().phone, '+12025550101', 'a field that another one of Rankr fills is not taken for the phone')
  assert.equal(updates(), before + 1, 'one change, whose echo leads to nothing')
  assert.equal(held(time), 'X')

  await world.client.update({
    locationId: LOCATION,
    kind: 'customers',
    id: 'cus_1001',
    body: { custom: { plan: 'Starter' } },
  })
  await rest()
  assert.deepEqual([held(time), ana().plan], ['S', 'Starter'])
  const pushed = await sync.audit.list(LOCATION, { action: 'customer.pushed' })
  assert.ok(pushed.length >= 2)
  assert.ok(pushed.every(({ details }) => details.mappingVersion === 1 && details.mapping === 'customers'))
  assert.ok(
    pushed.every(({ details }) => details.lost === undefined),
    'nothing counted as a conflict',
  )
  assert.equal((await sync.deadLetters.list(LOCATION)).length, 0)
})
