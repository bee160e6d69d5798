// Workflows of the CRM's own builder, from their subscription at our door to the call that starts them; and their steps.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { CrmCall, CrmClient } from '../../server/highlevel/client.ts'
import { dynamicFilters, dynamicInputs, inputFromDynamic } from '../../server/highlevel/dynamic-fields.ts'
import { moduleRoutes } from '../../server/http/modules/routes.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { createApiAnswers } from '../../server/store/api-answers.ts'
import { createBuilderSubscriptions } from '../../server/store/builder-subscriptions.ts'
import { createRunAction } from '../../server/sync/actions.ts'
import { createApiActions } from '../../server/sync/api-actions.ts'
import { createBuilderActions, createBuilderLater } from '../../server/sync/builder/builder-actions.ts'
import { createFireBuilder } from '../../server/sync/builder/fire-builder.ts'
import { createBuilderService } from '../../server/workflows/builder-service.ts'
import { createTenants } from '../fan-out/tenants.ts'
import { serve } from '../http/serve.ts'
import { newEvent, openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const CRM = 'https://services.example.com/crm'
const TARGET = `${CRM}/workflows-marketplace/triggers/execute/app1/trg1`
const SECRET = 'a-module-secret-of-enough-length-for-tests'
const KEY = 'rankr_order_created'

let locations = 0

const arrange = () => {
  const tenants = createTenants(db)
  const { now, workflows, audit, events, own, once, breaker } = tenants
  const locationId = `loc_b${++locations}`
  const calls: CrmCall[] = []
  const answer: { error?: AppError } = {}
  const client: CrmClient = {
    async call(call) {
      calls.push(call)
      if (answer.error) throw answer.error
      return { status: 200, data: {}, headers: {} }
    },
  }
  const subscriptions = createBuilderSubscriptions({ db, now })
  const service = createBuilderService({ subscriptions, workflows, audit, transaction: db.transaction })
  own['app.builder.fire'] = createFireBuilder({ subscriptions, events, client, stale: service.stale })
  const ran: Record<string, unknown>[] = []
  own['app.customers.add-note'] = async ({ input }) => {
    ran.push(input)
    if (input.body === 'refuse') throw new AppError('crm_rejected', { detail: 'No.' })
    return { output: { contactId: String(input.contactId), noteId: `note_${ran.length}` } }
  }
  const execute = () => Promise.reject(new Error('no call to the CRM was expected'))
  const runAction = createRunAction({ own, execute, breaker, once })
  const progress = createProgress({ store: tenants.progressStore })
  const { agent, audits } = serve(
    moduleRoutes({
      installed: async (id) => id === locationId,
      companyOf: async () => 'comp_1',
      service,
      dynamicFilters,
      dynamicInputs,
      crmApiUrl: CRM,
      transaction: db.transaction,
      choices: async () => ({ options: [{ label: 'Birthday', value: 'cf_1' }] }),
      run: createBuilderActions({
        actions: createApiActions({ runAction, progress }),
        answers: createApiAnswers({ db }),
        inputFromDynamic,
        now,
      }),
      later: createBuilderLater({ accept: tenants.accept.accept, inputFromDynamic, now }),
    }),
  )
  const post = (path: string, body: object) => agent.post(path).set('x-connect-secret', SECRET).send(body)
  const extras = { locationId, workflowId: 'wf_1', companyId: 'comp_1' }
  const subscribe = (over: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    post(`/modules/triggers/${KEY}`, {
      triggerData: { id: 'trg1', key: KEY, filters: [], eventType: 'CREATED', targetUrl: TARGET, ...over },
      meta: { key: KEY, version: '1.0' },
      extras,
      ...more,
    })
  const step = (data: object, more: object = {}) =>
    post('/modules/actions/app_customers_add_note', {
      data,
      meta: { key: 'app_customers_add_note', version: '1.0' },
      extras: { ...extras, contactId: 'con_1', ...more },
    })
  const order = (id: string, over: object = {}) =>
    newEvent({
      locationId,
      type: 'order.created',
      sourceEventId: id,
      recordKey: `order:${id}`,
      payload: { type: 'order.created', timestamp: '2026-01-31T12:00:00Z', data: { order_id: id, ...over } },
    })
  return { ...tenants, subscriptions, locationId, calls, answer, ran, audits, post, subscribe, step, order, extras }
}

test('a workflow that was subscribed is started with each event, once, with the token of the account', async () => {
  const { subscribe, accept, order, work, locationId, calls, subscriptions, audits } = arrange()
  assert.equal((await subscribe()).status, 200)
  const { eventId } = await accept.accept(order('ord_1'))
  await accept.accept(order('ord_1'))
  await accept.accept(newEvent({ locationId, sourceEventId: 'other' }))
  await work(locationId)
  assert.equal(calls.length, 1)
  const { path, method, version, body, locationId: whose } = calls[0]!
  assert.deepEqual(
    [method, path, version, whose],
    ['POST', '/workflows-marketplace/triggers/execute/app1/trg1', '2021-07-28', locationId],
  )
  assert.deepEqual(body, {
    type: 'order.created',
    timestamp: '2026-01-31T12:00:00Z',
    data: { order_id: 'ord_1' },
    eventId,
  })
  assert.ok((await subscriptions.get(locationId, 'trg1'))?.lastFiredAt)
  assert.deepEqual(
    audits.map(({ locationId: of, record }) => [of, record.action, record.subject.id]),
    [[locationId, 'builder_trigger.changed', 'trg1']],
  )
})

test('filters are applied on our side, and changed with the workflow', async () => {
  const { subscribe, accept, order, work, locationId, calls } = arrange()
  await subscribe({ filters: [{ field: 'data.currency', operator: '==', value: 'EUR' }] })
  await accept.accept(order('ord_1', { currency: 'USD', total: 900 }))
  await accept.accept(order('ord_2', { currency: 'EUR', total: 900 }))
  await work(locationId)
  assert.equal(calls.length, 1)

  const filters = [
    { field: 'data.currency', operator: '==', value: ['USD', 'GBP'] },
    { field: 'data.total', operator: '>', value: '100' },
  ]
  await subscribe({ eventType: 'UPDATED', filters })
  await accept.accept(order('ord_3', { currency: 'GBP', total: 99 }))
  await accept.accept(order('ord_4', { currency: 'USD', total: 101 }))
  await accept.accept(order('ord_5', { currency: 'EUR', total: 900 }))
  await work(locationId)
  assert.deepEqual(
    calls.map(({ body }) => (body as { data: { order_id: string } }).data.order_id),
    ['ord_2', 'ord_4'],
  )
})

test('a filter that we could not apply is refused, and nothing is kept', async () => {
  const { subscribe, subscriptions, locationId } = arrange()
  for (const filter of [
    { field: 'data.currency', operator: 'sounds-like', value: 'EUR' },
    { field: 'data.currency', operator: 'constructor', value: 'EUR' },
    { field: 'constructor', operator: '==', value: 'EUR' },
  ]) {
    const { status, body } = await subscribe({ filters: [filter] })
    assert.deepEqual([status, body.code], [422, 'invalid_body'])
    assert.match(body.errors[0].pointer, /^\/triggerData\/filters\/0\//)
  }
  assert.equal(await subscriptions.get(locationId, 'trg1'), undefined)
})

test('a workflow that was taken off is not started any more', async () => {
  const { subscribe, accept, order, work, locationId, calls } = arrange()
  await subscribe()
  assert.equal((await subscribe({ eventType: 'DELETED', targetUrl: undefined })).status, 200)
  assert.equal((await subscribe({ eventType: 'DELETED' })).status, 200, 'twice is no fault')
  await accept.accept(order('ord_1'))
  await work(locationId)
  assert.equal(calls.length, 0)
})

test('addresses outside of the CRM’s own are refused: the token of the account goes there', async () => {
  const { subscribe } = arrange()
  for (const targetUrl of [
    'https://evil.example.com/crm/workflows-marketplace/triggers/execute/a/b',
    'http://services.example.com/crm/workflows-marketplace/triggers/execute/a/b',
    'https://services.example.com@evil.example.com/crm/workflows-marketplace/triggers/execute/a/b',
    `${CRM}/contacts/`,
    `${CRM}/workflows-marketplace/triggers/execute/../../../contacts`,
    `${CRM}/workflows-marketplace/triggers/execute/a%2f..%2fb`,
    `${TARGET}?to=x`,
    'file:///etc/passwd',
    undefined,
  ]) {
    const { status, body } = await subscribe({ targetUrl })
    assert.deepEqual([status, body.code], [422, 'invalid_body'], targetUrl)
  }
})

test('a CRM that has a problem is tried again; one that no longer knows the workflow ends it, with a record', async () => {
  const { subscribe, accept, order, work, locationId, calls, answer, clock, subscriptions, audit, deadLetters } =
    arrange()
  await subscribe()
  answer.error = new AppError('crm_unavailable')
  await accept.accept(order('ord_1'))
  await work(locationId)
  assert.equal(calls.length, 1)
  delete answer.error
  clock.advance(3_600_000)
  await work(locationId)
  assert.deepEqual(calls[0]?.body, calls[1]?.body)

  answer.error = new AppError('crm_rejected', { extra: { crmMessage: 'Trigger trg1 is inactive' } })
  await accept.accept(order('ord_2'))
  await work(locationId)
  assert.equal((await subscriptions.get(locationId, 'trg1'))?.status, 'stale')
  const records = await audit.list(locationId, { subjectType: 'builder_trigger' })
  assert.ok(records.some(({ action }) => action === 'builder_trigger.stale'))
  await accept.accept(order('ord_3'))
  await work(locationId)
  assert.equal(calls.length, 3)
  assert.deepEqual(await deadLetters.list(locationId), [])

  delete answer.error
  await subscribe({ eventType: 'UPDATED' })
  await accept.accept(order('ord_4'))
  await work(locationId)
  assert.equal(calls.length, 4, 'saved anew it is started again')
})

test('an account without the app, of another company, or a module under another name gets nothing', async () => {
  const { subscribe, step, extras } = arrange()
  const others = [
    { extras: { ...extras, locationId: 'loc_other' } },
    { extras: { ...extras, companyId: 'comp_2' } },
    { meta: { key: 'rankr_order_updated' } },
  ]
  for (const more of others) assert.equal((await subscribe({}, more)).status, 404)
  assert.equal((await step({ rankrId: 'cus_1', body: 'Hi' }, { locationId: 'loc_other' })).body.code, 'not_installed')
})

test('actions and triggers that are not offered do not exist', async () => {
  const { post, extras } = arrange()
  for (const key of ['crm_contacts_delete', 'app_webhooks_deliver', 'constructor']) {
    const body = { data: {}, meta: { key }, extras }
    for (const path of [`actions/${key}`, `actions/${key}/fields`, `triggers/${key}/fields`]) {
      assert.equal((await post(`/modules/${path}`, body)).status, 404, path)
    }
  }
})

test('a step is carried out with the contact of its workflow, and answered the same when it is asked again', async () => {
  const { step, ran, clock } = arrange()
  const first = await step({ rankrId: 'cus_1', body: 'Called back', unknownExtra: 'x' })
  assert.deepEqual([first.status, first.body], [200, { contactId: 'con_1', noteId: 'note_1' }])
  assert.equal(ran[0]?.contactId, 'con_1')
  const again = await step({ rankrId: 'cus_1', body: 'Called back' })
  assert.deepEqual(again.body, first.body)
  assert.equal(ran.length, 1)
  await step({ rankrId: 'cus_1', body: 'Called back' }, { contactId: 'con_2' })
  assert.equal(ran.length, 2, 'another contact is another call')
  clock.advance(11 * 60_000)
  await step({ rankrId: 'cus_1', body: 'Called back' })
  assert.equal(ran.length, 3, 'later the same workflow may want it once more')
})

test('a step whose values do not fit is told which; a refused one may be asked again', async () => {
  const { step, ran } = arrange()
  const lacking = await step({ body: 'Hi' })
  assert.deepEqual([lacking.status, lacking.body.code], [422, 'action_input_invalid'])
  assert.equal(lacking.body.errors[0].pointer, '/rankrId')
  const input = { rankrId: 'cus_1', body: 'refuse' }
  assert.equal((await step(input)).body.code, 'crm_rejected')
  assert.equal((await step(input)).body.code, 'crm_rejected')
  assert.equal(ran.length, 2)
})

test('forms are answered in the builder’s own format', async () => {
  const { post, extras } = arrange()
  const key = 'app_invoices_send'
  const inputs = await post(`/modules/actions/${key}/fields`, { data: {}, meta: { key }, extras })
  const fields = inputs.body.inputs.flatMap(({ fields }: { fields: { field: string; options?: object[] }[] }) => fields)
  const optionsOf = (name: string) => fields.find(({ field }: { field: string }) => field === name)?.options
  assert.ok(optionsOf('by')?.some((option: object) => 'value' in option && option.value === 'sms'))
  assert.deepEqual(optionsOf('userId'), [{ label: 'Birthday', value: 'cf_1' }])
  const filters = await post(`/modules/triggers/${KEY}/fields`, { data: {}, meta: { key: KEY }, extras })
  assert.deepEqual(filters.body.filters[0], {
    field: 'data.status',
    title: 'Status',
    fieldType: 'string',
    required: false,
  })
})
