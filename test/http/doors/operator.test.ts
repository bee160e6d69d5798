import assert from 'node:assert/strict'
import test from 'node:test'
import type { Request } from 'express'
import { AppError } from '../../../server/errors.ts'
import { createOperatorDoor } from '../../../server/http/doors/operator.ts'
import { PUBLIC_URL } from '../serve.ts'

type Caller = { address: string; hostname?: string; headers?: Record<string, string> }

const knock = (
  { address, hostname = '10.0.0.7', headers = {} }: Caller,
  publicUrl = PUBLIC_URL,
): 'in' | 'not_found' => {
  const request = { hostname, get: (name: string) => headers[name], socket: { remoteAddress: address } }
  try {
    createOperatorDoor({ publicUrl })(request as unknown as Request, Buffer.alloc(0))
    return 'in'
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'not_found')
    return 'not_found'
  }
}

test('strangers are told that there is nothing', () => {
  assert.equal(knock({ address: '203.0.113.9' }), 'not_found')
  assert.equal(knock({ address: '2001:db8::1' }), 'not_found')
  assert.equal(knock({ address: '' }), 'not_found')
})

test('this machine and its private network may come in', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '192.168.1.5', 'fd00::1']) {
    assert.equal(knock({ address }), 'in', address)
  }
})

test('what came through a proxy is a stranger, whatever the proxy tells or does not tell', () => {
  for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
    assert.equal(knock({ address: '127.0.0.1', headers: { [name]: '10.0.0.1' } }), 'not_found', name)
  }
  assert.equal(knock({ address: '127.0.0.1', hostname: 'connect.example.com' }), 'not_found')
})

test('a local public address does not shut the operator out', () => {
  const local = 'http://127.0.0.1:3000'
  assert.equal(knock({ address: '127.0.0.1', hostname: '127.0.0.1' }, local), 'in')
})
