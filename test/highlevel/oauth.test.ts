import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { DialectName } from '../../server/highlevel/dialect.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createOAuth } from '../../server/highlevel/oauth.ts'
import { parseTokenAnswer } from '../../server/highlevel/token-answer.ts'
import { type Answer, type Asked, serveFake } from './fake-http.ts'

const REDIRECT = 'https://connect.example/oauth/callback'

const setUp = async (t: TestContext, handle: Answer | ((asked: Asked) => Answer), dialect: DialectName = 'v2') => {
  const { url, asked } = await serveFake(t, typeof handle === 'function' ? handle : () => handle)
  const http = createCrmHttp({ apiUrl: url })
  t.after(http.close)
  const now = () => new Date('2026-01-31T12:00:00Z')
  const options = { http, clientId: 'app1-abc', clientSecret: 'hush', redirectUri: REDIRECT, now, dialect }
  return { oauth: createOAuth(options), asked }
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const thrown = await promise.then(
    () => undefined,
    (error) => error,
  )
  assert.ok(thrown instanceof AppError, String(thrown))
  return thrown.code
}

const V2_ANSWER = {
  access_token: 'a1',
  token_type: 'Bearer',
  expires_in: 86_399,
  refresh_token: 'r1',
  scope: 'contacts.write contacts.readonly',
  userType: 'Location',
  companyId: 'C1',
  locationId: 'L1',
  userId: 'u1',
  isBulkInstallation: false,
}
const V3_ANSWER = {
  accessToken: 'a1',
  tokenType: 'Bearer',
  expiresIn: 86_399,
  refreshToken: 'r1',
  scope: 'contacts.write contacts.readonly',
  userType: 'Location',
  companyId: 'C1',
  locationId: 'L1',
  userId: 'u1',
  isBulkInstallation: false,
}

test('both shapes of a token answer are read alike', () => {
  const parsed = parseTokenAnswer(V2_ANSWER)
  assert.deepEqual(parsed, parseTokenAnswer(V3_ANSWER))
  assert.deepEqual(parsed?.scopes, ['contacts.readonly', 'contacts.write'])
  assert.equal(parsed?.expiresInSeconds, 86_399)
})

test('an answer without expires_in, or with a strange one, counts as one hour', () => {
  for (const expires_in of [undefined, null, 0, -5]) {
    assert.equal(parseTokenAnswer({ ...V2_ANSWER, expires_in })?.expiresInSeconds, 3_600)
  }
  assert.equal(parseTokenAnswer({ ...V2_ANSWER, expires_in: '120' })?.expiresInSeconds, 120)
})

test('what is no token answer is not taken for one', () => {
  for (const data of [undefined, '', 'html', {}, { access_token: '' }, { access_token: 5 }, []]) {
    assert.equal(parseTokenAnswer(data), undefined)
  }
})

test('without userType the kind of token is told by the location id', () => {
  assert.equal(parseTokenAnswer({ access_token: 'a', locationId: 'L1' })?.userType, 'Location')
  assert.equal(parseTokenAnswer({ access_token: 'a', companyId: 'C1' })?.userType, 'Company')
})

test('a code is exchanged as a form with the redirect address', async (t) => {
  const { oauth, asked } = await setUp(t, { body: V2_ANSWER })
  assert.equal((await oauth.exchangeCode({ code: 'c 1' })).accessToken, 'a1')
  const [{ method, path, body, headers }] = asked as [Asked]
  assert.deepEqual([method, path], ['POST', '/oauth/token'])
  assert.match(headers['content-type']!, /x-www-form-urlencoded/)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
    client_id: 'app1-abc',
    client_secret: 'hush',
    grant_type: 'authorization_code',
    code: 'c 1',
    redirect_uri: REDIRECT,
  })
})

test('the newer dialect has other names and a version header', async (t) => {
  const { oauth, asked } = await setUp(t, { body: V3_ANSWER }, 'v3')
  await oauth.exchangeCode({ code: 'c1', userType: 'Company' })
  assert.equal(asked[0]!.headers.version, 'v3')
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0]!.body)), {
    clientId: 'app1-abc',
    clientSecret: 'hush',
    grantType: 'authorization_code',
    code: 'c1',
    redirectUri: REDIRECT,
    userType: 'Company',
  })
})

