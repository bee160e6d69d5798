import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Opens a test's server on a port that the system chooses; answers its address. Its connections stay until it is closed: one
 * that ends them when they are idle ends them, after a standstill of the machine, just as a client sends on them.
 */
export const listen = async (server: Server): Promise<string> => {
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
