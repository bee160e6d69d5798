// Ends an HTTP server without cutting anybody off. Readiness must be false by now: whoever sends on takes time to notice.

import type { Server } from 'node:http'

/** Requests that are still under way after so long are cut off: a sender that hangs must not keep the process alive. */
const PATIENCE_MS = 30_000
const SWEEP_MS = 100

/**
 * Answers as before for `graceMs`, each answer ending its connection so that the sender opens the next one elsewhere;
 * then takes no new connections and resolves when all are gone.
 */
export const closeServer = async (server: Server, { graceMs }: { graceMs: number }): Promise<void> => {
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  await new Promise((resolve) => setTimeout(resolve, graceMs))
  const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
  // Connections whose request came before all this become idle with their answer.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(patience)
  clearInterval(sweep)
}
