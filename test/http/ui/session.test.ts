import assert from 'node:assert/strict'
import test from 'node:test'
import { bearer } from '../serve.ts'
import { contextOf, installation, settingsPage } from './settings-page.ts'

type Page = ReturnType<typeof settingsPage>

const open = ({ agent }: Page, payload: string, location?: string) =>
  agent.post('/settings/session').send({ payload, location })

/** What a token says, as the server that issued it would read it. */
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

test('a payload that does not open is one generic error', async () => {
  const page = settingsPage()
  const answer = await open(page, 'x'.repeat(40)).expect(400)
  assert.equal(answer.body.code, 'user_context_invalid')
  assert.equal(answer.body.title, 'We could not verify who opened this page')
  assert.doesNotMatch(JSON.stringify(page.lines), /xxxxxxxx/)
})

test('a payload that is too short or too long is refused before it is opened', async () => {
  const page = settingsPage({
    openUserContext: () => assert.fail('must not be opened'),
  })
  assert.equal((await open(page, 'short').expect(422)).body.code, 'invalid_body')
  assert.equal((await open(page, 'x'.repeat(9000)).expect(422)).body.code, 'invalid_body')
})

test('the context of an installed account becomes a token that opens its screens', async () => {
  const page = settingsPage()
  const answer = await open(page, contextOf(page.world)).expect(200)
  assert.deepEqual(Object.keys(answer.body).sort(), ['expiresAt', 'token'])
  const { locationId, companyId, userId, role, scope } = claimsOf(answer.body.token)
  assert.deepEqual(
    { locationId, companyId, userId, role, scope },
    {
      locationId: 'loc_1',
      companyId: 'comp_1',
      userId: 'user_1',
      role: 'admin',
      scope: 'location',
    },
  )
  const screen = await page.agent
    .get('/settings')
    .set('hx-request', 'true')
    .set('authorization', `Bearer ${answer.body.token}`)
  assert.equal(screen.status, 200)
})

test('a user stays a user', async () => {
  const page = settingsPage()
  const answer = await open(page, contextOf(page.world, { role: 'user' })).expect(200)
  assert.equal(claimsOf(answer.body.token).role, 'user')
})

test('an account that needs attention can still be opened', async () => {
  const page = settingsPage()
  for (const status of ['needs_reconnect', 'suspended'] as const) {
    page.world.installations.set('loc_1', installation({ status }))
    await open(page, contextOf(page.world)).expect(200)
  }
})

test('an account without the app, or from which it was removed, is told so', async () => {
  const page = settingsPage()
  const unknown = await open(page, contextOf(page.world, { activeLocation: 'loc_9' })).expect(404)
  assert.equal(unknown.body.code, 'not_installed')
  page.world.installations.set('loc_1', installation({ status: 'uninstalled' }))
  const removed = await open(page, contextOf(page.world)).expect(404)
  assert.equal(removed.body.detail, unknown.body.detail)
})

test('an installation that is being completed asks for patience', async () => {
  const page = settingsPage()
  page.world.installations.set('loc_1', installation({ status: 'pending' }))
  const answer = await open(page, contextOf(page.world)).expect(404)
  assert.equal(answer.body.detail, 'The installation is being completed. Try again in a minute.')
})

test('an account of another company is not opened', async () => {
  const page = settingsPage()
  const answer = await open(page, contextOf(page.world, { companyId: 'comp_2' })).expect(404)
  assert.equal(answer.body.code, 'not_installed')
})

test('a company missing in the context does not hide the open account', async () => {
  const page = settingsPage()
  await open(page, contextOf(page.world, { companyId: '' })).expect(200)
})

test('a context without account and company opens nothing', async () => {
  const page = settingsPage()
  const answer = await open(page, contextOf(page.world, { companyId: '', activeLocation: undefined }), 'loc_1')
  assert.deepEqual([answer.status, answer.body.code], [400, 'user_context_invalid'])
})

const atCompany = (page: Page) => {
  page.world.installations.set('comp_1', installation({ tenantId: 'comp_1', kind: 'company' }))
  page.world.installations.set('loc_2', installation({ tenantId: 'loc_2', name: 'Bay Fitness' }))
  page.world.installations.set('loc_x', installation({ tenantId: 'loc_x', companyId: 'comp_2', name: 'Stranger' }))
  return contextOf(page.world, { activeLocation: undefined })
}

test('without an open account the session is for the company', async () => {
  const page = settingsPage()
  const answer = await open(page, atCompany(page)).expect(200)
  const { locationId, scope } = claimsOf(answer.body.token)
  assert.deepEqual([locationId, scope], ['comp_1', 'company'])
})

test('an account of the company can be wished for, one of another company cannot', async () => {
  const page = settingsPage()
  const payload = atCompany(page)
  const own = await open(page, payload, 'loc_2').expect(200)
  assert.equal(claimsOf(own.body.token).locationId, 'loc_2')
  assert.equal(claimsOf(own.body.token).scope, 'location')
  const strange = await open(page, payload, 'loc_x').expect(404)
  assert.equal(strange.body.code, 'not_installed')
})

test('the open account wins over the address', async () => {
  const page = settingsPage()
  atCompany(page)
  const answer = await open(page, contextOf(page.world, { activeLocation: 'loc_1' }), 'loc_2').expect(200)
  assert.equal(claimsOf(answer.body.token).locationId, 'loc_1')
})

test('a white-label domain in the context is kept for the next visit; nonsense is not', async () => {
  const changed: string[] = []
  const page = settingsPage({ domainChanged: (id) => changed.push(id) })
  await open(page, contextOf(page.world, { whitelabelDetails: { domain: 'CRM.Agency.example ' } })).expect(200)
  assert.equal(page.world.installations.get('loc_1')?.whiteLabelDomain, 'crm.agency.example')
  await open(page, contextOf(page.world, { whitelabelDetails: { domain: 'x; frame-ancestors *' } })).expect(200)
  assert.equal(page.world.installations.get('loc_1')?.whiteLabelDomain, 'crm.agency.example')
  assert.deepEqual(changed, ['loc_1'])
})

test('the language of an admin is kept as that of the account; that of others is not', async () => {
  const page = settingsPage()
  const language = () => page.world.installations.get('loc_1')?.language
  const visit = (role: 'admin' | 'user', accepted: string) =>
    open(page, contextOf(page.world, { role })).set('accept-language', accepted).expect(200)
  await visit('user', 'es-MX')
  assert.equal(language(), null)
  await visit('admin', 'es-MX,es;q=0.9,en;q=0.8')
  assert.equal(language(), 'es')
  await visit('user', 'en')
  assert.equal(language(), 'es')
  await visit('admin', 'en')
  assert.equal(language(), 'en')
})

test('guessing is slowed down', async () => {
  const page = settingsPage()
  const statuses = new Set<number>()
  for (let count = 0; count < 61; count += 1) statuses.add((await open(page, 'x'.repeat(40))).status)
  assert.deepEqual([...statuses], [400, 429])
})

test('an ended session says so, and how to go on', async () => {
  const { agent } = settingsPage()
  const answer = await agent
    .get('/settings')
    .set('hx-request', 'true')
    .set('authorization', await bearer({}, () => new Date('2026-11-25T09:00:00Z')))
    .expect(401)
  assert.equal(answer.body.code, 'session_expired')
  assert.equal(answer.body.detail, 'Reload the page to sign in again.')
})
