// Between the simulated CRM's workflow builder and our modules, over HTTP in both directions: a workflow waits for an order of
// Rankr and is started by it; a step of another one has an action of ours carried out.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test, { after, type TestContext } from 'node:test'
import express from 'express'
import { action } from '../../server/catalog/index.ts'
import { AppError } from '../../server/errors.ts'
import { createCrmClient } from '../../server/highlevel/client.ts'
import { dynamicFilters, dynamicInputs, inputFromDynamic } from '../../server/highlevel/dynamic-fields.ts'
import { createExecute } from '../../server/highlevel/execute.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { moduleRoutes } from '../../server/http/modules/routes.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { createApiAnswers } from '../../server/store/api-answers.ts'
import { createBuilderSubscriptions } from '../../server/store/builder-subscriptions.ts'
import { createRecordHolds } from '../../server/store/record-holds.ts'
import { createRunAction } from '../../server/sync/actions.ts'
import { createApiActions } from '../../server/sync/api-actions.ts'
import { createBuilderActions, createBuilderLater } from '../../server/sync/builder/builder-actions.ts'
import { createFireBuilder } from '../../server/sync/builder/fire-builder.ts'
import { createResumeBuilder } from '../../server/sync/builder/resume-builder.ts'
import { createCustomerActions } from '../../server/sync/customers/customers.ts'
import { createBuilderService } from '../../server/workflows/builder-service.ts'
import { createTenants } from '../fan-out/tenants.ts'
import { serve } from '../http/serve.ts'
import { listen } from '../listen.ts'
import { newEvent, openDatabase, silent } from '../relay/kit.ts'

const db = await openDatabase(after)
const locationId = SEED.locations.dental

const APP = {
  clientId: 'builderapp0000000000001-key1',
  clientSecret: 'a secret of the app',
  ssoKey: 'a shared secret',
  redirectUris: ['https://app.example.com/oauth/callback'],
  webhookUrl: '',
  scopes: ['contacts.readonly', 'contacts.write', 'workflows.readonly'],
}

