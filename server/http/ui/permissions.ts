// What the account has granted and what it has not, each with the reason. Changes nothing: permissions are granted in the CRM.

import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { InstallationReader } from './deps.ts'
import { scopeLines } from './scopes.ts'
import { installationOf, type Screen, screenData } from './screen.ts'

type Deps = { installations: InstallationReader; wantedScopes: readonly string[] }

/** `GET /settings/permissions`. */
export const permissionRoutes = (screen: Screen, { installations, wantedScopes }: Deps): Route[] => [
  screen({
    path: '/settings/permissions',
    async handler({ caller }) {
      const { scopes: granted } = await installationOf(caller, installations)
      const lines = scopeLines({ wanted: wantedScopes, granted })
      const missing = lines.filter(({ state }) => state === 'missing').length
      return view('screens/permissions', { ...screenData(caller), lines, missing })
    },
  }),
]
