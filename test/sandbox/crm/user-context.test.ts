import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { encryptAsCryptoJs } from '../../../server/sandbox/crm/user-context.ts'
import { APP, startCrm } from './harness.ts'

// Made with crypto-js 4.2.0, so that ours is checked against another implementation.
const SECRET = 'f5e1c0de-shared-secret-example'
const KEY = '479b24f7d1a27a28f11a89fa45309e74c444b7ddb648479054e3460342c8273b'
const IV = '39f92184346a437099f05b03b925655f'
const PLAIN =
  '{"userId":"u1","companyId":"c1","role":"admin","type":"agency","activeLocation":"l1","userName":"Jane Doe","email":"jane@example.com"}'
const PAYLOAD =
  'U2FsdGVkX18BAgMEBQYHCOv4MFRI5Mc8PwjIRB2HKfYxdT7BfmygDLCsPTp5UBRKbRpCnKH6MOEW6DPJPAxMv1GCl1s6svxec/THSLOvI3BVnsKV2m3mbrr/ID5TPiy0co9153Zt8O+OT4gbvN9vAhU+Eu8GCJeqF4NgBZRPhjaBQfIkPBMq5DpZfG/D5KqmjFfnakxR5akIDuRXOiY4Yg=='

test('the encryption is the one of CryptoJS, byte for byte', () => {
  const salt = Buffer.from('0102030405060708', 'hex')
  assert.equal(encryptAsCryptoJs(PLAIN, SECRET, salt), PAYLOAD)
  const decipher = createDecipheriv('aes-256-cbc', Buffer.from(KEY, 'hex'), Buffer.from(IV, 'hex'))
  const cipherText = Buffer.from(PAYLOAD, 'base64').subarray(16)
  assert.equal(Buffer.concat([decipher.update(cipherText), decipher.final()]).toString(), PLAIN)
})

test('every context has a salt of its own', () => {
  assert.notEqual(encryptAsCryptoJs('{}', SECRET), encryptAsCryptoJs('{}', SECRET))
})

test('a context names the person and the place', async (t) => {
  const { crm } = await startCrm(t)
  const { userContextOf } = await import('../../../server/sandbox/crm/user-context.ts')
  const inLocation = { userId: SEED.users.owner, locationId: SEED.locations.legal }
  assert.deepEqual(userContextOf(crm.state, inLocation, APP.clientId), {
    userId: SEED.users.owner,
    companyId: SEED.companyId,
    role: 'admin',
    type: 'agency',
    activeLocation: SEED.locations.legal,
    userName: 'Olivia Owner',
    email: 'olivia.owner@example.com',
    isAgencyOwner: true,
    versionId: 'testapp000000000000000001',
    appStatus: 'live',
    whitelabelDetails: {},
  })
  const agencyView = userContextOf(crm.state, { userId: SEED.users.owner, role: 'user' }, APP.clientId)
  assert.ok(!('activeLocation' in agencyView))
  assert.equal(agencyView.role, 'user')
  assert.match(crm.control.userContext(inLocation), /^U2FsdGVkX1/)
  assert.throws(() => crm.control.userContext({ userId: 'nobody' }))
})
