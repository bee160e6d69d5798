// Caches whether a tenant has the app: read for every event and every request of the settings page.

import { type BriefCache, createBriefCache } from '../brief-cache.ts'
import type { InstallationStatus } from '../store/schema.ts'

/** How long an uninstall stored by another process may go unnoticed. */
const YES_LIFE_MS = 10_000
/** Shorter, so that a new installation does not lose its first events. */
const NO_LIFE_MS = 1_000

type Deps = {
  find: (tenantId: string) => Promise<{ status: InstallationStatus } | undefined>
  now: () => Date
}

/**
 * Every status but `uninstalled` counts: an installation that waits for its token or for a person keeps its events.
 * Call `forget` when this process has changed an installation.
 */
export const createInstalledCache = ({ find, now }: Deps): BriefCache<boolean> =>
  createBriefCache({
    now,
    lifeMs: (isInstalled) => (isInstalled ? YES_LIFE_MS : NO_LIFE_MS),
    load: async (tenantId) => {
      const installation = await find(tenantId)
      return installation !== undefined && installation.status !== 'uninstalled'
    },
  })
