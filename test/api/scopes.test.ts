import assert from 'node:assert/strict'
import test from 'node:test'
import { ALL_SCOPES, parseScopeText, SCOPES, scopesWithin } from '../../server/api/scopes.ts'

test('every scope has a plain sentence, and none names the platform', () => {
  for (const [scope, sentence] of Object.entries(SCOPES)) {
    assert.match(scope, /^[a-z]+\.(read|write)$/)
    assert.match(sentence, /^[A-Z][\w ,]+$/)
    assert.doesNotMatch(sentence, /highlevel|ghl|leadconnector|agency|sub-account|location/i)
  }
})

test('a scope text is a list, in our order, each once; strangers are named', () => {
  assert.deepEqual(parseScopeText('orders.read  customers.read orders.read'), {
    scopes: ['customers.read', 'orders.read'],
    unknown: [],
  })
  assert.deepEqual(parseScopeText('customers.read admin toString'), {
    scopes: ['customers.read'],
    unknown: ['admin', 'toString'],
  })
  assert.deepEqual(parseScopeText(''), { scopes: [], unknown: [] })
})

test('nobody gets more than both sides hold', () => {
  assert.deepEqual(scopesWithin(['customers.read', 'orders.write'], ['orders.write', 'search.read']), ['orders.write'])
  assert.deepEqual(scopesWithin(['admin'], ['admin']), [])
  assert.deepEqual(scopesWithin(ALL_SCOPES, ALL_SCOPES), ALL_SCOPES)
})
