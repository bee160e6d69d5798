import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { createActivity } from '../../../server/store/activity.ts'
import { welcomeTemplate } from '../../../server/workflows/templates/welcome.ts'
import { createClock, newEvent, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createMortals } from '../die-everywhere.ts'
import { createSync, emptyAll, LOCATION } from '../kit.ts'

const db = await openDatabase(after)
const ANY_TIME = { quietFrom: '', quietUntil: '' }

/** From a moment to the next time that the clock in UTC shows this hour. */
const msUntil = (at: Date, hour: number): number => {
  const then = new Date(at)
  then.setUTCHours(hour, 0, 0, 0)
  return (then.getTime() - at.getTime() + 86_400_000) % 86_400_000
}

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
  const welcomes = (email: string) => {
    const contact = [...crm.state.contacts.all()].find((one) => one.email === email)
    return messages().filter(({ contactId, body }) => contactId === contact?.id && /good to have you here/.test(body))
  }
  return { ...sync, node, crm, clock, messages, welcomes }
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
  const { accept, drainAll, messages, clock } = await setUp(t, { quietFrom: '21:00', quietUntil: '08:00' })
  clock.advance(msUntil(clock.now(), 23))
  const before = messages().length
  await accept.accept(signedUp())
  await drainAll()
  assert.equal(messages().length, before)
  const { rows } = await db.pool.query('select wake_at from waiting_runs')
  assert.equal(rows.length, 1)
  assert.equal(new Date(rows[0].wake_at).toISOString().slice(11, 16), '08:00')
  const { entries } = await createActivity({ db }).list(LOCATION, { limit: 1 })
  assert.equal(entries[0]?.outcome, 'waiting', 'people see that it is not over')
})

test('wherever a process dies, one message is sent', async (t) => {
  const { node, accept, clock, welcomes } = await setUp(t)
  const { dieAt } = createMortals({ node, clock })
  const live = async (at: number): Promise<string[]> => {
    const email = `leo${at}@example.com`
    await accept.accept(signedUp({ user_id: `usr_${at}`, email }))
    const passed = await dieAt(at)
    assert.equal(welcomes(email).length, 1, `after dying at ${at}, ${passed[at]}`)
    return passed
  }
  const moments = await live(9_999)
  assert.ok(moments.length > 5)
  for (const [at] of moments.entries()) await live(at)
})

for (const channel of ['email', 'sms'] as const) {
  test(`another message by ${channel} that goes out after a crash is not taken for the welcome`, async (t) => {
    const { node, accept, clock, crm, execute, welcomes } = await setUp(t, { ...ANY_TIME, channel })
    const { dieAt } = createMortals({ node, clock })
    const someone = async (at: number) => {
      const email = `mia${at}@example.com`
      const passed = dieAt(at, async () => {
        const contact = [...crm.state.contacts.all()].find((one) => one.email === email)
        if (!contact) return
        const text = 'Your invoice is ready.'
        const input =
          channel === 'email'
            ? { type: 'Email', contactId: contact.id, subject: 'Invoice', html: `<p>${text}</p>` }
            : { type: 'SMS', contactId: contact.id, message: text }
        await execute({ locationId: LOCATION, actionId: 'crm.messages.send', input, priority: 'live' })
      })
      return { email, passed }
    }
    await accept.accept(signedUp({ user_id: 'usr_0', email: 'mia9999@example.com', phone: '+14155550100' }))
    const moments = await (await someone(9_999)).passed
    const marked = moments.indexOf('marked')
    assert.ok(marked >= 0)
    const email = `mia${marked}@example.com`
    await accept.accept(signedUp({ user_id: 'usr_1', email, phone: '+14155550101' }))
    await (await someone(marked)).passed
    assert.equal(welcomes(email).length, 1)
  })
}
