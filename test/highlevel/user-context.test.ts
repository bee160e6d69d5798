import assert from 'node:assert/strict'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { openUserContext } from '../../server/highlevel/user-context.ts'
import { fc } from '../property.ts'

// Made with crypto-js 4.2.0.
const SECRET = 'f5e1c0de-shared-secret-example'
const PAYLOAD =
  'U2FsdGVkX18BAgMEBQYHCOv4MFRI5Mc8PwjIRB2HKfYxdT7BfmygDLCsPTp5UBRKbRpCnKH6MOEW6DPJPAxMv1GCl1s6svxec/THSLOvI3BVnsKV2m3mbrr/ID5TPiy0co9153Zt8O+OT4gbvN9vAhU+Eu8GCJeqF4NgBZRPhjaBQfIkPBMq5DpZfG/D5KqmjFfnakxR5akIDuRXOiY4Yg=='

const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest()
const seal = (plain: string | Buffer, secret = SECRET, salt = randomBytes(8)) => {
  const passphrase = Buffer.from(secret)
  const first = md5(passphrase, salt)
  const second = md5(first, passphrase, salt)
  const cipher = createCipheriv('aes-256-cbc', Buffer.concat([first, second]), md5(second, passphrase, salt))
  return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(plain), cipher.final()]).toString('base64')
}
const CONTEXT = { userId: 'u1', companyId: 'c1', role: 'admin', userName: 'Jane Doe', email: 'jane@example.com' }

const isRefused = (payload: string, secrets = [SECRET]) =>
  assert.throws(
    () => openUserContext(payload, secrets),
    (error) => error instanceof AppError && error.code === 'user_context_invalid' && error.cause === undefined,
  )

test('the payload of crypto-js opens', () => {
  const context = openUserContext(PAYLOAD, [SECRET])
  assert.equal(context.userId, 'u1')
  assert.equal(context.companyId, 'c1')
  assert.equal(context.activeLocation, 'l1')
  assert.equal(context.role, 'admin')
  assert.equal(context.userName, 'Jane Doe')
})

test('while the secret is rotated both open, in any order', () => {
  assert.equal(openUserContext(PAYLOAD, ['new secret', SECRET]).userId, 'u1')
  assert.equal(openUserContext(PAYLOAD, [SECRET, 'new secret']).userId, 'u1')
})

test('a wrong secret, and no secret, open nothing', () => {
  isRefused(PAYLOAD, ['another secret'])
  isRefused(PAYLOAD, [])
})

test('empty places count as none, and an unknown role as no administrator', () => {
  const context = openUserContext(
    seal(JSON.stringify({ ...CONTEXT, companyId: '', activeLocation: '', role: 'owner' })),
    [SECRET],
  )
  assert.deepEqual([context.companyId, context.activeLocation, context.role], ['', undefined, 'user'])
})

test('fields that are of no importance may be missing or odd', () => {
  const context = openUserContext(
    seal(
      JSON.stringify({ userId: 'u1', companyId: null, role: 'user', whitelabelDetails: 'none', isAgencyOwner: 'yes' }),
    ),
    [SECRET],
  )
  assert.deepEqual([context.userName, context.email, context.whitelabelDetails], ['', '', undefined])
})

test('a white-label domain is a host or nothing', () => {
  const domainIn = (domain: unknown) =>
    openUserContext(seal(JSON.stringify({ ...CONTEXT, whitelabelDetails: { domain } })), [SECRET]).whitelabelDetails
      ?.domain
  assert.equal(domainIn('crm.example.com'), 'crm.example.com')
  assert.equal(domainIn('https://CRM.Example.com/login'), 'crm.example.com')
  for (const odd of ['', 'a b', "x.com; script-src 'unsafe-inline'", 'https://', 'localhost', '*.com', 5, null]) {
    assert.equal(domainIn(odd), undefined, String(odd))
  }
})

test('names in any script are read', () => {
  const userName = 'Žofia 李 🙂'
  assert.equal(openUserContext(seal(JSON.stringify({ ...CONTEXT, userName })), [SECRET]).userName, userName)
})

const wrong: [string, string][] = [
  ['nothing', ''],
  ['no base64', 'not base64 at all!'],
  ['another prefix', Buffer.from(`Unsalted${'x'.repeat(40)}`).toString('base64')],
  ['only a salt', Buffer.from('Salted__12345678').toString('base64')],
  ['half a block', Buffer.from(`Salted__12345678${'x'.repeat(17)}`).toString('base64')],
  ['too much', `U2FsdGVkX18${'A'.repeat(9_000)}`],
  ['no JSON', seal('hello')],
  ['bad UTF-8', seal(Buffer.from([0xff, 0xfe, 0x41]))],
  ['a list', seal('[]')],
  ['no user', seal(JSON.stringify({ ...CONTEXT, userId: undefined }))],
  ['a user that is an object', seal(JSON.stringify({ ...CONTEXT, userId: { $ne: '' } }))],
  ['a very long id', seal(JSON.stringify({ ...CONTEXT, activeLocation: 'l'.repeat(200) }))],
  ['an id with a path in it', seal(JSON.stringify({ ...CONTEXT, activeLocation: '../l2' }))],
]
for (const [name, payload] of wrong) {
  test(`${name} is refused like everything else`, () => isRefused(payload))
}

test('whatever comes is opened or refused, nothing else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String({ maxLength: 400 }),
        fc.string().map((text) => seal(text)),
      ),
      (payload) => {
        try {
          openUserContext(payload, [SECRET])
        } catch (error) {
          assert.ok(error instanceof AppError && error.code === 'user_context_invalid')
        }
      },
    ),
  )
})
