import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { describeScope } from '../../../server/sandbox/crm/scope-texts.ts'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { APP, startCrm } from './harness.ts'

const linkOf = (changes: Record<string, string> = {}): string =>
  `/v2/oauth/chooselocation?${new URLSearchParams({
    response_type: 'code',
    client_id: APP.clientId,
    redirect_uri: APP.redirectUris[0]!,
    scope: 'contacts.readonly contacts.write',
    ...changes,
  })}`

const open = async (t: TestContext, changes: Record<string, string> = {}) => {
  const crm = await startCrm(t)
  return { ...crm, page: await crm.call('GET', linkOf(changes)) }
}

test('the consent page names the app, the accounts and every permission, and needs no scripts', async (t) => {
  const { page } = await open(t)
  assert.equal(page.status, 200)
  for (const text of ['Add Test App', 'Bright Dental', 'View and change contacts', 'contacts.readonly']) {
    assert.ok(page.body.includes(text), text)
  }
  assert.ok(!page.body.includes('<script'))
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /form-action 'self' https:\/\/app\.example\.com(;|$)/)
})

test('the white-label path shows the same page', async (t) => {
  const { call } = await startCrm(t)
  assert.equal((await call('GET', linkOf().replace('/v2', ''))).status, 200)
})

for (const [what, changes, text] of [
  ['an unknown app', { client_id: 'other-1' }, 'No integration found'],
  ['a redirect address that is not registered exactly', { redirect_uri: `${APP.redirectUris[0]}/` }, 'not registered'],
  [
    'a scope that the app version lacks',
    { scope: 'contacts.readonly saas/company.write' },
    'please contact the developer!',
  ],
  ['no scope', { scope: '' }, 'please contact the developer!'],
  ['another response type', { response_type: 'token' }, 'not supported'],
] as const) {
  test(`a link with ${what} ends in a page that says so`, async (t) => {
    const { page } = await open(t, changes)
    assert.equal(page.status, 400)
    assert.ok(page.body.includes(text))
  })
}

const decide = (crm: Awaited<ReturnType<typeof startCrm>>, form: Record<string, string>, changes = {}) =>
  crm.call('POST', linkOf(changes), { form })

test('Allow leads back with a code and the state that was given', async (t) => {
  const crm = await startCrm(t)
  const answer = await decide(
    crm,
    { decision: 'allow', userId: SEED.users.admin, target: `location:${SEED.locations.dental}` },
    { state: 'opaque & exact' },
  )
  assert.equal(answer.status, 303)
  const target = new URL(answer.headers.get('location')!)
  assert.equal(target.origin + target.pathname, APP.redirectUris[0])
  assert.equal(target.searchParams.get('state'), 'opaque & exact')
  const { status, body } = await crm.exchange(target.searchParams.get('code')!)
  assert.equal(status, 200)
  assert.equal(body.locationId, SEED.locations.dental)
  assert.equal(body.userId, SEED.users.admin)
  assert.equal(body.scope, 'contacts.readonly contacts.write')
})

test('an install without state gets none back', async (t) => {
  const crm = await startCrm(t)
  const form = { decision: 'allow', userId: SEED.users.owner, target: `location:${SEED.locations.dental}` }
  const target = new URL((await decide(crm, form)).headers.get('location')!)
  assert.ok(target.searchParams.has('code'))
  assert.ok(!target.searchParams.has('state'))
})

test('Cancel leads back with access_denied and installs nothing', async (t) => {
  const crm = await startCrm(t)
  const answer = await decide(crm, { decision: 'cancel' }, { state: 's1' })
  assert.equal(answer.headers.get('location'), `${APP.redirectUris[0]}?error=access_denied&state=s1`)
  assert.equal(crm.crm.state.installations.size, 0)
})

for (const [what, form, text] of [
  [
    'a user who is no administrator',
    { userId: SEED.users.user, target: `location:${SEED.locations.dental}` },
    'Only an administrator',
  ],
  [
    'a location administrator for the whole company',
    { userId: SEED.users.admin, target: `company:${SEED.companyId}`, locations: SEED.locations.dental },
    'Only an administrator',
  ],
  ['no choice of place', { userId: SEED.users.owner }, 'Choose where'],
  [
    'a bulk install of nothing',
    { userId: SEED.users.owner, target: `company:${SEED.companyId}` },
    'at least one account',
  ],
  ['an unknown person', { userId: 'nobody', target: `location:${SEED.locations.dental}` }, 'Choose who you are'],
] as const) {
  test(`${what} is told on the page, and nothing is installed`, async (t) => {
    const crm = await startCrm(t)
    const answer = await decide(crm, { decision: 'allow', ...form })
    assert.equal(answer.status, 422)
    assert.ok(answer.body.includes(text))
    assert.equal(crm.crm.state.installations.size, 0)
  })
}

test('another site cannot press Allow for the person', async (t) => {
  const crm = await startCrm(t)
  const answer = await crm.call('POST', linkOf(), {
    form: { decision: 'allow', userId: SEED.users.owner, target: `location:${SEED.locations.dental}` },
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(answer.status, 403)
  assert.equal(crm.crm.state.installations.size, 0)
})

test('the stylesheet is served beside the page', async (t) => {
  const { call, page } = await open(t)
  const href = /href="([^"]+\.css)"/.exec(page.body)![1]!
  const answer = await call('GET', href.replace('/crm', ''))
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type')!, /text\/css/)
})

test('scopes are put into words, and the two that the platform warns of stand out', () => {
  assert.equal(describeScope('objects/record.write').text, 'View and change records of objects')
  assert.equal(describeScope('locations/customFields.readonly').text, 'View custom fields of the account')
  assert.equal(describeScope('payments/orders.collectPayment').text, 'Record payments of orders of payments')
  assert.deepEqual(
    ['users.write', 'locations.write', 'contacts.write'].map((scope) => describeScope(scope).isSensitive),
    [true, true, false],
  )
})
