import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental

const start = async (t: TestContext) => {
  const started = await startCrm(t, {
    samples: [
      {
        method: 'GET',
        path: '/links/{linkId}',
        version: 'v3',
        scope: ['links.readonly'],
        body: { link: { id: 'l1' } },
      },
      { method: 'PATCH', path: '/links/', version: 'v3', scope: ['links.write'], status: 201, body: { made: true } },
      {
        method: 'GET',
        path: '/contacts/{contactId}',
        version: 'v3',
        scope: ['contacts.readonly'],
        body: { no: 'state' },
      },
      { method: 'GET', path: '/products/collections', version: 'v3', scope: ['contacts.readonly'], body: { data: [] } },
      {
        method: 'POST',
        path: '/snapshots/{id}',
        version: 'v3',
        scope: ['contacts.readonly'],
        token: 'company',
        body: [1, 2],
      },
    ],
    app: { scopes: ['links.readonly', 'links.write', 'contacts.readonly', 'products.readonly', 'oauth.write'] },
  })
  const token = await started.locationToken()
  return {
    ...started,
    as: (method: string, path: string, body?: unknown) => started.call(method, path, { token, version: 'v3', body }),
  }
}

test('a sample answers where no state is kept, and says that it is one', async (t) => {
  const { as } = await start(t)
  const read = await as('GET', '/links/anything?whatever=1')
  assert.deepEqual([read.status, read.body, read.headers.get('x-sandbox')], [200, { link: { id: 'l1' } }, 'sample'])
  const made = await as('PATCH', '/links', { nothing: 'is checked' })
  assert.deepEqual([made.status, made.body], [201, { made: true }])
})

test('what keeps state goes first, but not before a path that names more', async (t) => {
  const { as } = await start(t)
  const contact = await as('GET', '/contacts/MayaChen000000000000')
  assert.equal(contact.body.contact.firstName, 'Maya')
  assert.equal(contact.headers.get('x-sandbox'), null)
  const collections = await as('GET', `/products/collections?altId=${locationId}&altType=location`)
  assert.deepEqual(collections.body, { data: [] })
})

test('version, token, scope and location are checked as everywhere', async (t) => {
  const { as, call, companyToken, locationToken } = await start(t)
  const token = await locationToken()
  assert.equal((await call('GET', '/links/l1', { version: 'v3' })).status, 401)
  assert.equal((await call('GET', '/links/l1', { token, version: '' })).status, 401)
  assert.equal((await call('GET', '/links/l1', { token, version: '2021-07-28' })).status, 404)
  const limited = await locationToken(locationId, ['contacts.readonly'])
  assert.equal((await call('GET', '/links/l1', { token: limited, version: 'v3' })).status, 401)
  const foreign = SEED.locations.legal
  assert.equal((await as('GET', `/links/l1?locationId=${foreign}`)).status, 403)
  assert.equal((await as('PATCH', '/links', { altType: 'location', altId: foreign })).status, 403)
  assert.equal((await as('POST', '/snapshots/s1')).status, 401, 'wants the token of the company')
  const company = await call('POST', '/snapshots/s1', { token: await companyToken(), version: 'v3' })
  assert.deepEqual([company.status, company.body], [200, [1, 2]])
})

test('an upload is answered although nobody keeps it, and a broken one refused', async (t) => {
  const { call, locationToken } = await start(t)
  const token = await locationToken()
  for (const [body, status] of [
    ['--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', 201],
    ['--x\r\n', 400],
  ] as const) {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    assert.equal((await call('PATCH', '/links', { token, version: 'v3', body, headers })).status, status)
  }
})
