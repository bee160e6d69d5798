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

test('a scope that does not exist is named, as long as it could be one', () => {
  const refused = (description: string) => ({ ok: false, error: 'invalid_scope', description })
  assert.deepEqual(grant('customers.read "<script>'), refused('A scope is asked for that does not exist.'))
  assert.deepEqual(
    grant('customer.read "<script> openid'),
    refused('A scope is asked for that does not exist: customer.read openid.'),
  )
})
