// Holds the API's document against the API: every operation, with inputs made from its schemas, valid and not.

import assert from 'node:assert/strict'
import test from 'node:test'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { fc, runs } from '../../property.ts'
import { giveUp, HOME, startApi } from './world.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JSON document of many shapes
type Json = any

const RUNS = 8

const text = (schema: Json): fc.Arbitrary<string> => {
  if (schema.format === 'email') return fc.nat(9999).map((n) => `person.${n}@example.com`)
  if (schema.format === 'date-time') {
    const span = { min: new Date('2026-09-01T00:00:00Z'), max: new Date('2026-11-25T00:00:00Z'), noInvalidDate: true }
    return fc.date(span).map((at) => at.toISOString())
  }
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern))
  return fc
    .string({ minLength: 1, maxLength: Math.min(schema.maxLength ?? 30, 30), unit: 'grapheme' })
    .filter((word) => word.trim().length >= (schema.minLength ?? 0))
}

const arbitraryOf = (schema: Json, document: Json): fc.Arbitrary<unknown> => {
  const resolved = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema
  if (Array.isArray(resolved.type)) {
    return fc.option(arbitraryOf({ ...resolved, type: resolved.type[0] }, document), { freq: 3 })
  }
  if (resolved.enum) return fc.constantFrom(...resolved.enum)
  if (resolved.type === 'integer') return fc.integer({ min: resolved.minimum ?? 0, max: resolved.maximum ?? 1000 })
  if (resolved.type === 'number') {
    const least = resolved.minimum ?? resolved.exclusiveMinimum ?? 0
    return fc.integer({ min: Math.ceil(Math.max(least, -9_999)) * 100 + 1, max: 1_000_000 }).map((cents) => cents / 100)
  }
  if (resolved.type === 'array') {
    const size = { minLength: resolved.minItems ?? 0, maxLength: Math.min(resolved.maxItems ?? 4, 4) }
    return fc.array(arbitraryOf(resolved.items, document), size)
  }
  if (resolved.type === 'object') {
    // Its pattern says less than it means.
    const memberOf = (key: string, of: Json) =>
      key === 'currency' ? fc.constantFrom('USD', 'eur', 'KWD') : arbitraryOf(of, document)
    const members = Object.entries(resolved.properties).map(([key, of]) => [key, memberOf(key, of)])
    const requiredKeys = resolved.required ?? []
    const made = fc.record(Object.fromEntries(members), { requiredKeys }) as fc.Arbitrary<Record<string, unknown>>
    const ways: string[][] = (resolved.anyOf ?? []).map(({ required }: Json) => required)
    return made.filter(
      (value) =>
        Object.keys(value).length >= (resolved.minProperties ?? 0) &&
        (ways.length === 0 || ways.some((keys) => keys.every((key) => key in value))),
    )
  }
  return text(resolved)
}

/** Anything at all in the place of something that has a form. */
const nonsense = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.constantFrom('', '%00', '../..', 'null', '💥'))

