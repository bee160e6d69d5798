import assert from 'node:assert/strict'
import test from 'node:test'
import { formActionOf, isRedirectOf, readRedirectUris } from '../../server/api/redirect-uris.ts'

test('addresses come one a line, each once; none at all is fine', () => {
  assert.deepEqual(
    readRedirectUris(' https://a.example.com/cb\nhttp://127.0.0.1:8080/cb\n\nhttps://a.example.com/cb'),
    {
      ok: true,
      uris: ['https://a.example.com/cb', 'http://127.0.0.1:8080/cb'],
    },
  )
  assert.deepEqual(readRedirectUris(''), { ok: true, uris: [] })
})

test('what people must not be sent to is named', () => {
  const wrong = [
    'http://a.example.com/cb',
    'https://a.example.com/cb#part',
    'https://user:pw@a.example.com/',
    'javascript:alert(1)',
    'app.example:/cb',
    '//a.example.com',
    `https://a.example.com/${'x'.repeat(500)}`,
  ]
  assert.deepEqual(readRedirectUris(`https://ok.example.com\n${wrong.join('\n')}`), { ok: false, wrong })
  const many = Array.from({ length: 11 }, (_, n) => `https://a.example.com/${n}`)
  assert.deepEqual(readRedirectUris(many.join(' ')), { ok: false, wrong: ['https://a.example.com/10'] })
})

test('a program of somebody’s own machine may have a scheme of its own, made of a domain', () => {
  const own = 'com.example.shop:/back'
  assert.deepEqual(readRedirectUris(own, { isPublic: true }), { ok: true, uris: [own] })
  for (const wrong of [own, 'shop:/back', 'javascript:alert(1)', 'data:text/html,x']) {
    assert.equal(readRedirectUris(wrong, { isPublic: wrong !== own }).ok, false, wrong)
  }
  assert.deepEqual([own, 'http://[::1]:81/x'].map(formActionOf), ['com.example.shop:', 'http://[::1]:81'])
})

test('on the machine of its user an app without a secret takes any port, and nothing else is any different', () => {
  const own = ['http://127.0.0.1/cb?a=1', 'http://localhost:8080/cb', 'https://a.example.com/cb']
  const allows = (uri: string, isPublic = true) => isRedirectOf(uri, own, { isPublic })
  for (const uri of [...own, 'http://127.0.0.1:51004/cb?a=1', 'http://localhost:1/cb', 'http://localhost/cb']) {
    assert.ok(allows(uri), uri)
  }
  for (const uri of [
    'http://127.0.0.1:51004/cb',
    'http://127.0.0.1:51004/cb?a=1&b',
    'http://127.0.0.1:51004/CB?a=1',
    'http://127.0.0.1:51004/../cb?a=1',
    'http://[::1]:51004/cb?a=1',
    'https://127.0.0.1:51004/cb?a=1',
    'http://127.0.0.1:51004@evil.example/cb?a=1',
    'http://127.0.0.1.evil.example:51004/cb?a=1',
    'http://user@127.0.0.1:51004/cb?a=1',
    'http://127.0.0.1:99999/cb?a=1',
    'http://127.0.0.1:/cb?a=1#x',
    'https://a.example.com:8443/cb',
  ]) {
    assert.equal(allows(uri), false, uri)
  }
  assert.equal(allows('http://127.0.0.1:51004/cb?a=1', false), false)
})
