// Consent, installation and uninstallation. Knows no HTTP: the consent page, the API and the controls use it.

import type { SimulatedApp } from './options.ts'
import { Refusal } from './refusal.ts'
import type { Grant, Installation, Location } from './rows.ts'
import type { State } from './state.ts'
import type { Tokens } from './tokens.ts'
import type { Events } from './webhooks.ts'

export type Consent = {
  app: SimulatedApp
  userId: string
  redirectUri: string
  /** The scopes the link asks for. */
  scopes: string[]
  target:
    | { kind: 'Location'; locationId: string }
    | { kind: 'Company'; companyId: string; locationIds: string[]; installToFuture: boolean }
}

type InstallsOptions = { state: State; tokens: Tokens; events: Events; now: () => Date }

/** The app id is the part of the client id before the dash. */
export const appIdOf = (clientId: string): string => clientId.split('-')[0]!

/** The installation side of the simulation. */
export const createInstalls = ({ state, tokens, events, now }: InstallsOptions) => {
  const idOf = (clientId: string, resourceId: string): string => `${clientId} ${resourceId}`

  const companyFacts = (companyId: string) => {
    const company = state.companies.get(companyId)
    return {
      isWhitelabelCompany: Boolean(company?.whitelabel),
      whitelabelDetails: company?.whitelabel ?? {},
      companyName: company?.name,
    }
  }

  const install = (installation: Omit<Installation, 'id' | 'appId' | 'installedAt'>, isBare = false): Installation => {
    const { clientId, companyId, locationId, userId } = installation
    const row = state.installations.put({
      ...installation,
      id: idOf(clientId, locationId ?? companyId),
      appId: appIdOf(clientId),
      installedAt: now().toISOString(),
    })
    state.count('installations.created')
    events.lifecycle(clientId, {
      type: 'INSTALL',
      appId: row.appId,
      versionId: row.appId,
      installType: locationId ? 'Location' : 'Company',
      ...(locationId && { locationId }),
      ...(!isBare && { companyId }),
      ...(userId && { userId }),
      ...(!isBare && companyFacts(companyId)),
    })
    return row
  }

  const forgetInstallation = (row: Installation): void => {
    tokens.revoke(row)
    state.installations.delete(row.id)
    state.count('installations.deleted')
  }

  return {
    find: (clientId: string, resourceId: string): Installation | undefined =>
      state.installations.get(idOf(clientId, resourceId)),

    /** Installs as the person agreed to and returns the code for the redirect. INSTALL webhooks leave at once. */
    consent({ app, userId, redirectUri, scopes, target }: Consent): string {
      const companyId = target.kind === 'Company' ? target.companyId : state.locations.get(target.locationId)!.companyId
      const shared = { clientId: app.clientId, companyId, userId, scopes }
      const grant: Grant = { ...shared, appId: appIdOf(app.clientId), kind: target.kind, isBulk: false }
      if (target.kind === 'Location') {
        install({ ...shared, locationId: target.locationId })
        return tokens.newCode({ ...grant, locationId: target.locationId }, { redirectUri })
      }
      install({ ...shared, isBulk: true, installToFuture: target.installToFuture })
      for (const locationId of target.locationIds) install({ ...shared, locationId })
      return tokens.newCode({ ...grant, isBulk: true }, { redirectUri, approvedLocations: target.locationIds })
    },

    /**
     * A location made after a bulk install with "future locations": it gets every such app. `isBare` leaves the user
     * and the company out of the webhook, as the platform's page says may happen.
     */
    locationAdded(location: Location, { isBare = false }: { isBare?: boolean } = {}): void {
      for (const { clientId, companyId, scopes, installToFuture } of state.installations.by(
        'company',
        location.companyId,
      )) {
        if (installToFuture) install({ clientId, companyId, scopes, locationId: location.id }, isBare)
      }
    },

    /** Ends one installation; a company's ends those of its locations, with one webhook. Throws Refusal. */
    uninstall(clientId: string, resourceId: string): void {
      const row = state.installations.get(idOf(clientId, resourceId))
      if (!row) throw new Refusal(400, 'App is not installed')
      if (!row.locationId) {
        for (const { id } of state.locations.by('company', row.companyId)) {
          const ofLocation = state.installations.get(idOf(clientId, id))
          if (ofLocation) forgetInstallation(ofLocation)
        }
      }
      events.lifecycle(clientId, {
        type: 'UNINSTALL',
        appId: row.appId,
        ...(row.locationId ? { locationId: row.locationId } : { companyId: row.companyId }),
      })
      forgetInstallation(row)
    },
  }
}

export type Installs = ReturnType<typeof createInstalls>
