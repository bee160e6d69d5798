import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../../server/catalog/index.ts'
import { AppError } from '../../../server/errors.ts'
import { readRows, type Sent } from '../../../server/http/ui/mapping-form.ts'
import type { MappingDeps } from '../../../server/http/ui/mapping-show.ts'
import { fieldsOfStep, readStep, readValue, showValue } from '../../../server/http/ui/mapping-steps.ts'
import { createAudit } from '../../../server/store/audit.ts'
import { createDatabase } from '../../../server/store/db.ts'
import type { StoredEvent } from '../../../server/store/events.ts'
import { createFieldMappings } from '../../../server/store/field-mappings.ts'
import { createMappingService } from '../../../server/workflows/mapping-service.ts'
import { transform } from '../../../server/workflows/transforms.ts'
import { createTestDatabase } from '../../database.ts'
import { fc } from '../../property.ts'
import { bearer, NOW, now } from '../serve.ts'
import { change, installation, look, settingsPage, WANTED } from './settings-page.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const audit = createAudit({ db, now })
const service = createMappingService({
  mappings: createFieldMappings({ db, now }),
  action,
  trigger,
  account: async () => ({ country: 'US' }),
})
const EVENT = {
  id: '019ab000-0000-7000-8000-000000000009',
  receivedAt: NOW,
  type: 'customer.updated',
  recordKey: 'customer:cus_1',
  payload: { type: 'customer.updated', data: { id: 'cus_1', name: '<b>Ana</b>', plan: 'growth', visits: 7 } },
} as unknown as StoredEvent
const PLAN = { target: 'customFields.f1', label: 'Plan', type: 'string', isCustom: true as const }
const HERE = '/settings/mapping/customers'

const open = (over: Partial<MappingDeps['mappings']> = {}, locationId = 'loc_1') => {
  const made: string[] = []
  const page = settingsPage({
    transaction: db.transaction,
    audit,
    mappings: {
      service,
      fields: {
        list: async () => [PLAN, ...made.map((label, at) => ({ ...PLAN, target: `customFields.n${at}`, label }))],
        async create(_location, _owner, { name }) {
          made.push(name)
          return { target: `customFields.n${made.length - 1}`, isNew: true }
        },
      },
      recent: async (location, { types }) => (location === locationId && types.includes(EVENT.type) ? [EVENT] : []),
      held: async () => undefined,
      forget() {},
      ...over,
    },
  })
  page.world.installations.set('loc_1', installation({ scopes: [...WANTED, 'locations/customFields.write'] }))
  return { page, made }
}

/** One row from a value of the event to the account's own field. */
const row = (over: Record<string, string> = {}): Record<string, string> => ({
  version: '0',
  row: '0',
  'r0.from': 'trigger.data.plan',
  'r0.to': PLAN.target,
  ...over,
})

