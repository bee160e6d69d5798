import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { parseCrmEvent, readPublicKeys, verifyCrmSignature } from '../../server/highlevel/webhook.ts'
import { fc } from '../property.ts'

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey }
}
const [current, next, stranger] = [pair(), pair(), pair()]
const keys = readPublicKeys([current.pem, next.pem])
const rawBody = Buffer.from('{"type":"ContactCreate",  "id":"c1"}')
const signed = (by: typeof current, bytes = rawBody) => sign(null, bytes, by.privateKey).toString('base64')

test('a signature of the bytes under any of the keys is genuine', async () => {
  assert.equal(await verifyCrmSignature({ rawBody, header: signed(current), keys }), true)
  assert.equal(await verifyCrmSignature({ rawBody, header: signed(next), keys }), true)
})

test('a signature of other bytes or under another key is not', async () => {
  const reformatted = Buffer.from(JSON.stringify(JSON.parse(rawBody.toString())))
  assert.equal(await verifyCrmSignature({ rawBody: reformatted, header: signed(current), keys }), false)
  assert.equal(await verifyCrmSignature({ rawBody, header: signed(stranger), keys }), false)
})

test('without a usable header, or without keys, nothing is genuine', async () => {
  for (const header of [
    undefined,
    '',
    'N/A',
    'n/a',
    'xyz',
    '=====',
    signed(current).slice(4),
    `${signed(current)}AAAA`,
  ]) {
    assert.equal(await verifyCrmSignature({ rawBody, header, keys }), false, String(header))
  }
  assert.equal(await verifyCrmSignature({ rawBody, header: signed(current), keys: [] }), false)
})

test('whatever header comes, the answer is yes or no', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String({ minLength: 80, maxLength: 96 })), async (header) => {
      assert.equal(await verifyCrmSignature({ rawBody, header, keys }), false)
    }),
  )
})

test('a key of another kind is refused', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  assert.throws(() => readPublicKeys([publicKey.export({ type: 'spki', format: 'pem' }).toString()]), /Ed25519/)
})

test('a flat body is read', () => {
  assert.deepEqual(
    parseCrmEvent({
      type: 'ContactCreate',
      locationId: 'L1',
      id: 'c1',
      appId: 'app1',
      webhookId: 'w-1',
      timestamp: '2026-01-31T12:00:00.000Z',
    }),
    {
      type: 'ContactCreate',
      locationId: 'L1',
      companyId: undefined,
      appId: 'app1',
      webhookId: 'w-1',
      timestamp: new Date('2026-01-31T12:00:00.000Z'),
      recordKey: 'contact:c1',
    },
  )
})

test('an entity under data is read', () => {
  const event = parseCrmEvent({ type: 'ContactUpdate', webhookId: 'w', data: { id: 'c2', locationId: 'L2' } })
  assert.deepEqual([event.locationId, event.recordKey], ['L2', 'contact:c2'])
})

test('altId stands for the location when altType says so', () => {
  assert.equal(parseCrmEvent({ altId: 'L3', altType: 'location', _id: 'i1' }, 'InvoicePaid').locationId, 'L3')
  assert.equal(parseCrmEvent({ altId: 'C3', altType: 'company', _id: 'i1' }, 'InvoicePaid').locationId, undefined)
})

test('the address names the event where the body does not or means something else by its type', () => {
  assert.equal(parseCrmEvent({ _id: 'p1', locationId: 'L1', type: 'one_time' }, 'PriceUpdate').type, 'PriceUpdate')
  assert.equal(parseCrmEvent({ _id: 'p1', locationId: 'L1', type: 'one_time' }, 'PriceUpdate').recordKey, 'price:p1')
  assert.equal(parseCrmEvent({ id: 'x' }).type, 'unknown')
})

test('lifecycle events of one account keep their order', () => {
  assert.equal(
    parseCrmEvent({ type: 'INSTALL', appId: 'a', locationId: 'L1', companyId: 'C1' }).recordKey,
    'installation:L1',
  )
  assert.equal(parseCrmEvent({ type: 'UNINSTALL', appId: 'a', locationId: 'L1' }).recordKey, 'installation:L1')
  assert.equal(parseCrmEvent({ type: 'UNINSTALL', appId: 'a', companyId: 'C1' }).recordKey, 'installation:C1')
})

test('ids that are none are left out, odd times too', () => {
  const event = parseCrmEvent({
    type: 'INSTALL',
    locationId: 'a b',
    companyId: { $ne: 1 },
    appId: '',
    timestamp: 'soon',
  })
  assert.deepEqual(
    [event.locationId, event.companyId, event.appId, event.timestamp],
    [undefined, undefined, undefined, undefined],
  )
})

test('the first message of a conversation and its read mark are about one record', () => {
  assert.equal(parseCrmEvent({ type: 'InboundMessage', conversationId: 'v1' }).recordKey, 'conversation:v1')
  assert.equal(parseCrmEvent({ type: 'ConversationUnreadUpdate', id: 'v1' }).recordKey, 'conversation:v1')
})

const samples = new URL('../../../shared/ghl/webhooks/', import.meta.url)
test('every published sample names its account and its record', {
  skip: existsSync(samples) ? false : 'the published samples are not here',
}, () => {
  // A plan belongs to a company; the samples of a message provider and of a list have no envelope.
  const withoutAccount = new Set(['SaaSPlanCreate'])
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
    const { event: name, examples = [] } = JSON.parse(readFileSync(new URL(file, samples), 'utf8'))
    for (const { payload } of Array.isArray(examples) ? examples : []) {
      if (Array.isArray(payload) || payload === null || typeof payload !== 'object') continue
      const event = parseCrmEvent(payload, name)
      if (!withoutAccount.has(name)) assert.ok(event.locationId ?? event.companyId, `${name}: account`)
      assert.match(event.recordKey, /^[a-z-]+:./, name)
    }
  }
})
