import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import test from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { parseCrmEvent, verifyCrmSignature } from '../../../server/highlevel/webhook.ts'
import { crmWebhookRoutes } from '../../../server/http/webhooks/crm.ts'
import type { Drop } from '../../../server/http/webhooks/drop-counter.ts'
import type { Accept, IncomingEvent } from '../../../server/http/webhooks/receive.ts'
import { serve } from '../serve.ts'

const keys = generateKeyPairSync('ed25519')

const signatureOf = (body: string): string => sign(null, Buffer.from(body), keys.privateKey).toString('base64')

const rig = (options: { installed?: (id: string) => Promise<boolean>; accept?: Accept } = {}) => {
  const accepted: IncomingEvent[] = []
  const drops: Drop[] = []
  const observed: string[] = []
  const seen = new Set<string>()
  const routes = crmWebhookRoutes({
    appId: 'app1',
    parse: parseCrmEvent,
    installed: options.installed ?? (async (id) => id === 'loc_1'),
    isOfInterest: ({ type }) => /^(?:Contact|Invoice|Location|SaasPlan)/.test(type),
    accept:
      options.accept ??
      (async (event) => {
        const { sourceEventId } = event
        const outcome = sourceEventId !== undefined && seen.has(sourceEventId) ? 'duplicate' : 'stored'
        if (outcome === 'stored') accepted.push(event)
        if (sourceEventId !== undefined) seen.add(sourceEventId)
        return { outcome, eventId: 'event-1' }
      }),
    drops: { count: (drop) => void drops.push(drop), close: async () => {} },
    observe: ({ source, outcome, seconds }) => void observed.push(`${source} ${outcome} ${seconds > 0}`),
  })
  const { agent, lines } = serve(routes, {
    doorsDeps: {
      crm: {
        verify: (signed) => verifyCrmSignature({ ...signed, keys: [keys.publicKey] }),
      },
    },
  })
  const post = (body: unknown, { path = '/webhooks/crm', signature }: { path?: string; signature?: string } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const request = agent.post(path).type('json')
    return request.set('X-GHL-Signature', signature ?? signatureOf(text)).send(text)
  }
  return { agent, accepted, drops, lines, observed, post }
}

const contact = {
  type: 'ContactCreate',
  locationId: 'loc_1',
  id: 'c1',
  webhookId: 'wh_1',
  timestamp: '2026-11-20T08:00:00.000Z',
  unknown: { kept: true },
}

test('the door is closed without a signature, and says so', async () => {
  const { agent, accepted } = rig()
  const answer = await agent.post('/webhooks/crm').send(contact).expect(401)
  assert.equal(answer.body.code, 'invalid_signature')
  assert.equal(answer.body.title, 'The signature does not match')
  assert.equal(answer.body.detail, 'The request does not carry a valid signature of its body, so nothing was done.')
  assert.deepEqual(accepted, [])
})

test('the door is closed for a signature of other bytes, for N/A and for the retired header', async () => {
  const { agent, post } = rig()
  assert.equal((await post(contact, { signature: signatureOf('other') })).status, 401)
  assert.equal((await post(contact, { signature: 'N/A' })).status, 401)
  await agent
    .post('/webhooks/crm')
    .set('X-WH-Signature', signatureOf(JSON.stringify(contact)))
    .send(contact)
    .expect(401)
  // The same JSON in other bytes is not what was signed.
  const spaced = JSON.stringify(contact, null, 1)
  assert.equal((await post(spaced, { signature: signatureOf(JSON.stringify(contact)) })).status, 401)
})

test('a genuine event is stored whole, with its own id and time, however old', async () => {
  const { post, accepted } = rig()
  const answer = await post(contact).expect(200)
  assert.deepEqual(answer.body, { received: true, outcome: 'stored', eventId: 'event-1' })
  assert.deepEqual(accepted, [
    {
      locationId: 'loc_1',
      lane: 'live',
      source: 'crm',
      type: 'ContactCreate',
      recordKey: 'contact:c1',
      sourceEventId: 'wh_1',
      occurredAt: new Date('2026-11-20T08:00:00.000Z'),
      hops: 0,
      payload: contact,
    },
  ])
})

