import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { ParentSilent } from '../../public/js/handshake.js'
import { createSession } from '../../public/js/session.js'

const NOW = Date.parse('2026-11-25T10:00:00Z')

type Options = { lifeSeconds?: number; answer?: (token: string, url: string) => Response | undefined }

/** A server with tokens t1, t2, …, and a session that talks to it. */
const world = (t: TestContext, { lifeSeconds = 900, answer = () => undefined }: Options = {}) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOW })
  const requests: string[] = []
  let exchanges = 0
  let isRefusing = false
  t.mock.method(globalThis, 'fetch', async (url: string, init: RequestInit) => {
    if (url === '/settings/session') {
      exchanges += 1
      await Promise.resolve()
      if (isRefusing) return Response.json({ code: 'not_installed' }, { status: 404 })
      const expiresAt = new Date(Date.now() + lifeSeconds * 1000)
      return Response.json({ token: `t${exchanges}`, expiresAt }, { headers: { Date: new Date().toUTCString() } })
    }
    const token = new Headers(init.headers).get('Authorization')?.replace('Bearer ', '') ?? ''
    requests.push(`${init.method ?? 'GET'} ${url} ${token}`)
    return answer(token, url) ?? new Response('ok')
  })
  // The words of our own problems stand in the page; without one they are empty.
  Object.assign(globalThis, { document: { querySelector: () => null } })
  t.after(() => Reflect.deleteProperty(globalThis, 'document'))
  const ask = t.mock.fn(async () => 'payload')
  return {
    session: createSession({ ask }),
    ask,
    requests,
    refuse: (value: boolean) => {
      isRefusing = value
    },
    exchanges: () => exchanges,
  }
}

const expired = (...tokens: string[]) => ({
  answer: (token: string) => (tokens.includes(token) ? new Response('', { status: 401 }) : undefined),
})

test('requests made at the same time share one handshake and carry its token', async (t) => {
  const { session, requests, exchanges } = world(t)
  await Promise.all([session.fetch('/a'), session.fetch('/b')])
  await session.fetch('/c')
  assert.deepEqual(requests, ['GET /a t1', 'GET /b t1', 'GET /c t1'])
  assert.equal(exchanges(), 1)
})

test('a token with less than a minute is renewed before it is used', async (t) => {
  const { session, requests } = world(t)
  await session.fetch('/a')
  t.mock.timers.setTime(NOW + 839_000)
  await session.fetch('/b')
  t.mock.timers.setTime(NOW + 841_000)
  await session.fetch('/c')
  assert.deepEqual(requests, ['GET /a t1', 'GET /b t1', 'GET /c t2'])
})

test('a renewal that fails does not throw away a token that still works', async (t) => {
  const { session, requests, refuse } = world(t)
  await session.fetch('/a')
  t.mock.timers.setTime(NOW + 870_000)
  refuse(true)
  assert.equal((await session.fetch('/b')).status, 200)
  assert.deepEqual(requests, ['GET /a t1', 'GET /b t1'])
})

test('reads that meet 401 together wait for one renewal and are repeated', async (t) => {
  const { session, requests, exchanges } = world(t, expired('t1'))
  const answers = await Promise.all([session.fetch('/a'), session.fetch('/b'), session.fetch('/c')])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.equal(exchanges(), 2)
  assert.deepEqual(requests.slice(3), ['GET /a t2', 'GET /b t2', 'GET /c t2'])
})

test('a write that meets 401 is not repeated, and the next one has a new token', async (t) => {
  const { session, requests } = world(t, expired('t1'))
  const answer = await session.fetch('/a', { method: 'POST' })
  assert.equal((await answer.json()).code, 'repeat')
  await session.fetch('/a', { method: 'POST' })
  assert.deepEqual(requests, ['POST /a t1', 'POST /a t2'])
})

test('a write that carries an idempotency key is repeated', async (t) => {
  const { session, requests } = world(t, expired('t1'))
  assert.equal((await session.fetch('/a', { method: 'POST', headers: { 'Idempotency-Key': 'k' } })).status, 200)
  assert.deepEqual(requests, ['POST /a t1', 'POST /a t2'])
})

test('a second 401 is an answer, not a reason to go round and round', async (t) => {
  const { session, exchanges } = world(t, expired('t1', 't2'))
  assert.equal((await session.fetch('/a')).status, 401)
  assert.equal(exchanges(), 2)
})

test('a refused session answers with the problem of the server', async (t) => {
  const { session, refuse } = world(t)
  refuse(true)
  const answer = await session.fetch('/a')
  assert.equal(answer.status, 404)
  assert.equal((await answer.json()).code, 'not_installed')
})

test('a silent parent and a lost connection are problems too, and asked again the next time', async (t) => {
  const { session, ask, requests } = world(t, {
    answer: (_token, url) => {
      if (url === '/lost') throw new TypeError('Failed to fetch')
      return undefined
    },
  })
  ask.mock.mockImplementationOnce(async () => {
    throw new ParentSilent()
  })
  assert.equal((await (await session.fetch('/a')).json()).code, 'parent_silent')
  assert.equal((await (await session.fetch('/lost')).json()).code, 'offline')
  assert.equal((await session.fetch('/a')).status, 200)
  assert.equal(requests.length, 2)
})

test('an aborted request is rejected, as fetch does', async (t) => {
  const { session } = world(t, {
    answer: () => {
      throw new DOMException('aborted', 'AbortError')
    },
  })
  await assert.rejects(session.fetch('/a', { signal: AbortSignal.abort() }), { name: 'AbortError' })
})