test('every operation answers as its document says, whatever comes in', async (t) => {
  const api = await startApi(t)
  const { authorization } = await api.clientOf(HOME)
  const served = (await api.agent.get('/v1/openapi.json').expect(200)).body as Json
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ;(addFormats as unknown as (on: Ajv2020) => void)(ajv)
  ajv.addSchema(served, 'api')

  await t.test('the document is one of OpenAPI 3.1, with an id for each operation', () => {
    assert.match(served.openapi, /^3\.1\./)
    const ids = Object.values<Json>(served.paths).flatMap((item) =>
      Object.values<Json>(item).map((op) => op.operationId),
    )
    assert.equal(new Set(ids).size, api.rows.length)
  })

  const [contact] = api.crm.state.contacts.by('location', HOME)
  await api.agent
    .post('/v1/customers')
    .set({ authorization })
    .send({ id: 'cus_known', email: 'known@example.com', phone: '+14155550132' })
  const { body: later } = await api.agent
    .post('/v1/customers')
    .set({ authorization, prefer: 'respond-async' })
    .send({ id: 'cus_later', email: 'later@example.com' })

  await api.makeOrderPlace()
  await api.agent
    .post('/v1/orders')
    .set({ authorization })
    .send({ order_id: 'ord_known', customer_id: 'cus_known', total: 10, currency: 'USD', status: 'open' })
    .expect(201)

  for (const invoice_id of ['inv_known', 'inv_send', 'inv_void', 'inv_pay']) {
    const hints = { customer_email: 'known@example.com', customer_phone: '+14155550132' }
    const body = { invoice_id, customer_id: 'cus_known', ...hints, amount: 1_000_000, currency: 'USD' }
    await api.agent.post('/v1/invoices').set({ authorization }).send(body).expect(201)
  }

  const letters = await giveUp(api, ['cus_a', 'cus_b', 'cus_c', 'cus_d'])
  const { body: replay } = await api.agent
    .post('/v1/replays')
    .set({ authorization })
    .send({ per_minute: 1 })
    .expect(202)

  /** Ids that exist come up often, so that more than "not found" is seen. */
  const known: Record<string, string[]> = {
    '/v1/customers/{id}': ['cus_known', contact!.id],
    '/v1/orders/{id}': ['ord_known'],
    '/v1/invoices/{id}': ['inv_known'],
    '/v1/invoices/{id}/send': ['inv_send'],
    '/v1/invoices/{id}/void': ['inv_void'],
    '/v1/invoices/{id}/payments': ['inv_pay'],
    '/v1/events/{id}': [later.event_id],
    '/v1/dead-letters/{id}': [letters[0]!],
    '/v1/dead-letters/{id}/replay': [letters[1]!],
    '/v1/dead-letters/{id}/discard': [letters[2]!],
    '/v1/replays/{id}': [replay.id],
    '/v1/replays/{id}/stop': [replay.id],
  }
  const validators = new Map<string, ValidateFunction>()
  let exercised = 0
  let calls = 0
  const succeeded = new Set<string>()

  const check = (path: string, method: string, answer: Json): void => {
    calls++
    if (answer.status < 300) succeeded.add(served.paths[path][method].operationId)
    const where = `${method.toUpperCase()} ${path} → ${answer.status} ${JSON.stringify(answer.body).slice(0, 400)}`
    assert.ok(answer.status < 500, where)
    const responses = served.paths[path][method].responses
    assert.ok(responses[answer.status], `undocumented: ${where}`)
    const [type] = Object.keys(responses[answer.status].content)
    assert.ok(answer.headers['content-type'].startsWith(type), where)
    const pointer = `api#/paths/${path.replaceAll('/', '~1')}/${method}/responses/${answer.status}/content/${type!.replaceAll('/', '~1')}/schema`
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: encodeURI(pointer) })
    validators.set(pointer, validate)
    assert.ok(validate(answer.body), `${where}: ${ajv.errorsText(validate.errors)}`)
  }

  for (const [path, item] of Object.entries<Json>(served.paths)) {
    for (const [method, operation] of Object.entries<Json>(item)) {
      const parameters = (operation.parameters ?? []) as Json[]
      const ofQuery = parameters.filter((parameter) => parameter.in === 'query' && parameter.name !== 'cursor')
      const ids = known[path]
      const id = parameters.some((parameter) => parameter.in === 'path')
        ? fc.oneof(fc.constantFrom(...(ids ?? [])), text(parameters.find((each) => each.in === 'path').schema))
        : fc.constant('')
      const query = (of: (schema: Json) => fc.Arbitrary<unknown>) =>
        fc.record(Object.fromEntries(ofQuery.map(({ name, schema }) => [name, of(schema)])), {
          requiredKeys: ofQuery.filter(({ required }) => required).map(({ name }) => name) as never[],
        })
      const schema = operation.requestBody?.content['application/json'].schema
      const prefer = fc.constantFrom(undefined, undefined, 'respond-async')
      const send = async ({ id: of, query: asked, body, headers = {} }: Json) => {
        const address = path.replace('{id}', encodeURIComponent(of))
        const search = new URLSearchParams(Object.entries(asked).map(([key, value]) => [key, String(value)]))
        const call = (api.agent as Json)[method](`${address}?${search}`).set({ authorization, ...headers })
        check(path, method, body === undefined ? await call : await call.send(body))
      }

      await t.test(`${operation.operationId} takes what is valid`, async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.record({
              id,
              query: query((of) => arbitraryOf(of, served)),
              body: schema ? arbitraryOf(schema, served) : fc.constant(undefined),
              prefer,
            }),
            ({ prefer: wish, ...input }) => send({ ...input, headers: wish ? { prefer: wish } : {} }),
          ),
          { numRuns: runs(RUNS), endOnFailure: true },
        )
        exercised++
      })

      await t.test(`${operation.operationId} refuses what is not`, async () => {
        const bodies = fc.oneof(fc.jsonValue(), fc.record({ id: nonsense, email: nonsense, items: fc.jsonValue() }))
        const headers = fc.record(
          { 'if-match': fc.constantFrom('*', '"x"'), 'idempotency-key': fc.stringMatching(/^[a-c]$/) },
          { requiredKeys: [] },
        )
        await fc.assert(
          fc.asyncProperty(
            fc.record({
              id: ids ? fc.oneof(fc.constantFrom(...ids), fc.string({ minLength: 1, maxLength: 10 })) : id,
              query: query(() => nonsense),
              body: schema ? bodies.filter((value) => typeof value === 'object') : fc.constant(undefined),
              headers,
            }),
            send,
          ),
          { numRuns: runs(RUNS), endOnFailure: true },
        )
      })
    }
  }
  assert.equal(exercised, api.rows.length)
  assert.equal(succeeded.size, api.rows.length, 'each has been seen to work')
  t.diagnostic(`${exercised} of ${api.rows.length} operations exercised, ${calls} calls`)
})