const exchangeFailures: [string, Answer, string][] = [
  [
    'an unknown or used code',
    { status: 400, body: { message: 'Invalid grant: authorization code is invalid' } },
    'install_code_invalid',
  ],
  ['a code refused without words', { status: 401, body: {} }, 'install_code_invalid'],
  ['a code refused as unprocessable', { status: 422, body: { message: ['code expired'] } }, 'install_code_invalid'],
  ['our own credentials', { status: 401, body: { message: 'Invalid client credentials' } }, 'install_failed'],
  ['our own redirect address', { status: 400, body: { message: 'Invalid parameter: redirect_uri' } }, 'install_failed'],
  ['trouble there', { status: 500, body: {} }, 'install_failed'],
  ['too many requests', { status: 429, body: {} }, 'install_failed'],
  ['an answer without a token', { status: 200, body: { ok: true } }, 'install_failed'],
  ['a page instead of an answer', { status: 200, body: '<html>' }, 'install_failed'],
  ['no answer', 'reset', 'install_failed'],
]
for (const [name, answer, code] of exchangeFailures) {
  test(`an exchange that fails for ${name} is ${code}`, async (t) => {
    const { oauth } = await setUp(t, answer)
    assert.equal(await codeOf(oauth.exchangeCode({ code: 'c1' })), code)
  })
}

test('a refresh says which kind of token it is for', async (t) => {
  const { oauth, asked } = await setUp(t, { body: V2_ANSWER })
  const grant = await oauth.refresh({ refreshToken: 'r0', userType: 'Location' })
  assert.equal(grant.ok && grant.answer.refreshToken, 'r1')
  const form = new URLSearchParams(asked[0]!.body)
  assert.deepEqual(
    ['grant_type', 'refresh_token', 'user_type'].map((name) => form.get(name)),
    ['refresh_token', 'r0', 'Location'],
  )
})

const refusals: [string, Answer, 'dead' | 'suspended'][] = [
  ['a used refresh token', { status: 400, body: { message: 'Invalid grant: refresh token is invalid' } }, 'dead'],
  ['the words of the standard', { status: 400, body: { error: 'invalid_grant' } }, 'dead'],
  ['a 401', { status: 401, body: { message: 'Unauthorized' } }, 'dead'],
  ['a 422', { status: 422, body: { message: ['refresh_token is not valid'] } }, 'dead'],
  ['an inactive location', { status: 400, body: { message: 'Location is not active' } }, 'suspended'],
]
for (const [name, answer, kind] of refusals) {
  test(`a refresh refused with ${name} is ${kind}`, async (t) => {
    const { oauth } = await setUp(t, answer)
    const grant = await oauth.refresh({ refreshToken: 'r0', userType: 'Location' })
    assert.equal(!grant.ok && grant.kind, kind)
  })
}

const unclear: [string, Answer, string][] = [
  ['our own credentials', { status: 401, body: { message: 'Invalid client: client_secret' } }, 'crm_unavailable'],
  [
    'our own credentials, in the words of the standard',
    { status: 401, body: { error: 'invalid_client' } },
    'crm_unavailable',
  ],
  ['a removed endpoint', { status: 400, body: { message: 'API endpoint has been removed' } }, 'crm_unavailable'],
  ['a firewall', { status: 403, body: '<html>' }, 'crm_scope_missing'],
  ['a limit', { status: 429, body: {} }, 'crm_rate_limited'],
  ['trouble there', { status: 503, body: {} }, 'crm_unavailable'],
  ['no answer', 'reset', 'crm_unreachable'],
]
for (const [name, answer, code] of unclear) {
  test(`a refresh that meets ${name} says nothing about the installation`, async (t) => {
    const { oauth } = await setUp(t, answer)
    assert.equal(await codeOf(oauth.refresh({ refreshToken: 'r0', userType: 'Location' })), code)
  })
}

test("a location's token is asked for with the company's", async (t) => {
  const { oauth, asked } = await setUp(t, { body: V2_ANSWER })
  const grant = await oauth.locationToken('company-token', { companyId: 'C1', locationId: 'L1' })
  assert.ok(grant.ok)
  const [{ path, headers, body }] = asked as [Asked]
  assert.equal(path, '/oauth/locationToken')
  assert.deepEqual([headers.authorization, headers.version], ['Bearer company-token', '2021-07-28'])
  assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), { companyId: 'C1', locationId: 'L1' })
})

test("a refusal of the company's token is told from a refusal of the location", async (t) => {
  const about = async (status: number, message: string) => {
    const { oauth } = await setUp(t, { status, body: { message } })
    return await oauth.locationToken('x', { companyId: 'C1', locationId: 'L1' }).then(
      (grant) => (grant.ok ? 'ok' : grant.kind),
      (error) => error.code,
    )
  }
  assert.equal(await about(401, 'Invalid token: access token is invalid'), 'crm_unauthorized')
  assert.equal(await about(401, 'This location is not accessible from this token.'), 'dead')
  assert.equal(await about(400, 'App is not installed'), 'dead')
  assert.equal(await about(403, 'The token does not have access to this location.'), 'dead')
  assert.equal(await about(401, 'The token is not authorized for this scope.'), 'crm_scope_missing')
  assert.equal(await about(400, 'Location is not active'), 'suspended')
  assert.equal(await about(502, 'x'), 'crm_unavailable')
})

