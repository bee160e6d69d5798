// Wires calls to user-entered addresses: one guard for all.

import type { Config } from '../config.ts'
import { createFileSource } from '../outbound/files.ts'
import { createGuard } from '../outbound/guard.ts'
import { createOutboundHttp } from '../outbound/http.ts'

/** Of a sandbox: what listens on this machine may be called too. Nobody in live mode. */
const SANDBOX_HOSTS = ['127.0.0.1', 'localhost']

export type Outbound = ReturnType<typeof wireOutbound>

/** Call `close` before the process ends. */
export const wireOutbound = ({ config, now }: { config: Pick<Config, 'mode'>; now: () => Date }) => {
  const guard = createGuard({ allowedHosts: config.mode === 'sandbox' ? SANDBOX_HOSTS : [] })
  const http = createOutboundHttp({ guard })
  const files = createFileSource({ guard, now })
  return {
    guard,
    http,
    openFile: files.open,
    close() {
      http.close()
      files.close()
    },
  }
}
