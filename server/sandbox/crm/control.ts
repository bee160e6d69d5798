// Controls of the simulation for tests and the sandbox page: what a person does in the product, faults, and counters.

import type { Builder } from './builder.ts'
import { newCrmId } from './crm-ids.ts'
import type { Deliveries } from './deliveries.ts'
import type { CallRecord } from './dispatch.ts'
import type { Faults } from './faults.ts'
import type { Consent, Installs } from './installs.ts'
import { standardSchemas } from './objects.ts'
import type { SimulatedApp } from './options.ts'
import type { Person } from './person.ts'
import type { Delivery, Location } from './rows.ts'
import { SEED } from './seed.ts'
import type { State } from './state.ts'
import type { Tokens } from './tokens.ts'
import { encryptAsCryptoJs, type UserContextInput, userContextOf } from './user-context.ts'
import type { Events } from './webhooks.ts'

const KEPT_CALLS = 200

/** The last calls made to the API. */
export const createCallLog = () => {
  const calls: CallRecord[] = []
  return {
    add(call: CallRecord): void {
      calls.push(call)
      if (calls.length > KEPT_CALLS) calls.shift()
    },
    list: (): CallRecord[] => [...calls],
    clear: (): void => void calls.splice(0),
  }
}

type Parts = {
  state: State
  apps: readonly SimulatedApp[]
  tokens: Tokens
  installs: Installs
  events: Events
  deliveries: Deliveries
  faults: Faults
  calls: ReturnType<typeof createCallLog>
  person: Person
  builder: Builder
  resetRateLimits: () => void
  now: () => Date
}

type NewLocation = Partial<Location> & { name: string; companyId?: string }

/** The controls, without HTTP. */
export const createControl = (parts: Parts) => {
  const { state, apps, tokens, installs, deliveries, faults, calls } = parts

  const appOf = (clientId: string | undefined): SimulatedApp => {
    const app = clientId === undefined ? apps[0] : apps.find((each) => each.clientId === clientId)
    if (!app) throw new Error('The simulated CRM has no such app.')
    return app
  }

  const locationOf = (id: string): Location => {
    const location = state.locations.get(id)
    if (!location) throw new Error(`The simulated CRM has no location ${id}.`)
    return location
  }

  const changeLocation = (id: string, fields: Partial<Location>): Location =>
    state.change(() => state.locations.put({ ...locationOf(id), ...fields }))

  return {
    /** What a person does in the product: contacts, tags, notes, messages, opportunities, invoices, records. */
    person: parts.person,
    /** What a person does in the workflow builder. */
    builder: parts.builder,

    // Installing
    /**
     * An install that starts in the marketplace, so without state: returns the code that the redirect would carry.
     * Scopes, redirect URI and user default to the app's and the owner's.
     */
    install(consent: { clientId?: string } & Partial<Omit<Consent, 'app'>> & Pick<Consent, 'target'>): string {
      const app = appOf(consent.clientId)
      return state.change(() =>
        installs.consent({
          app,
          userId: consent.userId ?? SEED.users.owner,
          redirectUri: consent.redirectUri ?? app.redirectUris[0]!,
          scopes: consent.scopes ?? app.scopes,
          target: consent.target,
        }),
      )
    },
    /** A person removes the app from a location or a company. */
    uninstall: (resourceId: string, clientId?: string): void =>
      state.change(() => installs.uninstall(appOf(clientId).clientId, resourceId)),

    // Locations
    suspendLocation: (id: string): Location => changeLocation(id, { isActive: false }),
    activateLocation: (id: string): Location => changeLocation(id, { isActive: true }),
    /** Duplicate rules and the order of e-mail and phone. */
    changeLocationSettings: (
      id: string,
      settings: Partial<Location['settings']>,
      contactIdentifiers: Location['contactIdentifiers'] = locationOf(id).contactIdentifiers,
    ): Location => changeLocation(id, { settings: { ...locationOf(id).settings, ...settings }, contactIdentifiers }),
    /** A new location; bulk installs that cover future ones reach it at once. */
    addLocation({ isBareInstallEvent, ...fields }: NewLocation & { isBareInstallEvent?: boolean }): Location {
      const pattern = locationOf(SEED.locations.dental)
      return state.change(() => {
        const location = state.locations.put({ ...pattern, id: newCrmId(), ...fields })
        for (const schema of standardSchemas(location.id, parts.now().toISOString())) state.objects.put(schema)
        installs.locationAdded(location, { isBare: isBareInstallEvent ?? false })
        return location
      })
    },
    /** The company resells under its own domain, or no more. */
    setWhitelabel: (companyId: string, whitelabel: { domain: string; logoUrl: string } | undefined): void =>
      state.change(() => void state.companies.put({ ...state.companies.get(companyId)!, whitelabel })),

    // Tokens
    /** Access tokens of a location or company end now; refresh tokens stay. */
    expireTokens: (resourceId: string): void => state.change(() => tokens.expire(resourceId)),
    /** Refresh tokens of a location or company are dead, as if used by somebody else. */
    forgetRefreshTokens: (resourceId: string): void => state.change(() => tokens.forgetRefresh(resourceId)),
    /** What was granted no longer covers these; the next renewal of the tokens says so. */
    withdrawScopes: (resourceId: string, scopes: readonly string[]): void =>
      state.change(() => {
        tokens.withdraw(resourceId, scopes)
        tokens.expire(resourceId)
      }),

    // Embedded page
    /** The payload that answers REQUEST_USER_DATA. */
    userContext: ({ clientId, ...input }: UserContextInput & { clientId?: string }): string => {
      const app = appOf(clientId)
      return encryptAsCryptoJs(JSON.stringify(userContextOf(state, input, app.clientId)), app.ssoKey)
    },

    // Faults
    failNext: faults.arm,
    clearFaults: faults.clear,
    faults: faults.list,
    resetRateLimits: parts.resetRateLimits,

    // Webhooks
    /** Sends any event, with any fields, to the apps of a location. */
    emit: (...event: Parameters<Events['emit']>): void => state.change(() => parts.events.emit(...event)),
    /** Resolves when no webhook is under way or due. Later tries are not waited for. */
    flushWebhooks: deliveries.idle,
    retryWebhooksNow: deliveries.retryNow,
    /** Sends a delivery again, the same bytes. */
    resendWebhook: deliveries.resend,
    /** The kept deliveries, oldest first. */
    deliveries: (): Delivery[] => [...state.deliveries.all()],

    // Counting
    /** Effective writes by kind (`contacts.created`, `notes.created`, …) since the state was made. */
    writes: (): Record<string, number> =>
      Object.fromEntries(Array.from(state.counters.all(), ({ id, value }) => [id, value])),
    /** The last 200 API calls, oldest first. */
    calls: calls.list,
    clearCalls: calls.clear,
  }
}
