import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalRange, isAddressAllowed } from '../../server/api/address-ranges.ts'
import { fc } from '../property.ts'

test('a range is written in one way only', () => {
  assert.equal(canonicalRange(' 203.0.113.7 '), '203.0.113.7/32')
  assert.equal(canonicalRange('203.0.113.7/24'), '203.0.113.0/24')
  assert.equal(canonicalRange('10.1.2.3/08'), '10.0.0.0/8')
  assert.equal(canonicalRange('2001:DB8::1'), '2001:db8::1/128')
  assert.equal(canonicalRange('2001:DB8::1/32'), '2001:db8::/32')
  assert.equal(canonicalRange('::ffff:203.0.113.7/120'), '203.0.113.0/24')
})

test('what is no range is refused', () => {
  for (const text of [
    '',
    '/',
    '10/8',
    '0x0a.0.0.1/8',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '::/129',
    'fe80::1%eth0',
    '::ffff:1.2.3.4/80',
    'here',
  ]) {
    assert.equal(canonicalRange(text), undefined, text)
  }
})

test('without ranges every address may come, even an unknown one', () => {
  assert.equal(isAddressAllowed('198.51.100.1', []), true)
  assert.equal(isAddressAllowed(undefined, []), true)
})

test('with ranges only an address inside one of them may come', () => {
  const ranges = ['203.0.113.0/24', '2001:db8::/32']
  assert.equal(isAddressAllowed('203.0.113.255', ranges), true)
  assert.equal(isAddressAllowed('::ffff:203.0.113.255', ranges), true)
  assert.equal(isAddressAllowed('2001:db8:ffff::1', ranges), true)
  assert.equal(isAddressAllowed('203.0.114.0', ranges), false)
  assert.equal(isAddressAllowed('2001:db9::1', ranges), false)
  assert.equal(isAddressAllowed(undefined, ranges), false)
  assert.equal(isAddressAllowed('not an address', ranges), false)
})

test('an address lies in its own range, and a canonical range stays as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32), (address, bits) => {
      const range = canonicalRange(`${address}/${bits}`)
      fc.pre(range !== undefined)
      assert.equal(canonicalRange(range), range)
      assert.equal(isAddressAllowed(address, [range]), true)
    }),
  )
})

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void canonicalRange(text)))
})
