import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { AppError } from '../../server/errors.ts'
import { empty, json, redirect, text, view } from '../../server/http/reply.ts'
import { defineRoute } from '../../server/http/route.ts'
import { bearer, PUBLIC_URL, serve } from './serve.ts'

const none = { none: 'a test' } as const

const get = (path: string, handler: () => ReturnType<typeof json>) =>
  defineRoute({ method: 'GET', path, door: 'open', audit: none, handler })

const thing = defineRoute({
  method: 'POST',
  path: '/things/:id',
  door: 'open',
  audit: none,
  bodyLimitBytes: 1024,
  input: {
    params: z.object({ id: z.string().regex(/^\d+$/) }),
    query: z.object({ times: z.coerce.number('times must be a number').default(1) }),
    body: z.object({
      name: z.string('name must be text'),
      'a/b': z.object({ 'c~d': z.number('must be a number') }).optional(),
    }),
  },
  handler: ({ params, query, body }) => json({ id: params.id, times: query.times, name: body.name }),
})

test('a row gets its input checked and typed', async () => {
  const { agent } = serve([thing])
  const answer = await agent.post('/things/7?times=3').send({ name: 'x' }).expect(200)
  assert.deepEqual(answer.body, { id: '7', times: 3, name: 'x' })
  assert.equal(answer.get('Cache-Control'), 'no-store')
})

test('a form is taken like JSON, and a name that comes twice is a list', async () => {
  const form = defineRoute({
    method: 'POST',
    path: '/form',
    door: 'open',
    audit: none,
    input: { body: z.object({ name: z.string(), tags: z.array(z.string()) }) },
    handler: ({ body }) => json(body),
  })
  const answer = await serve([form]).agent.post('/form').type('form').send('name=a+b&tags=1&tags=2').expect(200)
  assert.deepEqual(answer.body, { name: 'a b', tags: ['1', '2'] })
})

test('each fault of a body is named by a pointer', async () => {
  const { agent } = serve([thing])
  const answer = await agent
    .post('/things/7')
    .send({ 'a/b': { 'c~d': 'x' } })
    .expect(422)
  assert.equal(answer.body.code, 'invalid_body')
  assert.equal(answer.body.title, 'The body is not valid')
  assert.deepEqual(answer.body.errors, [
    { pointer: '/name', detail: 'name must be text' },
    { pointer: '/a~1b/c~0d', detail: 'must be a number' },
  ])
})

test('a missing body is an invalid body', async () => {
  const answer = await serve([thing]).agent.post('/things/7').expect(422)
  assert.equal(answer.body.code, 'invalid_body')
})

test('a query that does not fit is an invalid request', async () => {
  const answer = await serve([thing]).agent.post('/things/7?times=x').send({ name: 'x' }).expect(400)
  assert.equal(answer.body.code, 'invalid_request')
  assert.deepEqual(answer.body.errors, [{ pointer: '/times', detail: 'times must be a number' }])
})

test('a part of the address that does not fit leads nowhere', async () => {
  const answer = await serve([thing]).agent.post('/things/x').send({ name: 'x' }).expect(404)
  assert.equal(answer.body.code, 'not_found')
})

test('a body that is not JSON is refused', async () => {
  const answer = await serve([thing]).agent.post('/things/7').type('json').send('{"name": ').expect(400)
  assert.equal(answer.body.code, 'malformed_json')
  assert.equal(answer.body.detail, 'Send a JSON document with Content-Type: application/json.')
})

test('a body of another type is refused', async () => {
  const answer = await serve([thing]).agent.post('/things/7').type('text/plain').send('name=x').expect(415)
  assert.equal(answer.body.code, 'unsupported_media_type')
})

test('a compressed body is refused', async () => {
  const answer = await serve([thing])
    .agent.post('/things/7')
    .set('Content-Encoding', 'gzip')
    .type('json')
    .send('{"name":"x"}')
    .expect(415)
  assert.equal(answer.body.detail, 'Send the body without compression.')
})

