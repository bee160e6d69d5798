// Wires the stores of the API's credentials, consents, limits and counts. All that change credentials share one change
// counter.

import { createCredentialVersion } from '../api/credential-version.ts'
import { createAccessTokens } from '../store/access-tokens.ts'
import { createApiKeys } from '../store/api-keys.ts'
import { createApiUsage } from '../store/api-usage.ts'
import { createClientKeys } from '../store/client-keys.ts'
import { createClients } from '../store/clients.ts'
import { createCountChanges, createCredentialChange } from '../store/credential-change.ts'
import type { Database } from '../store/db.ts'
import { createOAuthGrants } from '../store/oauth-grants.ts'
import { createRateWindows, type WindowWish } from '../store/rate-windows.ts'
import type { Seal } from '../store/seal.ts'
import { createSigningKeys } from '../store/signing-keys.ts'
import { shareQueries } from './share-queries.ts'

type Deps = { db: Database; seal: Seal; now: () => Date }

/** `stores` and the `version` that this process's changes of credentials bump. */
export const wireApiStores = ({ db, seal, now }: Deps) => {
  const version = createCredentialVersion()
  const credentials = { db, change: createCredentialChange({ db, version }), now }
  const { takeAll, prune } = createRateWindows({ db })
  const takeShared = shareQueries(takeAll)
  const take = (locationId: string, wish: Omit<WindowWish, 'locationId'>) => takeShared({ locationId, ...wish })
  const stores = {
    clients: createClients(credentials),
    clientKeys: createClientKeys(credentials),
    apiKeys: createApiKeys(credentials),
    accessTokens: createAccessTokens(credentials),
    oauthGrants: createOAuthGrants(credentials),
    signingKeys: createSigningKeys({ db, seal, now }),
    usage: createApiUsage({ db }),
    rateWindows: { take, prune },
    credentialChanges: createCountChanges({ db }),
  }
  return { stores, version }
}
