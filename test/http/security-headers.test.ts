import assert from 'node:assert/strict'
import test from 'node:test'
import { json, view } from '../../server/http/reply.ts'
import { defineRoute } from '../../server/http/route.ts'
import { serve } from './serve.ts'

const none = { none: 'a test' } as const

const page = defineRoute({ method: 'GET', path: '/page', door: 'open', audit: none, handler: () => json({}) })

const framed = defineRoute({
  method: 'GET',
  path: '/settings',
  door: 'open',
  frame: 'tenant',
  audit: none,
  handler: () => view('layout/frame'),
})

const policyOf = (header: string | undefined): Map<string, string> =>
  new Map(
    (header ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ')
      return [name, values.join(' ')]
    }),
  )

test('by default nothing may frame an answer and only our own files run', async () => {
  const answer = await serve([page]).agent.get('/page')
  const policy = policyOf(answer.get('Content-Security-Policy'))
  assert.equal(policy.get('default-src'), "'none'")
  assert.equal(policy.get('script-src'), "'self'")
  assert.equal(policy.get('style-src'), "'self'")
  assert.equal(policy.get('frame-ancestors'), "'none'")
  assert.equal(policy.get('base-uri'), "'none'")
  assert.equal(answer.get('X-Frame-Options'), 'DENY')
  assert.equal(answer.get('X-Content-Type-Options'), 'nosniff')
  assert.equal(answer.get('Referrer-Policy'), 'no-referrer')
  assert.equal(answer.get('Strict-Transport-Security'), 'max-age=31536000')
  assert.equal(answer.get('X-Powered-By'), undefined)
})

test('an answer to a machine may not be shown or framed', async () => {
  const hook = defineRoute({
    method: 'POST',
    path: '/hook',
    door: 'crm-signature',
    audit: none,
    handler: () => json({}),
  })
  const answer = await serve([hook]).agent.post('/hook').send('{}')
  assert.equal(answer.get('Content-Security-Policy'), "default-src 'none';frame-ancestors 'none'")
  assert.equal(answer.get('X-Content-Type-Options'), 'nosniff')
})

test('a plain http address promises no https', async () => {
  const { agent } = serve([page], { publicUrl: 'http://127.0.0.1:3000' })
  assert.equal((await agent.get('/page')).get('Strict-Transport-Security'), undefined)
})

test('the settings page may be framed by the parents of the account named in the address', async () => {
  const asked: (string | undefined)[] = []
  const { agent } = serve([framed], {
    frameAncestors: async (locationId) => {
      asked.push(locationId)
      return ['https://app.example.com', `https://${locationId ?? 'default'}.brand.example`]
    },
  })
  const answer = await agent.get('/settings?location=loc_1')
  const policy = policyOf(answer.get('Content-Security-Policy'))
  assert.equal(policy.get('frame-ancestors'), 'https://app.example.com https://loc_1.brand.example')
  assert.equal(answer.get('X-Frame-Options'), undefined)

  await agent.get('/settings')
  await agent.get('/settings?location=a&location=b')
  await agent.get(`/settings?location=${encodeURIComponent('x; script-src *')}`)
  assert.deepEqual(asked, ['loc_1', undefined, undefined, undefined])
})

test('a parent that is no origin cannot change the policy', async () => {
  const { agent } = serve([framed], {
    frameAncestors: async () => ['https://a.example; script-src *', "'unsafe-inline'"],
  })
  const policy = policyOf((await agent.get('/settings')).get('Content-Security-Policy'))
  assert.equal(policy.get('frame-ancestors'), "'none'")
  assert.equal(policy.get('script-src'), "'self'")
})

test('a row may open single directives', async () => {
  const shell = defineRoute({
    method: 'GET',
    path: '/shell',
    door: 'open',
    audit: none,
    contentSecurity: { 'frame-src': ['http://127.0.0.1:3000'] },
    handler: () => json({}),
  })
  const policy = policyOf((await serve([shell]).agent.get('/shell')).get('Content-Security-Policy'))
  assert.equal(policy.get('frame-src'), 'http://127.0.0.1:3000')
  assert.equal(policy.get('default-src'), "'none'")
})
