// All routes of the developer portal: sign-in, the developer screens, and the consent page.

import type { Route } from '../route.ts'
import type { InstallationReader } from '../ui/deps.ts'
import { type DevelopersDeps, developerRoutes } from '../ui/developers.ts'
import { createChooseAccount } from './accounts.ts'
import { type AuthorizeDeps, authorizeRoutes } from './authorize.ts'
import { createPortalSurface } from './portal-surface.ts'
import { type SignInDeps, signInRoutes } from './sign-in.ts'

export type PortalDeps = Omit<SignInDeps & AuthorizeDeps, 'installations'> &
  DevelopersDeps & { installations: InstallationReader }

/** All routes of the developer portal. */
export const portalRoutes = (deps: PortalDeps): Route[] => {
  return [
    ...signInRoutes(deps),
    ...developerRoutes(createPortalSurface(deps, createChooseAccount(deps)), deps),
    ...authorizeRoutes(deps),
  ]
}
