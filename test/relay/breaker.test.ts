import assert from 'node:assert/strict'
import test from 'node:test'
import { createBreaker } from '../../server/relay/breaker.ts'
import { createClock } from './kit.ts'

const limits = { threshold: 3, restMs: 1_000, maxRestMs: 3_000 }
const open = () => {
  const clock = createClock()
  const breaker = createBreaker({ now: clock.now, limits })
  for (let n = 0; n < limits.threshold; n++) breaker.failed('host')
  return { clock, breaker }
}

test('a target that fails now and then is called as ever', () => {
  const breaker = createBreaker({ now: createClock().now, limits })
  for (let n = 0; n < 10; n++) {
    breaker.failed('host')
    breaker.failed('host')
    breaker.succeeded('host')
    assert.equal(breaker.restOf('host'), 0)
  }
})

test('after several failures in a row the target rests, others do not', () => {
  const { clock, breaker } = open()
  assert.equal(breaker.restOf('host'), 1_000)
  assert.equal(breaker.restOf('other'), 0)
  clock.advance(400)
  assert.equal(breaker.restOf('host'), 600)
})

test('after the rest one call tries while the others wait, and its success closes the circuit', () => {
  const { clock, breaker } = open()
  clock.advance(1_000)
  assert.equal(breaker.restOf('host'), 0)
  assert.equal(breaker.restOf('host'), 1_000)
  breaker.succeeded('host')
  assert.equal(breaker.restOf('host'), 0)
  assert.equal(breaker.restOf('host'), 0)
})

test('while the trial fails too the rests grow, up to a bound', () => {
  const { clock, breaker } = open()
  const rests: number[] = []
  for (let n = 0; n < 3; n++) {
    clock.advance(breaker.restOf('host'))
    assert.equal(breaker.restOf('host'), 0)
    breaker.failed('host')
    rests.push(breaker.restOf('host'))
  }
  assert.deepEqual(rests, [2_000, 3_000, 3_000])
})

test('failures of calls that were under way when it opened do not lengthen the rest', () => {
  const { breaker } = open()
  for (let n = 0; n < 20; n++) breaker.failed('host')
  assert.equal(breaker.restOf('host'), 1_000)
})
