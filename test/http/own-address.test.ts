import assert from 'node:assert/strict'
import test from 'node:test'
import express from 'express'
import request from 'supertest'
import { createOwnAddress } from '../../server/http/install/own-address.ts'

test('who comes by another name of this machine is sent to our own; nobody else is', async () => {
  const at = async (publicUrl: string, host: string, method: 'get' | 'post' = 'get') => {
    const app = express()
    app.use(createOwnAddress({ publicUrl }), (_request, response) => void response.send('here'))
    const answer = await request(app)[method]('/developers?a=b').set('host', host)
    return answer.get('location') ?? answer.text
  }
  const LOCAL = 'http://127.0.0.1:3000'
  assert.equal(await at(LOCAL, 'localhost:3000'), `${LOCAL}/developers?a=b`)
  assert.equal(await at(LOCAL, '[::1]:3000'), `${LOCAL}/developers?a=b`)
  assert.equal(await at('http://localhost:3000', '127.0.0.1:3000'), 'http://localhost:3000/developers?a=b')
  for (const [publicUrl, host] of [
    [LOCAL, '127.0.0.1:3000'],
    // A proxy in front of us has a port of its own.
    [LOCAL, 'localhost:4000'],
    [LOCAL, 'localhost'],
    [LOCAL, 'localhost.attacker.example:3000'],
    [LOCAL, 'app.example'],
    ['https://app.example', 'localhost:3000'],
    ['https://app.example', 'other.example'],
  ] as const) {
    assert.equal(await at(publicUrl, host), 'here', `${publicUrl} by ${host}`)
  }
  assert.equal(await at(LOCAL, 'localhost:3000', 'post'), 'here', 'a body is not carried along')
})
