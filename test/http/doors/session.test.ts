import assert from 'node:assert/strict'
import test from 'node:test'
import { SignJWT } from 'jose'
import { json } from '../../../server/http/reply.ts'
import { defineRoute } from '../../../server/http/route.ts'
import { bearer, NOW, SESSION, SESSION_SECRET, serve } from '../serve.ts'

const none = { none: 'a test' } as const

const whoAmI = defineRoute({
  method: 'GET',
  path: '/settings/me',
  door: 'session',
  audit: none,
  handler: ({ caller }) => json(caller),
})

const adminOnly = defineRoute({
  method: 'GET',
  path: '/settings/admin',
  door: 'session',
  role: 'admin',
  audit: none,
  handler: () => json({}),
})

const ask = async (authorization?: string, path = '/settings/me') => {
  const request = serve([whoAmI, adminOnly]).agent.get(path)
  return authorization === undefined ? await request : await request.set('Authorization', authorization)
}

const forged = (change: (jwt: SignJWT) => SignJWT, { claims = SESSION as object, secret = SESSION_SECRET } = {}) =>
  change(
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('rankr-connect')
      .setAudience('settings')
      .setExpirationTime(NOW.getTime() / 1000 + 60),
  ).sign(new TextEncoder().encode(secret))

test('the door is closed without a token', async () => {
  const answer = await ask()
  assert.equal(answer.status, 401)
  assert.equal(answer.body.code, 'unauthenticated')
  assert.equal(answer.body.detail, 'Open this page inside your CRM to sign in.')
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer')
})

test('the door is closed for what is no token of ours', async () => {
  const tokens = [
    'nonsense',
    'a.b.c',
    await forged((jwt) => jwt, { secret: 'another secret that is long enough' }),
    await forged((jwt) => jwt.setAudience('api')),
    await forged((jwt) => jwt.setIssuer('somebody')),
    await forged((jwt) => jwt, { claims: { ...SESSION, role: 'owner' } }),
    await forged((jwt) => jwt, { claims: { ...SESSION, locationId: '' } }),
  ]
  for (const token of tokens) {
    const answer = await ask(`Bearer ${token}`)
    assert.equal(answer.status, 401, token)
    assert.equal(answer.body.code, 'unauthenticated', token)
  }
})

test('a token without signature opens nothing', async () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { ...SESSION, iss: 'rankr-connect', aud: 'settings', exp: NOW.getTime() / 1000 + 60 }
  const answer = await ask(`Bearer ${encode({ alg: 'none' })}.${encode(claims)}.`)
  assert.equal(answer.body.code, 'unauthenticated')
})

test('a token lives 15 minutes and then asks to reload', async () => {
  const minutesAgo = (minutes: number) => () => new Date(NOW.getTime() - minutes * 60_000)
  assert.equal((await ask(await bearer({}, minutesAgo(14)))).status, 200)
  const late = await ask(await bearer({}, minutesAgo(15)))
  assert.equal(late.status, 401)
  assert.equal(late.body.code, 'session_expired')
  assert.equal(late.body.title, 'The session has ended')
  assert.equal(late.get('WWW-Authenticate'), 'Bearer error="invalid_token"')
})

test('whoever signed in is told to the handler', async () => {
  const answer = await ask(await bearer())
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, SESSION)
})

test('a row for admins refuses others', async () => {
  assert.equal((await ask(await bearer(), '/settings/admin')).status, 200)
  const refused = await ask(await bearer({ role: 'user' }), '/settings/admin')
  assert.equal(refused.status, 403)
  assert.equal(refused.body.code, 'forbidden')
  assert.equal(refused.body.detail, 'Ask an administrator of this account to do this or to change your role.')
})

test('the session ends with the installation', async () => {
  const answer = await ask(await bearer({ locationId: 'loc_gone' }))
  assert.equal(answer.status, 404)
  assert.equal(answer.body.code, 'not_installed')
  assert.equal(answer.body.title, 'The app is not installed for this account')
})
