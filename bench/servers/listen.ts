// A server on any free port of this machine.

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers its address. */
export const listen = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
