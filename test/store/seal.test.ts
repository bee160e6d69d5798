import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { createSeal } from '../../server/store/seal.ts'
import { fc } from '../property.ts'

const key = (id: string) => ({ id, key: randomBytes(32) })

test('what was sealed opens again in the same place', () => {
  const seal = createSeal([key('a')])
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 60 }), (plain, context) => {
      assert.equal(seal.open(seal.seal(plain, context), context), plain)
    }),
  )
})

test('a sealed value does not show its text and is never the same twice', () => {
  const seal = createSeal([key('a')])
  const first = seal.seal('a-secret-token', 'x')
  assert.equal(first.includes('a-secret-token'), false)
  assert.notDeepEqual(first, seal.seal('a-secret-token', 'x'))
})

test('a sealed value does not open in another place', () => {
  const seal = createSeal([key('a')])
  assert.throws(() => seal.open(seal.seal('secret', 'installation:L1:access'), 'installation:L2:access'))
})

test('a changed byte anywhere is noticed', () => {
  const seal = createSeal([key('a')])
  const blob = seal.seal('secret', 'x')
  for (let i = 0; i < blob.length; i++) {
    const changed = Buffer.from(blob)
    changed[i] = changed[i]! ^ 1
    assert.throws(() => seal.open(changed, 'x'), `byte ${i}`)
  }
})

test('after a rotation old values still open, and are told apart from new ones', () => {
  const old = key('2025')
  const blob = createSeal([old]).seal('secret', 'x')
  const rotated = createSeal([key('2026'), old])
  assert.equal(rotated.open(blob, 'x'), 'secret')
  assert.equal(rotated.needsReseal(blob), true)
  assert.equal(rotated.needsReseal(rotated.seal('secret', 'x')), false)
})

test('an unknown key is named, the value is not', () => {
  const blob = createSeal([key('gone')]).seal('secret', 'x')
  assert.throws(() => createSeal([key('a')]).open(blob, 'x'), /"gone".*ENCRYPTION_KEYS/)
})