test('the same event twice is stored once', async () => {
  const { post, accepted } = rig()
  await post(contact).expect(200)
  const again = await post(contact).expect(200)
  assert.equal(again.body.outcome, 'duplicate')
  assert.equal(accepted.length, 1)
})

test('without an id of its own an event is known by its bytes', async () => {
  const { post, accepted } = rig()
  const { webhookId: _, ...anonymous } = contact
  await post(anonymous).expect(200)
  assert.equal((await post(anonymous)).body.outcome, 'duplicate')
  assert.equal((await post({ ...anonymous, id: 'c2' })).body.outcome, 'stored')
  assert.match(accepted[0]?.sourceEventId ?? '', /^sha256:[0-9a-f]{64}$/)
})

test('an event about accounts or plans of a company goes to the company, whether or not the account has the app', async () => {
  const { post, accepted, drops } = rig({ installed: async (id) => id === 'company_1' })
  await post({ type: 'LocationCreate', id: 'loc_new', companyId: 'company_1', webhookId: 'wh_1' }).expect(200)
  await post({ type: 'SaasPlanCreate', id: 'plan_1', companyId: 'company_1', webhookId: 'wh_2' }).expect(200)
  assert.deepEqual(
    accepted.map(({ locationId, lane, type }) => [locationId, lane, type]),
    [
      ['company_1', 'live', 'LocationCreate'],
      ['company_1', 'live', 'SaasPlanCreate'],
    ],
  )
  await post({ type: 'LocationCreate', id: 'loc_new', companyId: 'company_2', webhookId: 'wh_3' }).expect(200)
  await post({ type: 'ContactCreate', id: 'c1', companyId: 'company_1', webhookId: 'wh_4' }).expect(200)
  assert.deepEqual(
    drops.map(({ reason }) => reason),
    ['not_installed', 'no_account'],
  )
  assert.equal(accepted.length, 2)
})

test('a body that is no JSON object is refused with a pointer', async () => {
  const { post } = rig()
  for (const [body, detail] of [
    ['{"type":', 'The body is not valid JSON'],
    ['"text"', 'The body must be a JSON object'],
    ['', 'The body is not valid JSON'],
  ] as const) {
    const answer = await post(body).expect(422)
    assert.equal(answer.body.code, 'invalid_body')
    assert.equal(answer.body.detail, 'Correct the fields named in errors and send it again.')
    assert.deepEqual(answer.body.errors, [{ pointer: '', detail }])
  }
})

test('a body over 512 KB is refused before anything else', async () => {
  const { post } = rig()
  const answer = await post({ ...contact, note: 'x'.repeat(513 * 1024) }).expect(413)
  assert.equal(answer.body.code, 'payload_too_large')
  assert.equal(answer.body.detail, 'Send a smaller body; the limit is 512 KB.')
})

test('a signature works whatever content type is said', async () => {
  const { agent } = rig()
  const body = JSON.stringify(contact)
  await agent.post('/webhooks/crm').type('text/plain').set('X-GHL-Signature', signatureOf(body)).send(body).expect(200)
})

test('what is not for us is answered 200, counted and dropped', async () => {
  const cases: [object, string, string][] = [
    [{ ...contact, appId: 'app2' }, 'other_app', '-'],
    [{ ...contact, locationId: 'loc_2' }, 'not_installed', '-'],
    [{ ...contact, type: 'TaskCreate' }, 'not_of_interest', 'loc_1'],
    [{ ...contact, locationId: undefined }, 'no_account', '-'],
    [[contact], 'not_of_interest', '-'],
  ]
  for (const [body, reason, locationId] of cases) {
    const { post, accepted, drops } = rig()
    const answer = await post(body).expect(200)
    assert.deepEqual(answer.body, { received: true, outcome: 'dropped', reason })
    assert.deepEqual(accepted, [])
    assert.equal(drops.length, 1, reason)
    assert.equal(drops[0]?.reason, reason)
    assert.equal(drops[0]?.locationId, locationId)
  }
})