const COMPANY = Array.from({ length: 5 }, (_, i) => ({
  _id: `L${i}`,
  name: `Shop ${i}`,
  address: 'x',
  isInstalled: true,
}))

const allPages = async (t: TestContext, handle: (asked: Asked) => Answer, dialect: DialectName) => {
  const { oauth, asked } = await setUp(t, handle, dialect)
  const ids: string[] = []
  let next: string | undefined
  do {
    const page = await oauth.installedLocations('company-token', { companyId: 'C1', next, pageSize: 2 })
    ids.push(...page.locations.map(({ id }) => id))
    next = page.next
  } while (next)
  return { ids, asked }
}

test('installed locations are paged by skip and limit', async (t) => {
  const page = ({ query }: Asked): Answer => {
    const skip = Number(query.get('skip'))
    return { body: { locations: COMPANY.slice(skip, skip + Number(query.get('limit'))), count: 5 } }
  }
  const { ids, asked } = await allPages(t, page, 'v2')
  assert.deepEqual(ids, ['L0', 'L1', 'L2', 'L3', 'L4'])
  assert.equal(asked.length, 3)
  assert.deepEqual(
    ['companyId', 'appId', 'isInstalled'].map((name) => asked[0]!.query.get(name)),
    ['C1', 'app1', 'true'],
  )
})

test('pages end at an empty one when the count is of more than was asked for, and at a short one without a count', async (t) => {
  const page =
    (count: number | undefined) =>
    ({ query }: Asked): Answer => {
      const skip = Number(query.get('skip'))
      return { body: { locations: COMPANY.slice(0, 3).slice(skip, skip + 2), count } }
    }
  assert.deepEqual((await allPages(t, page(90), 'v2')).ids, ['L0', 'L1', 'L2'])
  assert.deepEqual((await allPages(t, page(undefined), 'v2')).ids, ['L0', 'L1', 'L2'])
})

test('the newer dialect pages by token', async (t) => {
  const { ids, asked } = await allPages(
    t,
    ({ query }) => {
      const skip = Number(query.get('pageToken') ?? 0)
      const hasNextPage = skip + 2 < 5
      return {
        body: {
          items: COMPANY.slice(skip, skip + 2),
          pagination: { totalRecords: 5, hasNextPage, nextPageToken: hasNextPage ? String(skip + 2) : null },
        },
      }
    },
    'v3',
  )
  assert.deepEqual(ids, ['L0', 'L1', 'L2', 'L3', 'L4'])
  assert.equal(asked[0]!.path, '/oauth/installed-locations')
})

test('a list that is none is a passing error', async (t) => {
  const { oauth } = await setUp(t, { body: { locations: 'many' } })
  assert.equal(await codeOf(oauth.installedLocations('x', { companyId: 'C1' })), 'crm_unavailable')
})

test('installer details give the white-label domain, and an empty one is none', async (t) => {
  const details = (whitelabelDetails: unknown): Answer => ({
    body: { installationDetails: { companyId: 'C1', companyName: 'Agents', userId: 'u1', whitelabelDetails } },
  })
  const { oauth, asked } = await setUp(t, details({ domain: 'crm.agents.example', logoUrl: 'x' }))
  assert.equal((await oauth.installerDetails('x')).whiteLabelDomain, 'crm.agents.example')
  assert.equal(asked[0]!.path, '/marketplace/app/app1/installations')
  const none = await setUp(t, details({}))
  assert.equal((await none.oauth.installerDetails('x')).whiteLabelDomain, undefined)
})

test('name and time zone of a location are read, and missing ones are no fault', async (t) => {
  const { oauth, asked } = await setUp(t, ({ path }) => ({
    body: path.endsWith('odd%2Fid')
      ? {}
      : { location: { id: 'L1', name: 'Shop', timezone: 'Europe/Berlin', companyId: 'C1' } },
  }))
  assert.deepEqual(await oauth.location('x', 'L1'), { name: 'Shop', timeZone: 'Europe/Berlin', companyId: 'C1' })
  assert.deepEqual(await oauth.location('x', 'odd/id'), { name: undefined, timeZone: undefined, companyId: undefined })
  assert.equal(asked[1]!.path, '/locations/odd%2Fid')
})

test('an uninstall names what is to go', async (t) => {
  const { oauth, asked } = await setUp(t, { body: { success: true } })
  await oauth.uninstall('x', { locationId: 'L1', reason: 'asked for' })
  const [{ method, path, body }] = asked as [Asked]
  assert.deepEqual([method, path], ['DELETE', '/marketplace/app/app1/installations'])
  assert.deepEqual(JSON.parse(body), { locationId: 'L1', reason: 'asked for' })
})
