import assert from 'node:assert/strict'
import test from 'node:test'
import {
  type AskingClient,
  type AuthorizationParameters,
  answerAt,
  readAuthorization,
  scopesToAgreeTo,
} from '../../server/api/authorization-request.ts'
import { challengeOf } from '../../server/api/code-grant.ts'

const CLIENT: AskingClient = {
  id: 'cl_1',
  name: 'Shop',
  locationId: 'L1',
  mode: 'live',
  isEnabled: true,
  isPublic: false,
  scopes: ['customers.read', 'customers.write'],
  redirectUris: ['https://shop.example.com/cb?from=us'],
}
const SENT: AuthorizationParameters = {
  response_type: 'code',
  client_id: 'cl_1',
  redirect_uri: 'https://shop.example.com/cb?from=us',
  scope: 'customers.read',
  state: 's1',
  // RFC 7636, appendix B
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}

test('the challenge is made as the standard has it', () => {
  assert.equal(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'), SENT.code_challenge)
})

test('a whole request asks for its scopes, or for all that the app has', () => {
  const asked = readAuthorization(SENT, CLIENT)
  assert.deepEqual(asked, {
    kind: 'asked',
    redirectUri: SENT.redirect_uri,
    scopes: ['customers.read'],
    state: 's1',
    codeChallenge: SENT.code_challenge,
  })
  const { scope: _none, ...rest } = SENT
  const all = readAuthorization(rest, CLIENT)
  assert.ok(all.kind === 'asked')
  assert.deepEqual(all.scopes, CLIENT.scopes)
})

test('who cannot be trusted with an answer gets none', () => {
  assert.deepEqual(readAuthorization(SENT, undefined), { kind: 'refused', reason: 'client' })
  assert.deepEqual(readAuthorization(SENT, { ...CLIENT, isEnabled: false }), { kind: 'refused', reason: 'client' })
  for (const redirect_uri of [undefined, 'https://shop.example.com/cb', 'https://shop.example.com/cb?from=us&x=1']) {
    const { redirect_uri: _registered, ...rest } = SENT
    const sent = redirect_uri === undefined ? rest : { ...rest, redirect_uri }
    assert.deepEqual(readAuthorization(sent, CLIENT), { kind: 'refused', reason: 'redirect' })
  }
})

test('what else is wrong is told to the app in the words of the standard', () => {
  for (const [wrong, error] of [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_mode: 'form_post' }, 'invalid_request'],
    [{ code_challenge: '' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: 'orders.read' }, 'invalid_scope'],
    [{ scope: 'everything' }, 'invalid_scope'],
    [{ scope: ' ' }, 'invalid_scope'],
  ] as const) {
    const read = readAuthorization({ ...SENT, ...wrong }, CLIENT)
    assert.ok(read.kind === 'returned', JSON.stringify(wrong))
    assert.deepEqual([read.error, read.state], [error, 's1'])
  }
  const more = readAuthorization({ ...SENT, scope: 'customers.read orders.read everything <b>' }, CLIENT)
  assert.ok(more.kind === 'returned')
  assert.equal(more.description, 'The app does not have orders.read everything.')
  const long = readAuthorization({ ...SENT, state: 'x'.repeat(1_001) }, CLIENT)
  assert.ok(long.kind === 'returned' && long.state === undefined)
})

test('the answer goes to the address as it was registered, and says whose it is', () => {
  assert.equal(
    answerAt(SENT.redirect_uri!, { code: 'c 1', state: undefined }, 'https://connect.example.com'),
    'https://shop.example.com/cb?from=us&code=c+1&iss=https%3A%2F%2Fconnect.example.com',
  )
})

test('nobody agrees to more than they may do themselves', () => {
  assert.deepEqual(scopesToAgreeTo(['customers.read', 'customers.write'], 'admin'), CLIENT.scopes)
  assert.deepEqual(scopesToAgreeTo(['customers.read', 'customers.write'], 'user'), ['customers.read'])
})
