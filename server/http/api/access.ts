// Assembles API access: the door, OAuth endpoints, rate limits and usage counting, over the given stores.

import { createAuthenticate } from '../../api/authenticate.ts'
import { createClientAuthentication } from '../../api/client-authentication.ts'
import { createCodeGrant } from '../../api/code-grant.ts'
import type { CredentialVersion } from '../../api/credential-version.ts'
import { createIntrospect } from '../../api/introspect.ts'
import { createKeyRing } from '../../api/key-ring.ts'
import type { PublicKey } from '../../api/public-keys.ts'
import { ALL_SCOPES, type Role, scopesWithin } from '../../api/scopes.ts'
import { createTokenIssuer } from '../../api/tokens.ts'
import { createUsageMeter, type UsageMeter } from '../../api/usage-meter.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { AccessTokens } from '../../store/access-tokens.ts'
import type { ApiKeys } from '../../store/api-keys.ts'
import type { ApiUsage } from '../../store/api-usage.ts'
import type { ClientKeys } from '../../store/client-keys.ts'
import type { Clients } from '../../store/clients.ts'
import type { RecordChange } from '../../store/credential-change.ts'
import type { OAuthGrant, OAuthGrants } from '../../store/oauth-grants.ts'
import type { RateWindows } from '../../store/rate-windows.ts'
import type { SigningKeys } from '../../store/signing-keys.ts'
import { type ApiDoor, createApiDoor } from '../doors/api.ts'
import { createApiMemory } from '../doors/api-memory.ts'
import type { MountDeps } from '../mount.ts'
import type { Route } from '../route.ts'
import { createLeasedStores, type TakeCalls } from './limit-stores.ts'
import { createApiLimits, type Limit, type LimitStore } from './limits.ts'
import { recordAsClient } from './oauth/record-as-client.ts'
import { oauthRoutes } from './oauth/routes.ts'

type ApiStores = {
  clients: Clients
  clientKeys: ClientKeys
  apiKeys: ApiKeys
  accessTokens: AccessTokens
  oauthGrants: OAuthGrants
  signingKeys: SigningKeys
  usage: ApiUsage
  rateWindows: Pick<RateWindows, 'prune'> & { take: TakeCalls }
  /** How many changes of credentials all processes have made. */
  credentialChanges: () => Promise<number>
}

type Deps = {
  stores: ApiStores
  /** The version counter that the stores were created with. */
  version: CredentialVersion
  publicUrl: string
  now: () => Date
  log: Log
  /** Whether the tenant still has the app. Called for every request, so it must answer from memory. */
  installed: (tenantId: string) => Promise<boolean>
  /** The sandbox location that this location's test credentials act on; undefined when this server has no sandbox. */
  sandboxOf: (locationId: string) => string | undefined
  recordAudit: MountDeps['recordAudit']
  /** A user's current role in an account; undefined when they are no longer in it. Throws when the CRM cannot be asked. */
  roleOf: (locationId: string, userId: string) => Promise<Role | undefined>
  /** Counters in Redis if it is configured (`createRedisStores`); otherwise calls are counted in PostgreSQL. */
  limitStoreFor?: ((limit: Limit) => LimitStore) | undefined
  /** Calls per minute of one client, and of all clients of an account together. */
  perMinute?: { client: number; account: number }
}

/** The parts of API access that other modules use. */
export type ApiAccess = {
  door: ApiDoor
  oauthRoutes: Route[]
  /** Issues an access token with all scopes of a client, for the people who manage it. Throws `conflict` if the client is switched off. */
  trialToken: (client: { id: string }) => Promise<string>
  /** Start it with the process and stop it after the last request. */
  meter: UsageMeter
  /** Deletes expired records. Once a day on any node is enough. */
  prune(): Promise<void>
}

const DAY_MS = 86_400_000
const USAGE_DAYS = 92

