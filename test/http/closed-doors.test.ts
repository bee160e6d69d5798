// Walks every route of the app with no credential, with the wrong one and with too small a role.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Route } from '../../server/http/route.ts'
import { ROUTES } from './route-list.ts'
import { bearer, serve } from './serve.ts'

const { agent } = serve(ROUTES)

const addressOf = ({ path }: Route): string => path.replaceAll(/[:*]\w+/g, 'anything')

const ask = (row: Route, headers: Record<string, string> = {}) => {
  const method = row.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete'
  // Without this header a browser's visit of a screen gets the open shell.
  return agent[method](addressOf(row)).set({ 'HX-Request': 'true', 'X-Forwarded-For': '203.0.113.9', ...headers })
}

const behind = (door: Route['door']): Route[] => ROUTES.filter((row) => row.door === door)

test('only these routes are open', () => {
  assert.deepEqual(
    behind('open')
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
    [
      'GET /',
      'GET /.well-known/oauth-authorization-server',
      'GET /developers',
      'GET /developers/callback',
      'GET /developers/sign-in',
      'GET /docs',
      'GET /docs/authentication',
      'GET /docs/catalog',
      'GET /docs/catalog/:id',
      'GET /docs/changelog',
      'GET /docs/errors',
      'GET /docs/errors/:code',
      'GET /docs/glossary',
      'GET /docs/quickstart',
      'GET /docs/webhooks',
      'GET /docs/workflow.schema.json',
      'GET /healthz',
      'GET /install',
      'GET /oauth/authorize',
      'GET /oauth/callback',
      'GET /oauth/jwks',
      'GET /readyz',
      'GET /settings',
      'GET /settings/*screen',
      'GET /v1/openapi.json',
      'POST /oauth/introspect',
      'POST /oauth/revoke',
      'POST /oauth/token',
      'POST /settings/session',
    ],
  )
})

test('every route of the settings is closed without a session', async () => {
  assert.ok(behind('session').length > 5)
  for (const row of behind('session')) {
    for (const authorization of [undefined, 'Bearer nonsense', 'Basic dXNlcjpwYXNz']) {
      const answer = await ask(row, authorization ? { Authorization: authorization } : {})
      assert.equal(answer.status, 401, `${row.method} ${row.path}`)
      assert.equal(answer.body.code, 'unauthenticated')
    }
  }
})

/** Changes nothing but what the person sees. */
const OWN_VIEW = new Set(['/settings/workflows/:workflowId/edit/folded'])

test('every change of the settings is closed to people who are no administrators', async () => {
  const changes = behind('session').filter(({ method, path }) => method !== 'GET' && !OWN_VIEW.has(path))
  assert.ok(changes.length > 3)
  for (const row of changes) {
    assert.equal(row.role, 'admin', `${row.method} ${row.path}`)
    const answer = await ask(row, { Authorization: await bearer({ role: 'user' }) })
    assert.equal(answer.status, 403, `${row.method} ${row.path}`)
    assert.equal(answer.body.code, 'forbidden')
  }
})

test('every route of the settings is closed once the app was removed from the account', async () => {
  for (const row of behind('session')) {
    const answer = await ask(row, { Authorization: await bearer({ locationId: 'loc_gone' }) })
    assert.equal(answer.body.code, 'not_installed', `${row.method} ${row.path}`)
  }
})

test('every route of the portal is closed to who is not signed in there, whatever else they hold', async () => {
  assert.ok(behind('portal').length > 15)
  for (const row of behind('portal')) {
    const answer = await ask(row, { Authorization: await bearer(), Cookie: 'portal=s%3Anonsense' })
    assert.equal(answer.status, 401, `${row.method} ${row.path}`)
    assert.equal(answer.body.code, 'unauthenticated')
  }
})

test('every webhook is closed without a signature, whoever is signed in', async () => {
  const rows = [...behind('crm-signature'), ...behind('rankr-signature'), ...behind('hook-token')]
  assert.equal(rows.length, 4)
  for (const row of rows) {
    const answer = await ask(row, { Authorization: await bearer() })
    // Others than the CRM's are looked up first: their own secret is needed.
    const code = row.door === 'crm-signature' ? 'invalid_signature' : 'connection_not_found'
    assert.equal(answer.body.code, code, row.path)
  }
})

test('every module of the CRM’s builder is closed without the secret of the app, whoever is signed in', async () => {
  assert.equal(behind('crm-module').length, 5)
  for (const row of behind('crm-module')) {
    for (const secret of ['', 'nonsense', 'a-module-secret-of-enough-length-for-test']) {
      const answer = await ask(row, { Authorization: await bearer(), 'x-connect-secret': secret })
      assert.equal(answer.status, 401, row.path)
      assert.equal(answer.body.code, 'unauthenticated')
    }
  }
})

test('every route for operators is hidden from strangers, whoever is signed in', async () => {
  for (const row of behind('operator')) {
    const answer = await ask(row, { Authorization: await bearer() })
    assert.equal(answer.status, 404, row.path)
    assert.equal(answer.body.code, 'not_found')
  }
})

test('every change is recorded or says why not; reading records nothing', () => {
  for (const { method, path, audit } of ROUTES) {
    if (typeof audit !== 'string') assert.ok(audit.none.length > 5, `${method} ${path}`)
    else assert.notEqual(method, 'GET', path)
  }
})

test('actions are named by what was changed and how', () => {
  for (const { audit } of ROUTES) {
    if (typeof audit === 'string') assert.match(audit, /^[a-z_]+\.[a-z_]+$/)
  }
})
