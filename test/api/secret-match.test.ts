import assert from 'node:assert/strict'
import test from 'node:test'
import { hashOfCredential, newCredential } from '../../server/api/credential-text.ts'
import { matchesSecret } from '../../server/api/secret-match.ts'

const NOW = new Date('2026-03-01T12:00:00.000Z')
const secret = newCredential('rks', 'live')

const kept = (text: string, expiresAt: Date | null = null) => ({ hash: hashOfCredential(text), expiresAt })

test('a secret matches what was kept of it, until that expires', () => {
  assert.equal(matchesSecret(secret, [kept(secret)], NOW), true)
  assert.equal(matchesSecret(secret, [kept('another'), kept(secret, new Date(NOW.getTime() + 1))], NOW), true)
  assert.equal(matchesSecret(secret, [kept(secret, NOW)], NOW), false)
  assert.equal(matchesSecret(secret, [kept('another')], NOW), false)
  assert.equal(matchesSecret(secret, [], NOW), false)
})

test('all candidates are looked at, wherever the match stands', () => {
  for (const place of [0, 1, 2]) {
    const seen = new Set<number>()
    const candidates = [0, 1, 2].map((i) => ({
      get hash() {
        seen.add(i)
        return hashOfCredential(i === place ? secret : `${i}`)
      },
      expiresAt: null,
    }))
    assert.equal(matchesSecret(secret, candidates, NOW), true)
    assert.equal(seen.size, 3)
  }
})
