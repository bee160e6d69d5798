import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError, ERRORS, type ErrorCode } from '../../server/errors.ts'
import { outcomeOf } from '../../server/relay/outcome.ts'

test('every error code means one thing for an event, by its retry class', () => {
  const special: Partial<Record<ErrorCode, string>> = {
    crm_rate_limited: 'wait',
    target_resting: 'wait',
    not_installed: 'person',
    crm_scope_missing: 'held',
  }
  const byClass = { passing: 'retry', person: 'person', permanent: 'dead' }
  for (const [code, { retry }] of Object.entries(ERRORS) as [ErrorCode, { retry: keyof typeof byClass }][]) {
    assert.equal(outcomeOf(new AppError(code)).kind, special[code] ?? byClass[retry], code)
  }
})

test('what the other side asks for is passed on, and what it answered is kept', () => {
  assert.deepEqual(outcomeOf(new AppError('crm_unavailable', { detail: 'down', retryAfterSeconds: 9 })), {
    kind: 'retry',
    code: 'crm_unavailable',
    detail: 'down',
    retryAfterSeconds: 9,
  })
  assert.deepEqual(outcomeOf(new AppError('crm_rate_limited', { retryAfterSeconds: 3 })), {
    kind: 'wait',
    code: 'crm_rate_limited',
    afterSeconds: 3,
  })
  const dead = outcomeOf(new AppError('crm_rejected', { extra: { crmStatus: 422 } }))
  assert.deepEqual(dead.kind === 'dead' && dead.answer, { crmStatus: 422 })
})

test('a fault of ours is tried again', () => {
  assert.deepEqual(outcomeOf(new TypeError('x')).kind, 'retry')
})
