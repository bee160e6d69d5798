import assert from 'node:assert/strict'
import test from 'node:test'
import { readRedirectUris } from '../../server/api/redirect-uris.ts'

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
