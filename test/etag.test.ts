import assert from 'node:assert/strict'
import test from 'node:test'
import { etagFor, expectEtag, isSeen } from '../server/etag.ts'

const TAG = etagFor({ id: 1 })

test('equal members have one tag, others another', () => {
  assert.equal(etagFor({ id: 1 }), TAG)
  assert.notEqual(etagFor({ id: 2 }), TAG)
  assert.match(TAG, /^"[\w-]{27}"$/)
})

test('what was seen is told by any tag of the list, weak ones too', () => {
  for (const header of [TAG, `W/${TAG}`, `"a", ${TAG}`, '*', ' * ']) assert.equal(isSeen(TAG, header), true, header)
  for (const header of [undefined, '', '"a"', TAG.slice(1, -1), 'W/"a", "b"']) assert.equal(isSeen(TAG, header), false)
})

test('a change needs a strong tag of the state, or none', () => {
  for (const header of [undefined, TAG, `"a",${TAG}`, '*']) expectEtag(TAG, header)
  for (const header of ['', '"a"', `W/${TAG.replace('"', '"x')}`, TAG.slice(1, -1)]) {
    assert.throws(() => expectEtag(TAG, header), /precondition_failed/)
  }
})
