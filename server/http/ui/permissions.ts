// Granted and missing permissions, each with its reason. Read-only: permissions are granted in the CRM.

import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { InstallationReader } from './deps.ts'
import { scopeLines } from './scopes.ts'
import { installationOf, type Screen, screenData } from './screen.ts'

/** An enabled workflow and the permissions it needs. */
export type ScopeUse = { templateId: string | null; name: string; scopes: readonly string[] }

export type PermissionDeps = {
  installations: Pick<InstallationReader, 'find'>
  wantedScopes: readonly string[]
  usesOf(locationId: string): Promise<ScopeUse[]>
}

/** `GET /settings/permissions`. */
export const permissionRoutes = (screen: Screen, { installations, wantedScopes, usesOf }: PermissionDeps): Route[] => [
  screen({
    path: '/settings/permissions',
    async handler({ caller }) {
      const [{ scopes: granted }, uses] = await Promise.all([
        installationOf(caller, installations),
        usesOf(caller.locationId),
      ])
      const usedBy = (scope: string) => uses.filter(({ scopes }) => scopes.includes(scope))
      const lines = scopeLines({ wanted: wantedScopes, granted }).map((line) => ({
        ...line,
        usedBy: usedBy(line.scope),
      }))
      const missing = lines.filter(({ state }) => state === 'missing')
      const lacking = uses.filter(({ scopes }) => missing.some(({ scope }) => scopes.includes(scope)))
      // Those in use come first, among the missing and the granted.
      const ordered = ['missing', 'granted', 'extra'].flatMap((state) =>
        lines
          .filter((line) => line.state === state)
          .sort((a, b) => Number(b.usedBy.length > 0) - Number(a.usedBy.length > 0)),
      )
      return view('screens/permissions', { ...screenData(caller), lines: ordered, missing: missing.length, lacking })
    },
  }),
]
