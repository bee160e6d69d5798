import assert from 'node:assert/strict'
import test from 'node:test'
import { promisify } from 'node:util'
import ipaddr from 'ipaddr.js'
import { AppError } from '../../server/errors.ts'
import { createGuard, isPublicAddress } from '../../server/outbound/guard.ts'
import { fc } from '../property.ts'

const guard = createGuard()

const refusal = (text: string): string => {
  try {
    guard.check(text)
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'url_not_allowed')
    return error.detail
  }
  return ''
}

test('a public https address is let through', () => {
  assert.equal(guard.check('https://example.com/hook?x=1').hostname, 'example.com')
  assert.equal(guard.check('https://93.184.216.34:8443/').port, '8443')
})

const refused: [string, RegExp][] = [
  ['not a url', /complete address/],
  ['http://example.com', /https:\/\//],
  ['ftp://example.com', /https:\/\//],
  ['https://user:pass@example.com', /user name/],
  ['https://localhost/x', /public internet/],
  ['https://intranet/x', /public internet/],
  ['https://db.internal/x', /public internet/],
  ['https://printer.local./x', /public internet/],
  ['https://127.0.0.1/', /private network/],
  ['https://127.1/', /private network/],
  ['https://0x7f000001/', /private network/],
  ['https://2130706433/', /private network/],
  ['https://10.1.2.3/', /private network/],
  ['https://172.16.0.1/', /private network/],
  ['https://192.168.1.1/', /private network/],
  ['https://169.254.169.254/latest/meta-data', /private network/],
  ['https://100.64.0.1/', /private network/],
  ['https://0.0.0.0/', /private network/],
  ['https://[::1]/', /private network/],
  ['https://[::ffff:127.0.0.1]/', /private network/],
  ['https://[::ffff:7f00:1]/', /private network/],
  ['https://[fe80::1]/', /private network/],
  ['https://[fd00::1]/', /private network/],
  ['https://[64:ff9b::7f00:1]/', /private network/],
  ['https://[2002:7f00:1::]/', /private network/],
]
for (const [text, reason] of refused) {
  test(`${text} is refused`, () => assert.match(refusal(text), reason))
}

test('no spelling of a private IPv4 address gets through', () => {
  const privateFirst = fc.constantFrom(10, 127, 0, 224, 240)
  fc.assert(
    fc.property(privateFirst, fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(3), (a, b, c, d, spelling) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d
      const host = [`${a}.${b}.${c}.${d}`, String(number), `0x${number.toString(16)}`, `[::ffff:${a}.${b}.${c}.${d}]`][
        spelling
      ]
      assert.notEqual(refusal(`https://${host}/`), '')
    }),
  )
})

test('public means unicast and nothing else', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => isPublicAddress(address) === (ipaddr.parse(address).range() === 'unicast')),
  )
  assert.equal(isPublicAddress('example.com'), false)
})

const resolving = (addresses: { address: string; family: number }[]) =>
  createGuard({
    resolve: ((_host: string, _options: unknown, done: (error: null, found: unknown) => void) =>
      done(null, addresses)) as never,
  })

test('a name that resolves into a private network is refused when connecting, even if only one address is private', async () => {
  const lookup = promisify(
    resolving([
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]).lookup,
  )
  await assert.rejects(lookup('rebind.example.com', {}), { code: 'url_not_allowed' })
})

test('a name with public addresses resolves', async () => {
  const lookup = promisify(resolving([{ address: '93.184.216.34', family: 4 }]).lookup)
  assert.equal(await lookup('example.com', {}), '93.184.216.34')
})
