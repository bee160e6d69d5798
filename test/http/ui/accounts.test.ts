import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../../server/catalog/index.ts'
import { createCompanyHealth } from '../../../server/store/company-health.ts'
import { createConnections } from '../../../server/store/connections.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createFieldMappings } from '../../../server/store/field-mappings.ts'
import { createInstallations } from '../../../server/store/installations.ts'
import { createSeal } from '../../../server/store/seal.ts'
import { createWorkflows } from '../../../server/store/workflows.ts'
import { createCompanyService } from '../../../server/workflows/company-service.ts'
import { type FieldMapping, MAPPING_SCHEMA } from '../../../server/workflows/field-mapping.ts'
import { createMappingService } from '../../../server/workflows/mapping-service.ts'
import { createTemplateService } from '../../../server/workflows/template-service.ts'
import { customersTemplate } from '../../../server/workflows/templates/customers.ts'
import { templates } from '../../../server/workflows/templates/index.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createTestDatabase } from '../../database.ts'
import { bearer, now } from '../serve.ts'
import { look, settingsPage } from './settings-page.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
test.after(() => db.close())

const seal = createSeal([{ id: 'k1', key: Buffer.alloc(32, 7) }])
const installations = createInstallations({ db, seal })
const templateService = createTemplateService({ workflows: createWorkflows({ db }) })
const mappingService = createMappingService({
  mappings: createFieldMappings({ db, now }),
  action,
  trigger,
  account: async () => ({}),
})
const COMPANY = { scope: 'company', locationId: 'comp_1', companyId: 'comp_1' } as const

/** Harbor and two more of the company, one of another company. */
const page = settingsPage({
  installations,
  transaction: db.transaction,
  companyHealth: createCompanyHealth({ db }),
  companyService: createCompanyService({ templates, templateService, mappingService }),
})
for (const [id, name, companyId] of [
  ['acc_a', 'Harbor', 'comp_1'],
  ['acc_b', 'Bay', 'comp_1'],
  ['acc_c', 'Cliff', 'comp_1'],
  ['acc_x', 'Stranger', 'comp_9'],
] as const) {
  await installations.create(id, { kind: 'location', status: 'active', companyId, name, installedAt: now() })
}

const send = async (what: 'switch' | 'copy', form: object, session: object = COMPANY) =>
  page.agent
    .post(`/settings/accounts/${what}`)
    .type('form')
    .set('authorization', await bearer(session))
    .send(form)

const use = (locationId: string, template: Parameters<typeof templateService.read>[1]) =>
  templateService.read(locationId, template)

const isOn = async (id: string) => (await use(id, customersTemplate)).isEnabled

test('a company sees how each of its accounts does, and no other account', async () => {
  await createConnections({ db, seal, now }).create('acc_a', { name: 'Rankr' })
  await db.pool.query(
    `insert into dead_letters (location_id, id, event_id, received_on, lane, code, died_at)
     select l, gen_random_uuid(), gen_random_uuid(), '2026-11-25', 'live', 'crm_rejected', now()
     from unnest(array['acc_b', 'acc_b', 'acc_x']) l`,
  )
  const screen = await look(page, '/settings', COMPANY)
  assert.match(screen, /Harbor[\s\S]*All good/)
  assert.match(screen, /Bay[\s\S]*2 events failed/)
  assert.match(screen, /Cliff[\s\S]*Rankr is not connected/)
  assert.doesNotMatch(screen, /Stranger/)
  const found = await look(page, '/settings/accounts?q=clif', COMPANY)
  assert.match(found, /<span>Cliff<\/span>/)
  assert.doesNotMatch(found, /<span>Bay<\/span>/)
  for (const [shown, name] of [
    ['attention', 'Bay'],
    ['unconnected', 'Bay'],
    ['unconnected', 'Cliff'],
  ] as const) {
    const some = await look(page, `/settings/accounts?shown=${shown}`, COMPANY)
    assert.ok(some.includes(`<span>${name}</span>`), `${shown}: ${name}`)
    assert.doesNotMatch(some, /<span>Harbor<\/span>/)
  }
  assert.match(await look(page, '/settings/accounts?shown=attention&q=cliff', COMPANY), /No accounts match/)
})

test('a sync is switched in the ticked accounts of the company, and in none of another', async () => {
  const form = { template: 'customers', to: 'on', accounts: ['acc_a', 'acc_b', 'acc_x'] }
  const answer = await send('switch', form)
  assert.match(answer.text, /Switched on in 2 accounts/)
  assert.deepEqual(await Promise.all(['acc_a', 'acc_b', 'acc_c', 'acc_x'].map(isOn)), [true, true, false, false])
  assert.deepEqual(
    page.audits.map(({ locationId, record }) => [locationId, record.action, record.subject.id]),
    [
      ['acc_b', 'sync.changed', 'customers'],
      ['acc_a', 'sync.changed', 'customers'],
    ],
  )
  await send('switch', { ...form, to: 'off', accounts: 'acc_a' })
  assert.deepEqual([await isOn('acc_a'), await isOn('acc_b')], [false, true])
  const none = await send('switch', { template: 'customers', to: 'on', accounts: 'acc_x' })
  assert.equal(none.status, 422)
  assert.match(none.text, /Select at least one account/)
})

test('settings are copied without what exists in one account only', async () => {
  const by = { by: 'user_1' }
  const wish = {
    isEnabled: true,
    options: { pipelineId: 'pipe_a', stageId: '', wonStageId: '', lostStageId: '', products: false, waitMinutes: 33 },
  }
  const mapping = (rows: [string, string][]): FieldMapping => ({
    schema: MAPPING_SCHEMA,
    rows: rows.map(([target, path]) => ({ target, source: { path } })),
  })
  await db.transaction(async (on) => {
    await templateService.change('acc_a', ordersTemplate, { use: wish, ...by, on })
    const mine = mapping([
      ['companyName', 'trigger.data.town'],
      ['customFields.cf_a', 'trigger.data.size'],
    ])
    await mappingService.save('acc_a', 'customers', { mapping: mine, version: 0, ...by, on })
    const theirs = mapping([['customFields.cf_c', 'trigger.data.color']])
    await mappingService.save('acc_c', 'customers', { mapping: theirs, version: 0, ...by, on })
  })
  const answer = await send('copy', { from: 'acc_a', accounts: ['acc_a', 'acc_c'] })
  assert.match(answer.text, /Copied to one account/)
  assert.match(answer.text, /options still have to be chosen under Syncs[\s\S]*Cliff/)
  assert.deepEqual(await use('acc_c', ordersTemplate), {
    isEnabled: true,
    options: { ...wish.options, pipelineId: '' },
  })
  const { mapping: copied } = await mappingService.read('acc_c', 'customers')
  assert.deepEqual(
    copied.rows.map(({ target }) => target),
    ['companyName', 'customFields.cf_c'],
  )
  assert.equal((await send('copy', { from: 'acc_x', accounts: ['acc_c'] })).status, 422)
})

test('people who may not change are refused', async () => {
  const form = { template: 'customers', to: 'on', from: 'acc_a', accounts: ['acc_c'] }
  for (const what of ['switch', 'copy'] as const) {
    assert.equal((await send(what, form, { ...COMPANY, role: 'user' })).status, 403)
    assert.equal((await send(what, form, {})).status, 403)
  }
  assert.equal(await isOn('acc_c'), false)
})
