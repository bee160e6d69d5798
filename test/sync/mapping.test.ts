import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createFieldMappings } from '../../server/store/field-mappings.ts'
import { createAccountFields } from '../../server/sync/customers/account-fields.ts'
import { ORDER_OBJECT } from '../../server/sync/orders/order-object.ts'
import { type FieldMapping, MAPPING_SCHEMA } from '../../server/workflows/field-mapping.ts'
import { createMappingService } from '../../server/workflows/mapping-service.ts'
import { invoicesTemplate } from '../../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../../server/workflows/templates/orders.ts'
import { createClock, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import {
  createSync,
  customerEvent,
  emptyAll,
  invoiceEvent,
  LOCATION,
  MAYA,
  makeOrderObject,
  orderEvent,
} from './kit.ts'

const db = await openDatabase(after)

test('what a location maps is written to its contacts, and the record says by which event and version', async (t) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, companyToken } = await startCrm(t, { now: clock.now })
  const service = createMappingService({
    mappings: createFieldMappings({ db, now: clock.now }),
    action,
    trigger,
    account: async (id) => ({ id }),
  })
  const sync = createSync({ db, clock, crmUrl: url, token: await locationToken(LOCATION), mappings: service.applied })
  t.after(sync.close)
  await sync.enableCustomers()
  const { id } = [...crm.state.customFields.all()].find((one) => one.locationId === LOCATION)!
  const rows = [
    { target: `customFields.${id}`, source: { path: 'trigger.data.plan', transforms: [{ use: 'upper' as const }] } },
    { target: 'companyName', source: { template: '{{ trigger.data.company }} ({{ trigger.data.plan }})' } },
  ]
  await db.transaction((on) =>
    service.save(LOCATION, 'customers', { mapping: { schema: MAPPING_SCHEMA, rows }, version: 0, by: 'u', on }),
  )
  sync.registry.forget(LOCATION)
  const { eventId } = await sync.accept.accept(customerEvent('created', { ...MAYA, plan: 'growth' }))
  await sync.drainAll()
  const contact = [...crm.state.contacts.all()].find(({ email }) => email === MAYA.email)
  assert.equal(contact?.companyName, 'Okafor Studio (growth)')
  assert.deepEqual(
    contact?.customFields?.map(({ id: field, value }) => [field, value]),
    [[id, 'GROWTH']],
  )
  const [entry] = await sync.audit.list(LOCATION, { action: 'contact.created' })
  assert.equal(entry?.eventId, eventId)
  assert.equal(entry?.details.mappingVersion, 1)

  await sync.enable(ordersTemplate)
  await sync.enable(invoicesTemplate)
  const fields = createAccountFields({
    crm: (location) => async (actionId, given) =>
      (await sync.execute({ locationId: location, actionId, input: given, priority: 'interactive' })).output,
  })
  await assert.rejects(fields.list(LOCATION, 'order'), { code: 'crm_not_found' })
  await makeOrderObject({ url, companyToken })
  await sync.prepareOrders(LOCATION)
  const made = await fields.create(LOCATION, 'order', { name: 'Sales channel', kind: 'TEXT' })
  assert.deepEqual(made, { target: 'properties.sales_channel', isNew: true })
  assert.deepEqual(await fields.create(LOCATION, 'order', { name: 'sales channel ', kind: 'TEXT' }), {
    ...made,
    isNew: false,
  })
  await fields.create(LOCATION, 'order', { name: 'Weight', kind: 'NUMERICAL' })
  assert.deepEqual(
    (await fields.list(LOCATION, 'order')).map(({ target, type }) => [target, type]),
    [
      ['properties.sales_channel', 'string'],
      ['properties.weight', 'numerical'],
    ],
  )
  const mapTo = (templateId: string, mapped: FieldMapping['rows']) =>
    db.transaction((on) =>
      service.save(LOCATION, templateId, {
        mapping: { schema: MAPPING_SCHEMA, rows: mapped },
        version: 0,
        by: 'u',
        on,
      }),
    )
  await mapTo('orders', [
    { target: 'properties.sales_channel', source: { path: 'trigger.data.channel' } },
    { target: 'properties.weight', source: { path: 'trigger.data.weight' } },
    { target: 'properties.gone', source: { path: 'trigger.data.weight' } },
    { target: 'status', source: { path: 'trigger.data.status', transforms: [{ use: 'upper' }] } },
  ])
  await mapTo('invoices', [{ target: 'title', source: { template: 'For {{ trigger.data.project }}' } }])
  sync.registry.forget(LOCATION)
  await sync.accept.accept(orderEvent('created', { channel: 7, weight: '2.5' }))
  await sync.accept.accept(invoiceEvent('created', { project: 'Atlas' }))
  await sync.drainAll()
  assert.deepEqual(await sync.deadLetters.list(LOCATION), [])
  const order = [...crm.state.records.all()].find(({ objectKey }) => objectKey === ORDER_OBJECT)
  const { sales_channel, weight, status, order_id } = order?.properties ?? {}
  assert.deepEqual(
    { sales_channel, weight, status, order_id },
    {
      sales_channel: '7',
      weight: 2.5,
      status: 'PAID',
      order_id: 'ord_1',
    },
  )
  const [invoice] = [...crm.state.invoices.all()]
  assert.equal(invoice?.title, 'For Atlas')
  const [written] = await sync.audit.list(LOCATION, { mapping: { templateId: 'orders', version: 1 } })
  assert.deepEqual([written?.action, written?.subjectId], ['order.created', order?.id])
})

test('a field of contacts is made once, and kinds that cannot be mapped are not offered', async (t) => {
  const { url, locationToken, crm } = await startCrm(t)
  const sync = createSync({ db, crmUrl: url, token: await locationToken(LOCATION) })
  t.after(sync.close)
  const fields = createAccountFields({
    crm: (location) => async (actionId, given) =>
      (await sync.execute({ locationId: location, actionId, input: given, priority: 'interactive' })).output,
  })
  const { target } = await fields.create(LOCATION, 'contact', { name: 'Plan', kind: 'TEXT' })
  assert.equal((await fields.create(LOCATION, 'contact', { name: 'plan', kind: 'TEXT' })).target, target)
  const own = [...crm.state.customFields.all()].filter((one) => one.locationId === LOCATION)
  assert.equal(own.filter(({ name }) => name === 'Plan').length, 1)
  crm.state.customFields.put({
    ...own[0]!,
    id: 'FileField0000000000x',
    name: 'File',
    fieldKey: 'contact.file',
    dataType: 'FILE_UPLOAD',
  })
  const listed = await fields.list(LOCATION, 'contact')
  assert.deepEqual(listed.map(({ label }) => label).sort(), [
    'Birthday club',
    'Lifetime value',
    'Plan',
    'Preferred time',
  ])
})