test('a suggestion is taken over, changed, seen with the real event, saved, and brought back later', async () => {
  const { page } = open()
  assert.match(await look(page, '/settings/mapping'), /Nothing mapped yet/)
  const empty = await look(page, HERE)
  assert.match(empty, /No fields mapped yet/)
  assert.match(empty, /100% match/)
  assert.match(/<button[^>]*>/.exec(empty)?.[0] ?? '', /hidden.* value=""/, 'the Enter key presses what is harmless')
  assert.match(empty, /&lt;b&gt;Ana&lt;\/b&gt; \(cus_1\)/)

  const taken = (await change(page, `${HERE}/draft`, { version: '0', do: 'use-sure' })).text
  assert.match(taken, /<option value="trigger\.data\.plan" selected>Plan \(growth\)<[\s\S]*?-hint">plan</)
  assert.match(taken, /<option value="customFields\.f1" selected>Plan/)
  const stepped = (await change(page, `${HERE}/draft`, row({ do: 'step-add:0', 'r0.new': 'upper' }))).text
  assert.match(stepped, /Upper case/)
  assert.match(stepped, /growth[\s\S]*GROWTH/)
  assert.deepEqual(page.audits, [], 'nothing is saved before')

  const upper = { 'r0.step': '0', 'r0.s0.use': 'upper' }
  const saved = await change(page, HERE, row(upper))
  assert.equal(saved.status, 200, saved.text)
  assert.match(saved.text, /Saved\. It applies from the next event/)
  assert.deepEqual((await service.read('loc_1', 'customers')).mapping.rows, [
    { target: PLAN.target, source: { path: 'trigger.data.plan', transforms: [{ use: 'upper' }] } },
  ])

  const late = await change(page, HERE, row({ 'r0.fallback': 'none' }))
  assert.equal(late.status, 409)
  assert.match(late.text, /Somebody else saved version 1 in the meantime/)
  assert.match(late.text, /name="r0\.fallback"[^>]*|value="none"/)
  assert.match(late.text, /name="version" value="1"/)
  assert.equal((await change(page, HERE, row({ 'r0.fallback': 'none', version: '1' }))).status, 200)

  await audit.record('loc_1', {
    actor: { type: 'system' },
    action: 'contact.updated',
    subject: { type: 'contact', id: 'con_9' },
    details: { mapping: 'customers', mappingVersion: 1 },
    eventId: EVENT.id,
  })
  const first = await look(page, `${HERE}/versions/1`)
  assert.match(first, /Upper case/)
  assert.match(first, /What has changed since/)
  assert.match(first, new RegExp(`/settings/activity/${EVENT.id}">con_9`))
  assert.doesNotMatch(await look(page, `${HERE}/versions/2`), /con_9/)
  const restored = await change(page, `${HERE}/versions/1/restore`, { version: '2' })
  assert.match(restored.text, /The earlier version was restored/)
  assert.equal((await service.read('loc_1', 'customers')).version, 3)
  assert.deepEqual(
    page.audits.map(({ record: { action: what, details } }) => [what, details]),
    [
      ['mapping.changed', { version: 1, rows: 1 }],
      ['mapping.changed', { version: 2, rows: 1 }],
      ['mapping.restored', { version: 3, earlier: 1 }],
    ],
  )
  const json = await look(page, `${HERE}/mapping.json`)
  assert.match((await change(page, `${HERE}/import`, { json })).text, /This is what you imported/)
  const refused = await change(page, `${HERE}/import`, { json: '{"<b>"' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /&lt;b&gt;/)
})

test('what is wrong is said at its row, and nothing of it is saved', async () => {
  const { page } = open({}, 'loc_1')
  for (const [over, expected] of [
    [{ 'r0.to': '' }, /Choose the field that it goes to/],
    [{ 'r0.from': '' }, /Choose where the value comes from/],
    [{ 'r0.to': 'customFields.gone' }, /no longer exists/],
    [{ 'r0.way': 'both', 'r0.step': '0', 'r0.s0.use': 'date', 'r0.s0.to': 'text' }, /cannot be undone on the way back/],
    [{ 'r0.step': '0', 'r0.s0.use': 'split', 'r0.s0.at': '' }, /Incomplete or not possible/],
  ] as const) {
    const answer = await change(page, HERE, row(over))
    assert.equal(answer.status, 422)
    assert.match(answer.text, expected)
    assert.match(answer.text, /data-errors/)
  }
  const warned = (await change(page, `${HERE}/draft`, row({ 'r0.to': 'phone' }))).text
  assert.match(warned, /takes a phone number; “growth” is not one/)
  assert.deepEqual(page.audits, [])
})

test('a field is made when asked, and without the permission there is a way to it', async () => {
  const { page, made } = open()
  const sent = { ...row({ 'r0.to': '' }), fieldName: 'Visits', fieldKind: 'NUMERICAL' }
  const done = await change(page, `${HERE}/fields`, sent)
  assert.match(done.text, /The field was created and added to the form/)
  assert.match(done.text, /<option value="customFields\.n0" selected>Visits/)
  assert.deepEqual(made, ['Visits'])
  assert.equal(page.audits[0]?.record.action, 'mapping.field_created')
  assert.equal((await change(page, `${HERE}/fields`, { ...sent, fieldName: ' ' })).status, 422)
  page.world.installations.set('loc_1', installation())
  assert.match((await change(page, `${HERE}/fields`, sent)).text, /needs a permission/)
  assert.deepEqual(made, ['Visits'])
})

test('an account that cannot be asked, and one without a place for orders, say so', async () => {
  const failing = (code: 'crm_unreachable' | 'crm_not_found') =>
    open({
      fields: { list: () => Promise.reject(new AppError(code)), create: () => Promise.reject(new AppError(code)) },
    })
  assert.match(await look(failing('crm_unreachable').page, HERE), /could not be loaded/)
  assert.match(await look(failing('crm_not_found').page, '/settings/mapping/orders'), /no place for orders yet/)
  assert.match(await look(open().page, '/settings/mapping/invoices'), /Invoices cannot have custom fields/)
})

test('users read, and what another account has mapped or received is not there', async () => {
  const { page } = open()
  const shown = await look(page, HERE, { role: 'user' })
  assert.match(shown, /<fieldset[^>]* disabled>/)
  assert.doesNotMatch(shown, /id="mapping-save"|formaction/)
  const other = await look(page, HERE, { locationId: 'loc_2' }).catch(() => '')
  assert.doesNotMatch(other, /growth|cus_1/)
  await page.agent
    .get('/settings/mapping/other')
    .set('hx-request', 'true')
    .set('authorization', await bearer())
    .expect(404)
})

test('every value and every transform comes back from the form as it went in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      assert.deepEqual(readValue(showValue(value)), JSON.parse(JSON.stringify(value))),
    ),
  )
  const key = fc.string({ minLength: 1, maxLength: 12 }).filter((one) => one.trim() !== '' && one !== '__proto__')
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.string(), fc.integer(), fc.boolean())), (entries) => {
      const step = { use: 'lookup', table: { ...entries }, ifInvalid: 'keep' }
      const fields = Object.fromEntries(fieldsOfStep(step).map((field) => [field.key, field.value]))
      assert.deepEqual(
        readStep('lookup', (name) => fields[name] ?? ''),
        step,
      )
    }),
  )
  const all = [
    { use: 'phone', country: 'ES', ifInvalid: 'empty' },
    {
      use: 'date',
      to: 'text',
      fromZone: 'Europe/Madrid',
      add: { amount: -3, unit: 'days' },
      style: 'long',
      withTime: true,
    },
    { use: 'money', from: 'major', to: 'minor', currency: { path: 'trigger.data.currency' } },
    { use: 'money', from: 'minor', to: 'text', currency: 'EUR', locale: 'es' },
    { use: 'number', decimal: ',' },
    { use: 'round', digits: 2, how: 'up' },
    { use: 'boolean', yes: ['ja', 'j'], no: ['nein'] },
    { use: 'join', with: ' ' },
    { use: 'split', at: ', ', part: -1 },
    { use: 'default', value: '5' },
    { use: 'json', do: 'read', at: 'a.b' },
    { use: 'upper' },
  ]
  for (const step of all) {
    transform.parse(step)
    const fields = Object.fromEntries(fieldsOfStep(step).map((field) => [field.key, field.value]))
    assert.deepEqual(
      readStep(step.use, (name) => fields[name] ?? ''),
      step,
    )
  }
})

test('no form makes reading its rows fail', () => {
  const name = fc.constantFrom('row', 'r0.from', 'r0.to', 'r0.step', 'r0.s0.use', 'r0.s0.table', 'r1.paths', 'r1.from')
  const word = fc.oneof(fc.string(), fc.constantFrom('0', '1', '~list', '~value', 'lookup', 'constructor', '__proto__'))
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(word, fc.array(word))), (sent) => {
      for (const { row: one } of readRows(sent as Sent)) assert.equal(typeof one.target, 'string')
    }),
  )
})
