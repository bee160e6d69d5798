import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test from 'node:test'
import { startTelemetry, traced } from '../server/telemetry.ts'
import { listen } from './listen.ts'

test('without an endpoint work runs as it is, and so do its failures', async () => {
  const telemetry = await startTelemetry(undefined)
  const double = traced(
    'double',
    async (n: number) => n * 2,
    () => assert.fail('nobody records'),
  )
  assert.equal(await double(4), 8)
  await assert.rejects(
    traced(
      'fail',
      async () => Promise.reject(new Error('no')),
      () => ({}),
    )(),
    /no/,
  )
  await telemetry.stop()
})

test('with an endpoint spans are sent with their attributes, failures marked, nothing of the message', async (t) => {
  let sent = ''
  const collector = createServer((request, response) => {
    request.on('data', (chunk) => {
      sent += chunk
    })
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  const address = await listen(collector)
  t.after(() => {
    collector.closeAllConnections()
    collector.close()
  })
  const telemetry = await startTelemetry(`${address}/`)
  await traced(
    'run',
    async (_id: string) => 'ok',
    (id) => ({ 'event.id': id }),
  )('e1')
  await assert.rejects(
    traced(
      'call',
      async () => Promise.reject(new Error('s3cret')),
      () => ({}),
    )(),
  )
  await telemetry.stop()
  for (const part of ['rankr-connect', '"run"', 'event.id', 'e1', '"call"']) assert.ok(sent.includes(part), part)
  assert.equal(sent.includes('s3cret'), false)
})
