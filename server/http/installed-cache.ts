// Whether a tenant has the app, from memory: asked for every event and every request of the settings page.

import { type BriefCache, createBriefCache } from '../brief-cache.ts'
import type { InstallationStatus } from '../store/schema.ts'

/** How long an uninstall that another process has stored may go unnoticed. */
const YES_LIFE_MS = 10_000
/** Shorter, since a new installation should not lose the events that follow it at once. */
const NO_LIFE_MS = 1_000

type Deps = {
  find: (tenantId: string) => Promise<{ status: InstallationStatus } | undefined>
  now: () => Date
}

/**
 * Everything but `uninstalled` counts: an installation that waits for its token or for a person keeps its events. Call
 * `forget` when this process has changed an installation.
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
