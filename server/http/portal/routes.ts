// All rows of the developer portal, which stands by itself: signing in, the screens for developers, and the page on which
// people let apps act on their behalf.

import type { Route } from '../route.ts'
import type { InstallationReader } from '../ui/deps.ts'
import { type DevelopersDeps, developerRoutes } from '../ui/developers.ts'
import { createChooseAccount } from './accounts.ts'
import { type AuthorizeDeps, authorizeRoutes } from './authorize.ts'
import { type SignInDeps, signInRoutes } from './sign-in.ts'
import { createPortalSurface } from './surface.ts'

export type PortalDeps = Omit<SignInDeps & AuthorizeDeps, 'installations'> &
  DevelopersDeps & { installations: InstallationReader }

export const portalRoutes = (deps: PortalDeps): Route[] => {
  return [
    ...signInRoutes(deps),
    ...developerRoutes(createPortalSurface(deps, createChooseAccount(deps)), deps),
    ...authorizeRoutes(deps),
  ]
}
