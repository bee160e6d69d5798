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

test('while our own database is away nothing was tried', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  const away = [...['57P01', '57P03', '53300', '08006', 'ECONNREFUSED'].map(coded), new Error('Connection terminated')]
  away.push(new AppError('cannot_store_now', { cause: coded('57P01') }))
  for (const error of away) assert.equal(outcomeOf(error).kind, 'wait')
  // Of the statement itself, or of a call to others.
  for (const error of [
    coded('23505'),
    coded('57014'),
    new AppError('crm_unreachable', { cause: coded('ECONNREFUSED') }),
  ])
    assert.equal(outcomeOf(error).kind, 'retry')
})

test('a fault of ours is tried again', () => {
  assert.deepEqual(outcomeOf(new TypeError('x')).kind, 'retry')
})
