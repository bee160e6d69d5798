// Who may call our API, put together: credentials, OAuth endpoints, limits and the counting of calls.

import { createCredentialVersion } from './api/credential-version.ts'
import { createApiAccess } from './http/api/access.ts'
import { createRedisStores, type SendCommand } from './http/api/limit-stores.ts'
import type { Log } from './log.ts'
import type { WorkerTask } from './relay/worker.ts'
import { createAccessTokens } from './store/access-tokens.ts'
import { createApiKeys } from './store/api-keys.ts'
import { createApiUsage } from './store/api-usage.ts'
import type { Audit } from './store/audit.ts'
import { createClientKeys } from './store/client-keys.ts'
import { createClients } from './store/clients.ts'
import { createCredentialChange } from './store/credential-change.ts'
import type { Database } from './store/db.ts'
import { createRateWindows } from './store/rate-windows.ts'
import type { Seal } from './store/seal.ts'
import { createSigningKeys } from './store/signing-keys.ts'

type Deps = {
  db: Database
  seal: Seal
  audit: Audit
  /** Whether a tenant has the app, from memory. */
  installed: (tenantId: string) => Promise<boolean>
  redis: { sendCommand: (command: string[]) => ReturnType<SendCommand> } | undefined
  isSandbox: boolean
  publicUrl: string
  now: () => Date
  log: Log
}

export type ApiAccessParts = ReturnType<typeof wireApiAccess>

/** Start `access.meter` with the process; `task` is for the worker. */
export const wireApiAccess = ({ db, seal, audit, installed, redis, isSandbox, publicUrl, now, log }: Deps) => {
  const version = createCredentialVersion()
  const credentials = { db, change: createCredentialChange({ db, version }), now }
  const stores = {
    clients: createClients(credentials),
    clientKeys: createClientKeys(credentials),
    apiKeys: createApiKeys(credentials),
    accessTokens: createAccessTokens(credentials),
    signingKeys: createSigningKeys({ db, seal, now }),
    usage: createApiUsage({ db }),
    rateWindows: createRateWindows({ db }),
  }
  const access = createApiAccess({
    stores,
    version,
    publicUrl,
    now,
    log,
    installed,
    // The sandbox knows no other data than the sample data of its own accounts.
    sandboxOf: (locationId) => (isSandbox ? locationId : undefined),
    recordAudit: audit.record,
    limitStoreFor: redis && createRedisStores({ sendCommand: (...command) => redis.sendCommand(command) }),
  })
  const task: WorkerTask = { name: 'prune_api', cron: '41 3 * * *', handler: access.prune }
  return { access, stores, task }
}
