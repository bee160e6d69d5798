// Shuts an HTTP server down without dropping requests. Readiness must already be false: load balancers take time to
// notice.

import type { Server } from 'node:http'

/** Requests still running after this are aborted: a stalled client must not keep the process alive. */
const PATIENCE_MS = 30_000
const SWEEP_MS = 100

/**
 * Keeps answering for `graceMs`, closing each connection after its answer so that the client reconnects elsewhere; then
 * stops accepting and resolves when all connections are closed.
 */
export const closeServer = async (server: Server, { graceMs }: { graceMs: number }): Promise<void> => {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  await new Promise((resolve) => setTimeout(resolve, graceMs))
  const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
  // Connections opened before this become idle after their answer.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(patience)
  clearInterval(sweep)
}
