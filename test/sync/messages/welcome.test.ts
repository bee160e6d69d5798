import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { createActivity } from '../../../server/store/activity.ts'
import { ensurePartitions } from '../../../server/store/partitions.ts'
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

const setUp = async (
  t: TestContext,
  options: Record<string, unknown> = ANY_TIME,
  { clock = createClock(), facts = {} }: { clock?: ReturnType<typeof createClock>; facts?: object } = {},
) => {
  await emptyAll(db)
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  // One ends after a day.
  const minted = { at: clock.now(), token: locationToken() }
  const token = () => {
    if (clock.now().getTime() - minted.at.getTime() > 43_200_000) {
      Object.assign(minted, { at: clock.now(), token: locationToken() })
    }
    return minted.token
  }
  const node = (fault: (point: string) => void | Promise<void> = () => {}, id?: string) => {
    const sync = createSync({
      db,
      crmUrl: url,
      token,
      clock,
      facts: { ...facts },
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
  const { accept, drainAll, crm, messages, runs, clock } = await setUp(t)
  await accept.accept(signedUp())
  await drainAll()
  const count = messages().length
  const contact = [...crm.state.contacts.all()].find(({ email }) => email === 'leo@example.com')!
  crm.state.contacts.put({ ...contact, dnd: true })
  const { eventId } = await accept.accept(signedUp({ user_id: 'usr_2' }))
  await drainAll()
  assert.equal(messages().length, count)
  const [run] = await runs.ofEvent(LOCATION, { eventId, receivedOn: clock.now().toISOString().slice(0, 10) })
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

// The second Sunday of March 2031, 2:00 becomes 3:00 in New York; the first of November, 2:00 becomes 1:00.
for (const [night, morning] of [
  ['2031-03-09T03:30:00Z', '2031-03-09T12:00:00.000Z'],
  ['2031-11-02T03:30:00Z', '2031-11-02T13:00:00.000Z'],
] as const) {
  test(`a welcome that has waited is sent at eight where the account is, once, though the clocks changed (${night})`, async (t) => {
    const clock = createClock(new Date(night))
    await ensurePartitions(db, { from: clock.now(), days: 3 })
    const hours = { quietFrom: '21:00', quietUntil: '08:00' }
    const world = await setUp(t, hours, { clock, facts: { timeZone: 'America/New_York' } })
    const { accept, drainAll, wakeDue, welcomes, upgrade, workflows } = world
    await accept.accept(signedUp())
    await drainAll()
    const { rows } = await db.pool.query('select wake_at from waiting_runs')
    assert.deepEqual(
      rows.map(({ wake_at }) => wake_at.toISOString()),
      [morning],
    )
    // While it waits, the app brings a new document: what has begun stays on its own.
    const { document } = welcomeTemplate
    const next = { ...welcomeTemplate, version: welcomeTemplate.version + 1, document: { ...document, steps: [] } }
    assert.equal(await upgrade([next]), 1)
    assert.equal(await upgrade([next]), 0)
    clock.advance(Date.parse(morning) - Date.parse(night) - 60_000)
    assert.equal(await wakeDue(), 0)
    clock.advance(60_000)
    assert.equal(await wakeDue(), 1)
    assert.equal(await wakeDue(), 0)
    await drainAll()
    await drainAll()
    assert.equal(welcomes('leo@example.com').length, 1)
    const row = (await workflows.list(LOCATION))[0]!
    assert.deepEqual(
      [row.enabled, row.publishedVersion, row.options.quietFrom, (row.published as { steps: [] }).steps],
      [true, 2, '21:00', []],
    )
  })
}

test('a welcome that is woken late, at night again, waits once more', async (t) => {
  const clock = createClock(new Date('2031-05-05T22:00:00Z'))
  await ensurePartitions(db, { from: clock.now(), days: 4 })
  const { accept, drainAll, wakeDue, welcomes } = await setUp(
    t,
    { quietFrom: '21:00', quietUntil: '08:00' },
    { clock, facts: { timeZone: 'UTC' } },
  )
  await accept.accept(signedUp())
  await drainAll()
  // Nobody was there for a day.
  clock.advance(25 * 3_600_000)
  assert.equal(await wakeDue(), 1)
  await drainAll()
  assert.equal(welcomes('leo@example.com').length, 0)
  clock.advance(9 * 3_600_000)
  assert.equal(await wakeDue(), 1)
  await drainAll()
  assert.equal(welcomes('leo@example.com').length, 1)
})

test('an upgrade keeps choices that still fit, is on record, and leaves alone what people have changed', async (t) => {
  const { upgrade, workflows, audit } = await setUp(t, { channel: 'sms', subject: 'Hi', body: 'Hi {{ name }}' })
  await db.pool.query(`update workflows set options = options || '{"gone": true, "channel": "pigeon"}'`)
  const document = { ...welcomeTemplate.document, description: 'Changed' }
  const next = { ...welcomeTemplate, version: welcomeTemplate.version + 1, document }
  await db.pool.query(`update workflows set draft = published`)
  assert.equal(await upgrade([next]), 0)
  await db.pool.query(`update workflows set draft = null`)
  assert.equal(await upgrade([next]), 1)
  const [row] = await workflows.list(LOCATION)
  assert.deepEqual([row?.options.subject, row?.options.body, row?.options.channel], ['Hi', 'Hi {{ name }}', 'email'])
  assert.equal('gone' in row!.options, false)
  const [entry] = await audit.list(LOCATION)
  assert.deepEqual(
    [entry?.action, entry?.actorType, entry?.details],
    ['sync.upgraded', 'system', { sync: 'welcome', from: welcomeTemplate.version, to: next.version, version: 2 }],
  )
  // A process of before knows less: nothing goes back.
  assert.equal(await upgrade([welcomeTemplate]), 0)
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
