import assert from 'node:assert/strict'
import test from 'node:test'
import type { ErrorCode } from '../../server/errors.ts'
import { failureOf, readFailure } from '../../server/highlevel/failure.ts'
import { fitToShow, hideSecrets } from '../../server/highlevel/wording.ts'

const now = new Date('2026-01-31T12:00:00Z')
const failure = (status: number, data: unknown = {}, headers: Record<string, string> = {}) =>
  failureOf({ status, data, headers }, now)

const table: [string, number, unknown, ErrorCode][] = [
  ['too many requests', 429, {}, 'crm_rate_limited'],
  ['a fault there', 500, { message: 'x' }, 'crm_unavailable'],
  ['a gateway page', 503, '<html>', 'crm_unavailable'],
  ['a redirect', 302, '', 'crm_unavailable'],
  ['a request timeout', 408, {}, 'crm_unavailable'],
  ['an invalid token', 401, { message: 'Invalid token: access token is invalid' }, 'crm_unauthorized'],
  ['an invalid JWT', 401, { statusCode: 401, message: 'Invalid JWT' }, 'crm_unauthorized'],
  ['a foreign location', 401, { message: 'This location is not accessible from this token.' }, 'crm_scope_missing'],
  ['a missing scope', 401, { message: 'The token is not authorized for this scope.' }, 'crm_scope_missing'],
  ['no access', 403, { message: 'The token does not have access to this location.' }, 'crm_scope_missing'],
  ['an inactive location', 400, { message: 'Location is not active' }, 'crm_suspended'],
  ['an inactive location as 401', 401, { message: 'Location is not active' }, 'crm_suspended'],
  ['an unknown record', 404, { status: 404, message: 'Order not found', name: 'HttpException' }, 'crm_not_found'],
  ['refused data', 422, { message: ['email must be an email'] }, 'crm_rejected'],
  ['a bad request', 400, { message: 'Bad Request' }, 'crm_rejected'],
  [
    'a duplicate contact',
    400,
    { message: 'This location does not allow duplicated contacts.', meta: { contactId: 'c1', matchingField: 'email' } },
    'crm_duplicate',
  ],
  [
    'a duplicate opportunity',
    400,
    { code: 'OPPORTUNITY_NO_DUPLICATE', message: 'Can not create duplicate opportunity for the contact.' },
    'crm_duplicate',
  ],
  ['a duplicate relation', 400, { message: 'duplicate relation of object Ids for given association' }, 'crm_duplicate'],
  ['the nested shape', 404, { error: { code: 'RESOURCE_NOT_FOUND', message: 'no such thing' } }, 'crm_not_found'],
]
for (const [name, status, data, code] of table) {
  test(`${name} (${status}) is ${code}`, () => assert.equal(failure(status, data).code, code))
}

test('both shapes of a body are read, messages as a text or a list', () => {
  assert.equal(readFailure({ message: 'a', traceId: 't' }).message, 'a')
  assert.equal(readFailure({ message: ['a', 'b'] }).message, 'a; b')
  assert.equal(readFailure({ error: { message: 'c', code: 'X' } }).message, 'c')
  assert.equal(readFailure({ error: 'invalid_grant', error_description: 'd' }).message, 'd')
  assert.equal(readFailure({ error: 'invalid_grant' }).code, 'invalid_grant')
  for (const nothing of [undefined, null, 3, [], { message: { a: 1 } }]) assert.equal(readFailure(nothing).message, '')
})

test('the wait after a 429 is what Retry-After says, else what the headers of the limit say, else ten seconds', () => {
  assert.equal(failure(429, {}, { 'retry-after': '7' }).retryAfterSeconds, 7)
  assert.equal(failure(429, {}, { 'retry-after': 'Sat, 31 Jan 2026 12:00:30 GMT' }).retryAfterSeconds, 30)
  assert.equal(failure(429, {}, { 'x-ratelimit-interval-milliseconds': '2500' }).retryAfterSeconds, 3)
  assert.equal(
    failure(429, {}, { 'x-ratelimit-daily-remaining': '0', 'x-ratelimit-interval-milliseconds': '10000' })
      .retryAfterSeconds,
    3_600,
  )
  assert.equal(failure(429, {}, { 'retry-after': 'soon' }).retryAfterSeconds, 10)
})

test('a server error asks to wait only when it says so', () => {
  assert.equal(failure(503, {}, { 'x-ratelimit-interval-milliseconds': '10000' }).retryAfterSeconds, undefined)
  assert.equal(failure(503, {}, { 'retry-after': '120' }).retryAfterSeconds, 120)
})

test('a duplicate names the record that is there', () => {
  const { extra } = failure(400, { message: 'x', meta: { contactId: 'c1', matchingField: 'phone' }, traceId: 't1' })
  assert.deepEqual(extra, {
    crmStatus: 400,
    crmMessage: 'x',
    crmTraceId: 't1',
    existingId: 'c1',
    matchingField: 'phone',
  })
})

test('faults of fields are named with their place', () => {
  const { errors } = failure(422, {
    message: ['email must be an email', 'property foo should not exist', 'address.city must be a string', 'Nope'],
  })
  assert.deepEqual(
    errors?.map(({ pointer }) => pointer),
    ['/email', '/foo', '/address/city', ''],
  )
})

test("the platform's words and secrets do not reach people", () => {
  const error = failure(422, {
    message: [
      'The sub-account of this HighLevel agency refused LeadConnector location eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.sig',
    ],
  })
  const shown = JSON.stringify([error.detail, error.errors, error.extra])
  assert.doesNotMatch(shown, /high.?level|ghl|leadconnector|agency|sub-?account|location|eyJ/i)
  assert.match(shown, /account/)
})

test('what looks like a token is hidden, ids are not', () => {
  assert.equal(hideSecrets('bad eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln'), 'bad [hidden]')
  assert.equal(hideSecrets(`bad ${'a1'.repeat(25)}`), 'bad [hidden]')
  assert.equal(hideSecrets('record 679b8f9bde6a0c356a0311b3 not found'), 'record 679b8f9bde6a0c356a0311b3 not found')
  assert.equal(fitToShow('x'.repeat(1_000)).length, 300)
})
