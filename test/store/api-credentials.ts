// The stores of API credentials on one node: what they share, and the audit rows they ask for.

import { createCredentialVersion } from '../../server/api/credential-version.ts'
import { createAccessTokens } from '../../server/store/access-tokens.ts'
import { createApiKeys } from '../../server/store/api-keys.ts'
import { createClientKeys } from '../../server/store/client-keys.ts'
import { createClients } from '../../server/store/clients.ts'
import { createCredentialChange, type RecordChange } from '../../server/store/credential-change.ts'
import type { Database } from '../../server/store/db.ts'

export const createCredentialStores = (db: Database, now: () => Date) => {
  const version = createCredentialVersion()
  const change = createCredentialChange({ db, version })
  const deps = { db, change, now }
  const recorded: Parameters<RecordChange>[0][] = []
  const record: RecordChange = async (subject) => void recorded.push(subject)
  return {
    version,
    recorded,
    record,
    clients: createClients(deps),
    apiKeys: createApiKeys(deps),
    clientKeys: createClientKeys(deps),
    accessTokens: createAccessTokens(deps),
  }
}
