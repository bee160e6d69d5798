// Per-process caches of tenants: whether they have the app, and who may frame their pages.

import { createFrameAncestors, PLATFORM_ORIGINS } from '../http/frame-ancestors.ts'
import { createInstalledCache } from '../http/installed-cache.ts'
import type { Installations } from '../store/installations.ts'
import { shareQueries } from './share-queries.ts'

type Deps = {
  installations: Pick<Installations, 'find' | 'statuses' | 'whiteLabelDomains'>
  /** In a sandbox: where the simulated CRM shows our pages. */
  sandboxOrigin: string | undefined
  now: () => Date
}

/** `forget` when this process has changed an installation, `forgetFrame` when only its domain changed. */
export const wireTenantMemory = ({ installations, sandboxOrigin, now }: Deps) => {
  const installedCache = createInstalledCache({ find: shareQueries(installations.statuses), now })
  const frames = createFrameAncestors({
    platformOrigins: sandboxOrigin ? [...PLATFORM_ORIGINS, sandboxOrigin] : PLATFORM_ORIGINS,
    find: installations.find,
    whiteLabelDomains: installations.whiteLabelDomains,
    now,
  })
  return {
    installed: installedCache.get,
    frameAncestors: frames.frameAncestors,
    forgetFrame: frames.forget,
    forget(tenantId: string): void {
      installedCache.forget(tenantId)
      frames.forget(tenantId)
    },
  }
}
