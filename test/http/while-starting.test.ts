import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { createWhileStarting } from '../../server/http/while-starting.ts'

test('until the app is there probes are refused, everything else waits, and who has left is forgotten', async (t) => {
  const starting = createWhileStarting()
  const server = createServer(starting.listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const arrived = () => once(server, 'request')

  const probe = await fetch(`${url}/readyz`)
  assert.deepEqual([probe.status, (await probe.json()).code], [503, 'not_ready'])

  const leaving = new AbortController()
  const came = arrived()
  const left = fetch(`${url}/gone`, { signal: leaving.signal })
  const [, response] = await came
  const closed = once(response, 'close')
  leaving.abort()
  await assert.rejects(left)
  await closed

  const next = arrived()
  const waited = fetch(`${url}/webhooks/crm`, { method: 'POST', body: 'an event' })
  await next
  const seen: string[] = []
  starting.handOver((request, answer) => {
    seen.push(request.url!)
    request.setEncoding('utf8').on('data', (text) => answer.end(text))
  })
  assert.equal(await (await waited).text(), 'an event')
  assert.deepEqual(seen, ['/webhooks/crm'])
})