test('a body over the limit of its row is refused, announced or not', async () => {
  const { agent, app } = serve([thing])
  const large = JSON.stringify({ name: 'x'.repeat(2000) })
  const announced = await agent.post('/things/7').type('json').send(large).expect(413)
  assert.equal(announced.body.code, 'payload_too_large')
  assert.equal(announced.body.detail, 'Send a smaller body; the limit is 1 KB.')

  const server = app.listen(0)
  try {
    const { port } = server.address() as { port: number }
    const streamed = await fetch(`http://127.0.0.1:${port}/things/7`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    assert.equal(streamed.status, 413)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('an address nobody has is 404 as a problem document', async () => {
  const answer = await serve([thing]).agent.get('/nowhere').expect(404)
  assert.match(answer.get('Content-Type') ?? '', /^application\/problem\+json/)
  assert.deepEqual(Object.keys(answer.body).sort(), ['code', 'detail', 'requestId', 'status', 'title', 'type'])
  assert.equal(answer.body.type, `${PUBLIC_URL}/docs/errors/not-found`)
  assert.equal(answer.body.title, 'Not found')
  assert.equal(answer.body.requestId, answer.get('X-Request-Id'))
  assert.equal(answer.get('X-Frame-Options'), 'DENY')
})

test('an address that does not decode is 404', async () => {
  const answer = await serve([thing]).agent.post('/things/%E0%A4%A').expect(404)
  assert.equal(answer.body.code, 'not_found')
})

test('another method of a known address is 405 with what is allowed', async () => {
  const { agent } = serve([thing, get('/things/new', () => json({}))])
  const answer = await agent.delete('/things/new').expect(405)
  assert.equal(answer.body.code, 'method_not_allowed')
  assert.equal(answer.body.detail, 'Use one of the methods named in the Allow header.')
  assert.equal(answer.get('Allow'), 'POST, GET, HEAD, OPTIONS')
})

test('OPTIONS answers what is allowed, HEAD what GET would', async () => {
  const { agent } = serve([get('/a', () => json({ a: 1 }))])
  const options = await agent.options('/a').expect(204)
  assert.equal(options.get('Allow'), 'GET, HEAD, OPTIONS')
  const head = await agent.head('/a').expect(200)
  assert.equal(head.text, undefined)
  assert.match(head.get('Content-Type') ?? '', /json/)
})

test('a row that is shared may be called by pages of any site, which are told so also when it refuses', async () => {
  const { agent } = serve([{ ...thing, isShared: true }])
  const preflight = await agent.options('/things/7').set('Origin', 'https://pages.example').expect(204)
  assert.deepEqual(
    ['access-control-allow-origin', 'access-control-allow-methods'].map((name) => preflight.headers[name]),
    ['*', 'POST'],
  )
  assert.match(preflight.headers['access-control-allow-headers']!, /Authorization.*Idempotency-Key/)
  assert.equal(preflight.headers['access-control-allow-credentials'], undefined)
  const refused = await agent.post('/things/7').expect(422)
  assert.equal(refused.headers['access-control-allow-origin'], '*')
  assert.match(refused.headers['access-control-expose-headers']!, /ETag.*Retry-After/)
  const { headers } = await serve([thing]).agent.options('/things/7').expect(204)
  assert.equal(headers['access-control-allow-origin'], undefined)
})

test('a request id that could do harm in a log is replaced, a good one kept', async () => {
  const { agent } = serve([get('/a', () => json({}))])
  assert.equal((await agent.get('/a').set('X-Request-Id', 'abc-12345')).get('X-Request-Id'), 'abc-12345')
  assert.match((await agent.get('/a').set('X-Request-Id', 'a b"c{}d e')).get('X-Request-Id') ?? '', /^[0-9a-f-]{36}$/)
})

test('an unknown fault tells nothing outside and its cause inside', async () => {
  const { agent, lines } = serve([
    get('/a', () => {
      throw new Error('password of the database: hunter2')
    }),
  ])
  const answer = await agent.get('/a').expect(500)
  assert.equal(answer.body.code, 'server_error')
  assert.equal(answer.body.detail, 'Try again. If it happens again, give support the request id.')
  assert.ok(!answer.text.includes('hunter2'))
  assert.ok(lines.some((line) => line.level === 'error' && JSON.stringify(line).includes('hunter2')))
  assert.ok(lines.some((line) => line.requestId === answer.body.requestId))
})

test('while the database is away callers are told to come back', async () => {
  const { agent } = serve([
    get('/a', () => {
      throw Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), { code: '25006' })
    }),
  ])
  const answer = await agent.get('/a').expect(503).expect('Retry-After', '5')
  assert.equal(answer.body.code, 'not_ready')
})

test('a failing reply leaves as a server error, too', async () => {
  const { agent } = serve([get('/a', () => view('missing'))], {
    render: async () => {
      throw new Error('no such view')
    },
  })
  assert.equal((await agent.get('/a').expect(500)).body.code, 'server_error')
})

test('an error says when to come back, what is wrong where, and more when it has more', async () => {
  const { agent } = serve([
    get('/a', () => {
      throw new AppError('too_many_requests', { retryAfterSeconds: 1.2, extra: { limit: 5, code: 'not this' } })
    }),
  ])
  const answer = await agent.get('/a').expect(429)
  assert.equal(answer.get('Retry-After'), '2')
  assert.equal(answer.body.limit, 5)
  assert.equal(answer.body.code, 'too_many_requests')
})

test('a browser that goes to a page gets the problem as a page; scripts and htmx get the document', async () => {
  const { agent } = serve([])
  const page = await agent.get('/nowhere').set('Accept', 'text/html,application/xhtml+xml,*/*;q=0.8').expect(404)
  assert.match(page.get('Content-Type') ?? '', /^text\/html/)
  assert.match(page.text, /<title>layout\/page<\/title>/)
  assert.match(page.text, /"view":"problem"/)
  assert.match(page.text, /Check the address and the identifier/)
  for (const headers of [{ Accept: '*/*' }, { Accept: 'text/html', 'HX-Request': 'true' }]) {
    const answer = await agent.get('/nowhere').set(headers).expect(404)
    assert.match(answer.get('Content-Type') ?? '', /^application\/problem\+json/)
  }
  const post = await agent.post('/nowhere').set('Accept', 'text/html').expect(404)
  assert.match(post.get('Content-Type') ?? '', /^application\/problem\+json/)
})

test('a problem page that cannot be drawn falls back to the document', async () => {
  const { agent } = serve([], {
    render: async () => {
      throw new Error('template broken')
    },
  })
  const answer = await agent.get('/nowhere').set('Accept', 'text/html').expect(404)
  assert.match(answer.get('Content-Type') ?? '', /^application\/problem\+json/)
})

test('every kind of reply is sent as what it is', async () => {
  const { agent } = serve([
    get('/json', () => json({ a: 1 }, { status: 201, headers: { 'X-A': '1' } })),
    get('/view', () => view('screens/a', { b: 2 }, { layout: 'layout/page' })),
    get('/text', () => text('hello')),
    get('/redirect', () => redirect('/json', { status: 303 })),
    get('/empty', () => empty()),
  ])
  const created = await agent.get('/json').expect(201, { a: 1 })
  assert.equal(created.get('X-A'), '1')
  assert.match((await agent.get('/view').expect(200)).text, /layout\/page.*"b":2,"view":"screens\/a"/)
  assert.match((await agent.get('/text').expect(200, 'hello')).get('Content-Type') ?? '', /^text\/plain/)
  assert.equal((await agent.get('/redirect').expect(303)).get('Location'), '/json')
  await agent.get('/empty').expect(204, '')
})

test('an output schema drops what it does not name', async () => {
  const route = defineRoute({
    method: 'GET',
    path: '/a',
    door: 'open',
    audit: none,
    output: z.object({ id: z.string() }),
    handler: () => json({ id: 'x', secret: 'y' }),
  })
  await serve([route]).agent.get('/a').expect(200, { id: 'x' })
})

test('a change is recorded with its action, who made it and the request', async () => {
  const rename = defineRoute({
    method: 'POST',
    path: '/rename',
    door: 'session',
    role: 'admin',
    audit: 'connection.renamed',
    async handler({ audit }) {
      await audit({ subjectType: 'connection', subjectId: 'con_1', details: { to: 'x' } })
      return empty()
    },
  })
  const { agent, audits, lines } = serve([rename])
  const answer = await agent
    .post('/rename')
    .set('Authorization', await bearer())
    .expect(204)
  assert.deepEqual(audits, [
    {
      locationId: 'loc_1',
      record: {
        actor: { type: 'user', id: 'user_1', name: 'Jane Doe' },
        action: 'connection.renamed',
        subject: { type: 'connection', id: 'con_1' },
        details: { to: 'x' },
        requestId: answer.get('X-Request-Id'),
      },
    },
  ])
  assert.ok(!lines.some(({ msg }) => msg === 'a change was not recorded'))
})

test('a change that was not recorded is loud in the log', async () => {
  const forgetful = defineRoute({
    method: 'POST',
    path: '/a',
    door: 'open',
    audit: 'thing.changed',
    handler: () => empty(),
  })
  const { agent, lines } = serve([forgetful])
  await agent.post('/a').expect(204)
  assert.ok(lines.some(({ level, msg }) => level === 'error' && msg === 'a change was not recorded'))
})

test('a row that records nothing cannot record, and a record needs a tenant and somebody', async () => {
  const quiet = defineRoute({
    method: 'POST',
    path: '/quiet',
    door: 'open',
    audit: none,
    handler: ({ audit }) => audit({ subjectType: 'x' }),
  })
  const nobody = defineRoute({
    method: 'POST',
    path: '/nobody',
    door: 'open',
    audit: 'x.changed',
    handler: ({ audit }) => audit({ subjectType: 'x', locationId: 'loc_1' }),
  })
  const { agent, audits } = serve([quiet, nobody])
  await agent.post('/quiet').expect(500)
  await agent.post('/nobody').expect(500)
  assert.deepEqual(audits, [])
})

test('a row may be asked only so often a minute', async () => {
  const limited = defineRoute({
    method: 'GET',
    path: '/a',
    door: 'open',
    audit: none,
    perMinute: 2,
    handler: () => json({}),
  })
  const { agent } = serve([limited])
  await agent.get('/a').expect(200)
  const second = await agent.get('/a').expect(200)
  assert.match(second.get('RateLimit') ?? '', /r=0/)
  const refused = await agent.get('/a').expect(429)
  assert.equal(refused.body.code, 'too_many_requests')
  assert.equal(refused.body.detail, 'Wait for the time in Retry-After, then send it again.')
  assert.match(refused.get('Retry-After') ?? '', /^\d+$/)
})

test('the log names the row and never the query', async () => {
  const { agent, lines } = serve([get('/things/:id', () => json({}))])
  await agent.get('/things/7?code=secret-code')
  await agent.get('/nothing/secret-code')
  assert.deepEqual(
    lines.filter(({ msg }) => msg === 'answered').map(({ route, status }) => [route, status]),
    [
      ['/things/:id', 200],
      ['none', 404],
    ],
  )
  assert.ok(!JSON.stringify(lines).includes('secret-code'))
})
