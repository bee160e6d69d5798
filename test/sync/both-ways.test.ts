// Customers and contacts both ways, with both systems simulated: every event that either one sends is handed in until none
// is left, so that a change which went back and forth for ever would show.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { customersBackTemplate } from '../../server/workflows/templates/customers-back.ts'
import { createRankrWorld } from '../rankr/rankr-world.ts'
import { createClock, newEvent, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION } from './kit.ts'

const db = await openDatabase(after)
const CONTACT_EVENTS = ['ContactCreate', 'ContactUpdate', 'ContactTagUpdate']

test('changes on either side reach the other and come to rest', async (t) => {
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
  })
  t.after(sync.close)
  await sync.enableCustomers()
  await sync.enable(customersBackTemplate, { create: true })

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

  clock.advance(60_000)
  crm.control.person.changeContact(contact().id, { lastName: 'Ruiz' })
  await rest()
  assert.equal(ana().name, 'Ana Ruiz')

  await world.client.update({ locationId: LOCATION, kind: 'customers', id: 'cus_1001', body: { name: 'Ana Mora' } })
  await rest()
  assert.equal(contact().lastName, 'Mora')
  assert.equal(ana().name, 'Ana Mora')

  crm.control.person.addTags(contact().id, ['vip'])
  await rest()
  assert.ok(ana().tags?.includes('vip'))
  assert.equal((await sync.deadLetters.list(LOCATION)).length, 0)
})
