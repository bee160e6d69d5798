// Caches connections for the door of Rankr's webhooks for some seconds, so that no event needs a database read.

import { type BriefCache, createBriefCache } from '../../brief-cache.ts'
import { signingKey } from '../../rankr/webhook.ts'
import type { WebhookConnection } from '../doors/rankr-signature.ts'

/** How long a change made by another process (disabled, old secret ended) may go unnoticed. */
const LIFE_MS = 5_000
const UNKNOWN_LIFE_MS = 1_000

type Found = {
  id: string
  locationId: string
  isEnabled: boolean
  secrets: { secret: string; expiresAt: Date | null }[]
}

type Deps = { find: (connectionId: string) => Promise<Found | undefined>; now: () => Date }

/** Call `forget` when this process has changed a connection. */
export const createConnectionCache = ({ find, now }: Deps): BriefCache<WebhookConnection | undefined> =>
  createBriefCache({
    now,
    lifeMs: (connection) => (connection ? LIFE_MS : UNKNOWN_LIFE_MS),
    async load(connectionId) {
      const found = await find(connectionId)
      if (!found) return undefined
      const { id, locationId, isEnabled, secrets } = found
      return {
        id,
        locationId,
        isEnabled,
        keys: secrets.map(({ secret, expiresAt }) => ({ key: signingKey(secret), expiresAt })),
      }
    },
  })