const setUp = async (t: TestContext, secret = 'a-module-secret-of-enough-length-for-tests') => {
  const outer = express()
  const server = createServer(outer)
  const url = await listen(server)
  const tenants = createTenants(db)
  const { now, own, once, breaker, links, workflows, audit, events, accept, work } = tenants
  const crm = createSimulatedCrm({
    now,
    apiUrl: `${url}/crm`,
    apps: [{ ...APP, modules: { url: `${url}/modules`, headers: { 'x-connect-secret': secret } } }],
    limits: { burst: 1_000_000 },
  })
  const http = createCrmHttp({ apiUrl: `${url}/crm` })
  t.after(async () => {
    http.close()
    server.closeAllConnections()
    server.close()
    await crm.close()
  })

  outer.use('/crm', crm.router)
  const code = crm.control.install({ target: { kind: 'Location', locationId } })
  const exchange = () =>
    fetch(`${url}/crm/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: APP.clientId,
        client_secret: APP.clientSecret,
        grant_type: 'authorization_code',
        code,
      }),
    })
  const { access_token: accessToken } = (await (await exchange()).json()) as { access_token: string }
  const tokenFor = async () => ({ accessToken, scopes: [], version: 1, bornAt: now(), expiresAt: now() })
  const client = createCrmClient({
    http,
    tokens: { tokenFor, refreshed: tokenFor, suspend: async () => {} },
    budget: { take: async () => {}, observe: () => {}, limited: async () => {} },
    companyOf: async () => undefined,
    now,
    log: silent,
  })
  const { execute } = createExecute({
    client,
    openFile: undefined as never,
    action,
    tenant: async () => undefined,
    appId: 'test',
  })
  const subscriptions = createBuilderSubscriptions({ db, now })
  const service = createBuilderService({ subscriptions, workflows, audit, transaction: db.transaction })
  own['app.builder.fire'] = createFireBuilder({ subscriptions, events, client, stale: service.stale })
  const path = '/workflows-marketplace/actions/resume-internal-action'
  own['app.builder.resume'] = createResumeBuilder({ client, path })
  Object.assign(
    own,
    createCustomerActions({
      links,
      once,
      holds: createRecordHolds({ db }),
      home: async () => undefined,
      inWords: async (_id, text) => text,
      now,
    }),
  )
  const runAction = createRunAction({ own, execute, breaker, once })
  const actions = createApiActions({ runAction, progress: createProgress({ store: tenants.progressStore }) })
  const { app } = serve(
    moduleRoutes({
      installed: async (id) => id === locationId,
      companyOf: async () => SEED.companyId,
      service,
      crmApiUrl: `${url}/crm`,
      transaction: db.transaction,
      dynamicFilters,
      dynamicInputs,
      choices: async () => ({ options: [] }),
      run: createBuilderActions({ actions, answers: createApiAnswers({ db }), inputFromDynamic, now }),
      later: createBuilderLater({ accept: accept.accept, inputFromDynamic, now }),
    }),
  )
  outer.use(app)

  const order = (id: string, total: number) =>
    accept.accept(
      newEvent({
        locationId,
        type: 'order.created',
        sourceEventId: `${url}:${id}`,
        recordKey: `order:${id}`,
        payload: { type: 'order.created', timestamp: '2026-01-31T12:00:00Z', data: { order_id: id, total } },
      }),
    )
  const startsOf = (id: string) =>
    crm.state.builderTriggers.get(id)!.starts.map(({ data }) => (data as { order_id: string }).order_id)
  return { ...tenants, crm, builder: crm.control.builder, order, startsOf, subscriptions, work: () => work(locationId) }
}

test('a workflow waits for large orders, is started by one, and no more once it was deleted', async (t) => {
  const { builder, order, work, startsOf } = await setUp(t)
  const filters = [{ field: 'data.total', operator: '>', value: '100' }]
  const saved = await builder.save({ locationId, key: 'rankr_order_created', filters })
  assert.deepEqual([saved.status, saved.body], [200, { success: true }])
  await order('ord_small', 20)
  await order('ord_large', 200)
  await work()
  assert.deepEqual(startsOf(saved.id), ['ord_large'])

  assert.equal((await builder.remove(saved.id))?.status, 200)
  await order('ord_later', 300)
  await work()
  assert.deepEqual(startsOf(saved.id), ['ord_large'])
})

test('a workflow whose end we were not told of is found out by starting it', async (t) => {
  const { builder, order, work, startsOf, subscriptions, deadLetters } = await setUp(t)
  const { id } = await builder.save({ locationId, key: 'rankr_order_created', filters: [] })
  await builder.remove(id, { isTold: false })
  await order('ord_1', 20)
  await work()
  assert.deepEqual(startsOf(id), [])
  assert.equal((await subscriptions.get(locationId, id))?.status, 'stale')
  assert.deepEqual(await deadLetters.list(locationId), [])
})

test('a step brings a customer into the contacts, with a form made of the fields of the action', async (t) => {
  const { builder, crm } = await setUp(t)
  const key = 'app_customers_upsert_contact'
  const form = await builder.form({ locationId, key })
  const { inputs } = form.body as { inputs: { fields: { field: string; required: boolean }[] }[] }
  const needed = inputs.flatMap(({ fields }) => fields).filter(({ required }) => required)
  assert.deepEqual(
    needed.map(({ field }) => field),
    ['rankrId'],
  )
  const data = { rankrId: 'cus_9', email: 'ines@example.com', firstName: 'Ines', tags: 'vip, paying' }
  const { status, body } = await builder.run({ locationId, key, data })
  assert.equal(status, 200)
  const contact = crm.state.contacts.get((body as { contactId: string }).contactId)
  assert.deepEqual([contact?.email, contact?.tags.toSorted()], ['ines@example.com', ['paying', 'vip']])
})

const TICKET = { externalId: 'order-7', subject: 'Where is it?', description: 'It has not come.', priority: 'high' }

test('a contact waits at a slow step until it is done, however often the desk fails before, and goes on once', async (t) => {
  const { builder, crm, own, work, clock, deadLetters } = await setUp(t)
  const tries: Record<string, unknown>[] = []
  own['support.tickets.create'] = async ({ input }) => {
    tries.push(input)
    if (tries.length < 3) throw new AppError('support_unavailable')
    return { output: { ticketId: '35436' } }
  }
  const step = await builder.pause({ locationId, contactId: 'con_1', key: 'support_tickets_create', data: TICKET })
  assert.deepEqual([step.status, step.body], [200, { success: true, isWaiting: true }])
  assert.equal((await step.again()).status, 200)
  const said = () => crm.state.builderWaits.get(step.id)?.said
  for (let tried = 0; tried < 10 && !said(); tried++) {
    await work()
    clock.advance(3_600_000)
  }
  assert.deepEqual(said(), { success: true, successMessage: 'Done', executionResponse: { ticketId: '35436' } })
  assert.deepEqual(tries, [TICKET, TICKET, TICKET])
  assert.deepEqual(await deadLetters.list(locationId), [])
})

test('a contact whose step cannot be done goes on with the reason; one that waits no more stops nothing', async (t) => {
  const { builder, crm, own, work, deadLetters } = await setUp(t)
  own['support.tickets.create'] = async () => {
    throw new AppError('support_unauthorized')
  }
  const wish = { locationId, contactId: 'con_1', key: 'support_tickets_create', data: TICKET }
  const refused = await builder.pause(wish)
  const gone = await builder.pause(wish)
  crm.state.change(() => {
    const row = crm.state.builderWaits.get(gone.id)!
    crm.state.builderWaits.put({
      ...row,
      said: { success: false, successMessage: 'Taken out', executionResponse: null },
    })
  })
  const faulty = await builder.pause({ ...wish, data: { ...TICKET, externalId: '' } })
  assert.deepEqual([faulty.status, (faulty.body as { code: string }).code], [422, 'action_input_invalid'])
  await work()
  const said = crm.state.builderWaits.get(refused.id)?.said
  assert.deepEqual([said?.success, said?.executionResponse], [false, { error: 'support_unauthorized' }])
  assert.match(String(said?.successMessage), /valid key/)
  assert.equal(crm.state.builderWaits.get(gone.id)?.said?.successMessage, 'Taken out')
  assert.equal(crm.state.builderWaits.get(faulty.id)?.said, undefined)
  assert.deepEqual(await deadLetters.list(locationId), [])
})

test('a builder that does not know the secret gets in nowhere', async (t) => {
  const { builder } = await setUp(t, 'something-else')
  assert.equal((await builder.save({ locationId, key: 'rankr_order_created', filters: [] })).status, 401)
  assert.equal((await builder.run({ locationId, key: 'app_customers_add_note', data: {} })).status, 401)
})
