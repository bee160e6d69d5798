import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { welcomeTemplate } from '../../server/workflows/templates/welcome.ts'
import { createClock, newEvent, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, emptyAll, LOCATION } from './kit.ts'

const db = await openDatabase(after)
const ANY_TIME = { quietFrom: '', quietUntil: '' }

const signedUp = (data: Record<string, unknown> = {}) => {
  const record: Record<string, unknown> = { user_id: 'usr_1', email: 'leo@example.com', name: 'Leo Park', ...data }
  const payload = { type: 'user.signed_up', timestamp: '2026-11-24T10:00:00Z', data: record }
  return newEvent({ locationId: LOCATION, type: payload.type, recordKey: `user:${record.user_id}`, payload })
}

const setUp = async (t: TestContext, options: Record<string, unknown> = ANY_TIME) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const token = await locationToken()
  const node = (fault: (point: string) => void | Promise<void> = () => {}, id?: string) => {
    const sync = createSync({
      db,
      crmUrl: url,
      token,
      clock,
      fault,
      ...(id ? { drainOver: { nodeId: () => id } } : {}),
    })
    t.after(sync.close)
    return sync
  }
  const sync = node()
  await sync.enable(welcomeTemplate, options)
  const messages = () => [...crm.state.messages.all()].filter(({ direction }) => direction === 'outbound')
  return { ...sync, node, crm, clock, messages }
}

test('whoever signs up becomes a contact and is welcomed by name, once', async (t) => {
  const { accept, drainAll, crm, messages, audit } = await setUp(t)
  const before = messages().length
  await accept.accept(signedUp())
  await accept.accept(signedUp())
  assert.equal(await drainAll(), 'idle')
  const contact = [...crm.state.contacts.all()].find(({ email }) => email === 'leo@example.com')
  assert.ok(contact)
  const sent = messages().slice(before)
  assert.equal(sent.filter(({ contactId }) => contactId === contact.id).length, 1)
  assert.match(String(sent.at(-1)?.body), /Hello Leo Park/)
  assert.ok((await audit.list(LOCATION)).some(({ action }) => action === 'message.sent'))
})

test('a text message goes out where that is chosen', async (t) => {
  const { accept, drainAll, messages } = await setUp(t, { ...ANY_TIME, channel: 'sms', body: 'Hi {{ name }}' })
  await accept.accept(signedUp({ phone: '+14155550177' }))
  await drainAll()
  assert.equal(messages().at(-1)?.body, 'Hi Leo Park')
})

test('markup in a name stays text', async (t) => {
  const { accept, drainAll, messages } = await setUp(t)
  await accept.accept(signedUp({ name: '<b>Leo</b>' }))
  await drainAll()
  assert.match(String(messages().at(-1)?.body), /&lt;b&gt;Leo/)
})

test('whoever does not want to be disturbed gets no message', async (t) => {
  const { accept, drainAll, crm, messages, runs } = await setUp(t)
  await accept.accept(signedUp())
  await drainAll()
  const count = messages().length
  const contact = [...crm.state.contacts.all()].find(({ email }) => email === 'leo@example.com')!
  crm.state.contacts.put({ ...contact, dnd: true })
  const { eventId } = await accept.accept(signedUp({ user_id: 'usr_2' }))
  await drainAll()
  assert.equal(messages().length, count)
  const [run] = await runs.ofEvent(LOCATION, { eventId, receivedOn: new Date().toISOString().slice(0, 10) })
  assert.equal(JSON.stringify(run?.steps).includes('do-not-disturb'), true)
})

test('in quiet hours the welcome waits, and nothing is sent', async (t) => {
  // Quiet all day but for one minute that is not now.
  const at = new Date()
  const hour = `${String((at.getUTCHours() + 23) % 24).padStart(2, '0')}:00`
  const until = `${String((at.getUTCHours() + 3) % 24).padStart(2, '0')}:00`
  const { accept, drainAll, messages } = await setUp(t, { quietFrom: hour, quietUntil: until })
  const before = messages().length
  await accept.accept(signedUp())
  await drainAll()
  assert.equal(messages().length, before)
  const { rows } = await db.pool.query('select wake_at from waiting_runs')
  assert.equal(rows.length, 1)
  assert.equal(new Date(rows[0].wake_at).toISOString().slice(11, 16), until)
})

test('wherever a process dies, one message is sent', async (t) => {
  const { node, accept, clock, messages, crm } = await setUp(t)
  const live = async (at: number): Promise<string[]> => {
    const passed: string[] = []
    let die = () => {}
    const death = new Promise<void>((resolve) => {
      die = resolve
    })
    const mortal = node((point) => {
      passed.push(point)
      if (passed.length - 1 !== at) return
      die()
      return new Promise<never>(() => {})
    }, '00000000-0000-4000-8000-00000000dead')
    const survivor = node(() => {}, '00000000-0000-4000-8000-000000000002')
    const email = `leo${at}@example.com`
    await accept.accept(signedUp({ user_id: `usr_${at}`, email }))
    await Promise.race([mortal.drainAll(), death])
    for (let tries = 0; (await survivor.drainAll()) === 'sleeping' && tries < 10; tries++) clock.advance(3_600_000)
    const contact = [...crm.state.contacts.all()].find((one) => one.email === email)
    const sent = messages().filter(({ contactId }) => contactId === contact?.id)
    assert.equal(sent.length, 1, `after dying at ${at}, ${passed[at]}`)
    return passed
  }
  const moments = await live(9_999)
  assert.ok(moments.length > 5)
  for (const [at] of moments.entries()) await live(at)
})