/** Creates API access; one per process. */
export const createApiAccess = (deps: Deps): ApiAccess => {
  const { stores, version, publicUrl, now, log, installed, sandboxOf, recordAudit, perMinute } = deps
  const keyRing = createKeyRing({ store: stores.signingKeys, now })
  const tokens = createTokenIssuer({ keyRing, publicUrl, now })
  const meter = createUsageMeter({ store: stores.usage, now, log })
  const limits = createApiLimits({
    storeFor: deps.limitStoreFor ?? createLeasedStores({ take: stores.rateWindows.take, now }),
    now,
    log,
    ...(perMinute ? { perMinute } : {}),
  })
  const memory = createApiMemory({
    findKey: stores.apiKeys.findByHash,
    tokenState: stores.accessTokens.state,
    version,
    changes: stores.credentialChanges,
    now,
  })
  const authenticate = createAuthenticate({ ...memory, openToken: tokens.open, sandboxOf, now })
  const authenticateClient = createClientAuthentication({
    findClient: stores.clients.findForAuthentication,
    keysOf: async ({ locationId, id }) => (await stores.clientKeys.list(locationId, id)) as PublicKey[],
    useAssertion: ({ locationId, id }, assertion) => stores.clientKeys.useAssertion(locationId, id, assertion),
    audiences: [publicUrl, `${publicUrl}/oauth/token`],
    now,
  })
  const endedBy = (by: { clientId: string; requestId: string }) => {
    const recordAs = recordAsClient(recordAudit, by)
    return (locationId: string): RecordChange => recordAs('oauth_grant.ended', locationId)
  }
  /** Asks the CRM at each renewal, so that apps lose access when their user leaves the account. While the CRM is unavailable, its last answer applies. */
  const roleNow = async ({
    id,
    locationId,
    userId,
    userRole,
  }: Pick<OAuthGrant, 'id' | 'locationId' | 'userId' | 'userRole'>) => {
    try {
      const role = await deps.roleOf(locationId, userId)
      if (role !== undefined && role !== userRole) await stores.oauthGrants.noteRole(locationId, id, role)
      return role
    } catch (error) {
      log.warn({ err: error, location: locationId }, 'the role of a person could not be asked for')
      return userRole
    }
  }
  const codeGrants = createCodeGrant({
    redeemCode: (code, { requestId, ...by }) =>
      stores.oauthGrants.redeemCode(code, { ...by, recordFor: endedBy({ ...by, requestId }) }),
    refresh: (token, { requestId, ...by }) =>
      stores.oauthGrants.refresh(token, { ...by, recordFor: endedBy({ ...by, requestId }) }),
    roleNow,
    async end({ locationId, id }, by) {
      await stores.oauthGrants.end(locationId, id, { record: endedBy(by)(locationId) })
    },
    installed,
  })
  return {
    door: createApiDoor({ authenticate, limits, count: meter.count, installed }),
    oauthRoutes: oauthRoutes({
      authenticateClient,
      limits,
      count: meter.count,
      tokens,
      codeGrants,
      endByRefreshToken: stores.oauthGrants.endByRefreshToken,
      keyRing,
      // Called rarely, and the answer must be current.
      introspect: createIntrospect({
        openToken: tokens.open,
        tokenState: stores.accessTokens.state,
        findByRefreshToken: stores.oauthGrants.findByRefreshToken,
        publicUrl,
      }),
      revokeToken: stores.accessTokens.revoke,
      recordAudit,
      installed,
      publicUrl,
    }),
    async trialToken({ id }) {
      const client = await stores.clients.findForAuthentication(id)
      if (!client?.isEnabled)
        throw new AppError('conflict', { detail: 'This app is switched off. Switch it on first.' })
      const scopes = scopesWithin(ALL_SCOPES, client.scopes)
      return (await tokens.issue({ clientId: id, scopes, validFrom: client.tokensValidFrom })).accessToken
    },
    meter,
    async prune() {
      const ago = (days: number) => new Date(now().getTime() - days * DAY_MS)
      await stores.clientKeys.pruneAssertions(now())
      await stores.accessTokens.prune(now())
      await stores.oauthGrants.prune(now())
      await stores.rateWindows.prune(ago(1))
      await stores.usage.prune(ago(USAGE_DAYS))
    },
  }
}
