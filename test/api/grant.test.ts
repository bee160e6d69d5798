import assert from 'node:assert/strict'
import test from 'node:test'
import { grantScopes } from '../../server/api/grant.ts'

const own = ['customers.read', 'customers.write', 'gone.scope']
const grant = (scope?: string) => grantScopes(scope === undefined ? {} : { scope }, own)

test('who asks for nothing gets all that it has, as far as it still exists', () => {
  assert.deepEqual(grant(), { ok: true, scopes: ['customers.read', 'customers.write'] })
  assert.deepEqual(grant(' '), { ok: true, scopes: ['customers.read', 'customers.write'] })
})

test('who asks for less gets less', () => {
  assert.deepEqual(grant('customers.write'), { ok: true, scopes: ['customers.write'] })
})

test('who asks for more gets nothing, and is told what is missing', () => {
  assert.deepEqual(grant('customers.read orders.read'), {
    ok: false,
    error: 'invalid_scope',
    description: 'This client does not have orders.read.',
  })
})

test('a scope that does not exist is not repeated in the answer', () => {
  const result = grant('customers.read "<script>')
  assert.deepEqual(result, {
    ok: false,
    error: 'invalid_scope',
    description: 'A scope is asked for that does not exist.',
  })
})
