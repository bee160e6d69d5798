import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test from 'node:test'
import { serverLimits } from '../../server/http/server-limits.ts'

test('slow and idle connections are limited, and keep-alive outlives a load balancer', () => {
  const server = createServer()
  serverLimits(server)
  assert.ok(server.headersTimeout > 0 && server.headersTimeout < server.requestTimeout)
  assert.ok(server.requestTimeout <= 60_000)
  assert.ok(server.keepAliveTimeout > 60_000)
  assert.ok(server.timeout > server.keepAliveTimeout)
})