test('install and uninstall are taken whether installed or not, in their own lane, each time anew', async () => {
  const { post, accepted } = rig()
  const install = { type: 'INSTALL', appId: 'app1', locationId: 'loc_new' }
  assert.equal((await post(install)).body.outcome, 'stored')
  assert.equal((await post({ type: 'UNINSTALL', appId: 'app1', locationId: 'loc_new' })).body.outcome, 'stored')
  assert.equal((await post(install)).body.outcome, 'stored')
  assert.deepEqual(
    accepted.map(({ type, lane, locationId }) => [type, lane, locationId]),
    [
      ['INSTALL', 'lifecycle', 'loc_new'],
      ['UNINSTALL', 'lifecycle', 'loc_new'],
      ['INSTALL', 'lifecycle', 'loc_new'],
    ],
  )
})

test('a lifecycle event that carries an id is stored once', async () => {
  const { post } = rig()
  const install = { type: 'INSTALL', appId: 'app1', locationId: 'loc_new', webhookId: 'wh_i' }
  assert.equal((await post(install)).body.outcome, 'stored')
  assert.equal((await post(install)).body.outcome, 'duplicate')
})

test('every lifecycle event goes to its lane; that of a company to the company', async () => {
  const { post, accepted } = rig()
  for (const type of ['INSTALL', 'UNINSTALL', 'UPDATE', 'PLAN_CHANGE', 'EXTERNAL_AUTH_CONNECTED']) {
    await post({ type, appId: 'app1', companyId: 'comp_1' }).expect(200)
  }
  assert.equal(accepted.length, 5)
  assert.ok(accepted.every(({ lane, locationId }) => lane === 'lifecycle' && locationId === 'comp_1'))
})

test('a lifecycle event must say that it is for this app', async () => {
  for (const appId of [undefined, 'app2']) {
    const { post, accepted } = rig()
    const answer = await post({ type: 'UNINSTALL', appId, locationId: 'loc_1' }).expect(200)
    assert.equal(answer.body.reason, 'other_app')
    assert.deepEqual(accepted, [])
  }
})

test('an event without type is named by its own address', async () => {
  const { post, accepted } = rig()
  const { type: _, ...invoice } = contact
  await post(invoice, { path: '/webhooks/crm/InvoicePaid' }).expect(200)
  assert.equal(accepted[0]?.type, 'InvoicePaid')
})

test('the address, which nobody signs, cannot make an uninstall of another event', async () => {
  const { post, accepted } = rig()
  const answer = await post({ ...contact, appId: 'app1' }, { path: '/webhooks/crm/UNINSTALL' }).expect(200)
  assert.equal(answer.body.reason, 'not_of_interest')
  assert.deepEqual(accepted, [])
})

test('an address that names no event is 404', async () => {
  const answer = await rig().post(contact, { path: '/webhooks/crm/x' }).expect(404)
  assert.equal(answer.body.code, 'not_found')
})

test('when it cannot be stored now the sender is asked to come again', async () => {
  const busy = rig({
    accept: async () => {
      throw new AppError('cannot_store_now', { retryAfterSeconds: 30 })
    },
  })
  const answer = await busy.post(contact).expect(429)
  assert.equal(answer.body.code, 'cannot_store_now')
  assert.equal(answer.body.title, 'The event could not be stored right now')
  assert.equal(answer.get('Retry-After'), '30')
})

test('a fault of ours on the way to the store is 429, too, since other answers may not be repeated', async () => {
  const rigs = [
    rig({
      accept: async () => {
        throw new Error('connection terminated')
      },
    }),
    rig({
      installed: async () => {
        throw new Error('connection terminated')
      },
    }),
  ]
  for (const { post, lines } of rigs) {
    const answer = await post(contact).expect(429)
    assert.equal(answer.body.code, 'cannot_store_now')
    assert.equal(answer.get('Retry-After'), '10')
    assert.ok(lines.some((line) => JSON.stringify(line).includes('connection terminated')))
  }
})

test('each outcome is measured', async () => {
  const { post, observed } = rig()
  await post(contact)
  await post(contact)
  await post({ ...contact, locationId: 'loc_2' })
  assert.deepEqual(observed, ['crm stored true', 'crm duplicate true', 'crm dropped true'])
  const busy = rig({
    accept: async () => {
      throw new AppError('cannot_store_now')
    },
  })
  await busy.post(contact)
  assert.deepEqual(busy.observed, ['crm refused true'])
})
