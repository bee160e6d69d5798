// Limits of the HTTP server: how long a slow or hostile client can hold resources.

import type { Server } from 'node:http'

/**
 * Times in milliseconds. Keep-alive exceeds the idle timeout of common load balancers (60 s), so that they never send
 * into a connection we have just closed.
 */
export const serverLimits = (server: Server): void => {
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 65_000
  server.maxHeadersCount = 100
  // 0 = unlimited: webhooks come in bursts over few connections.
  server.maxRequestsPerSocket = 0
  // Idle in both directions: ends connections that hang after the request was read.
  server.timeout = 120_000
}
