// tokenFor(tenant): a working access token, from memory when possible, renewed ahead of expiry and outside the calls'
// path. token-renewal.ts makes renewals safe across processes.

import { AppError, asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Installation, Installations } from '../store/installations.ts'
import { eachAtOnce } from './gate.ts'
import type { OAuth } from './oauth.ts'
import type { Audit, InstallationListener } from './ports.ts'
import { createMint, type Minted } from './token-mint.ts'
import { createTokenRenewal, type Need } from './token-renewal.ts'
import { createTokenVault, type LiveToken } from './token-vault.ts'

export type TenantToken = Pick<LiveToken, 'accessToken' | 'scopes' | 'version'>

export type Tokens = ReturnType<typeof createTokens>

type Deps = {
  installations: Installations
  oauth: Pick<OAuth, 'refresh' | 'locationToken'>
  audit: Audit
  listener: Pick<InstallationListener, 'onRecovered' | 'onNeedsPerson'>
  now: () => Date
  /** 0 to 1; spreads renewals over time. */
  random: () => number
  log: Log
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/**
 * Renewed this long before expiry, plus up to half as much so that tenants installed together do not all renew at once.
 */
const AHEAD_MS = 10 * MINUTE_MS
/** A token this close to its expiry is not handed out: the call may take a while. */
const MARGIN_MS = MINUTE_MS
/** How long memory is trusted before the row is read again, to notice an uninstall or a renewal elsewhere. */
const TRUST_MS = MINUTE_MS
/** Pause after an early renewal that returned no new token. */
const RETRY_MS = 30_000
const CACHE_SIZE = 10_000
/** After this idle time a token is renewed, to keep its refresh token (one year) alive. */
const IDLE_MS = 7 * DAY_MS
const SUSPENDED_RETRY_MS = 60 * MINUTE_MS

type Entry = LiveToken & { renewAt: number; endsAt: number; seenAt: number }

/** Access tokens of all tenants. One instance per process; `close` before it ends. */
export const createTokens = ({ installations, oauth, audit, listener, now, random, log }: Deps) => {
  const vault = createTokenVault({ installations, audit, listener, now, log })
  const mint = createMint({ installations, oauth, vault, now })
  const { renew } = createTokenRenewal({ installations, oauth, vault, mint, now, log })
  const cache = new Map<string, Entry>()
  const loads = new Map<string, Promise<Entry>>()
  const renewals = new Map<string, Promise<Entry>>()

  const remember = (tenantId: string, token: LiveToken): Entry => {
    const life = token.expiresAt.getTime() - token.bornAt.getTime()
    const ahead = Math.min(AHEAD_MS * (1 + random() / 2), life / 4)
    const entry = {
      ...token,
      renewAt: token.expiresAt.getTime() - ahead,
      endsAt: token.expiresAt.getTime() - Math.min(MARGIN_MS, life / 10),
      seenAt: now().getTime(),
    }
    const oldest = cache.keys().next()
    if (cache.size >= CACHE_SIZE && !oldest.done) cache.delete(oldest.value)
    cache.set(tenantId, entry)
    return entry
  }

  /** One at a time per tenant in this process; concurrent callers share the result. */
  const shared = (flights: Map<string, Promise<Entry>>, tenantId: string, work: () => Promise<Entry>) => {
    const underWay = flights.get(tenantId)
    if (underWay) return underWay
    const flight = work().finally(() => flights.delete(tenantId))
    flights.set(tenantId, flight)
    return flight
  }

  const renewed = (tenantId: string, need: Need): Promise<Entry> =>
    shared(renewals, tenantId, async () => {
      const before = cache.get(tenantId)?.version
      try {
        const entry = remember(tenantId, await renew(tenantId, { ...need, companyToken }))
        if (entry.version === before) entry.renewAt = Math.max(entry.renewAt, now().getTime() + RETRY_MS)
        return entry
      } catch (error) {
        cache.delete(tenantId)
        throw error
      }
    })

  const companyToken = async (companyId: string, rejected?: string): Promise<string> =>
    (rejected === undefined ? await tokenFor(companyId) : await refreshed(companyId, rejected)).accessToken

  const endsBy = (moment: number): Need => ({ isNeeded: ({ expiresAt }) => expiresAt.getTime() <= moment })

  /** What the row says; asks HighLevel only when the token has expired. */
  const load = (tenantId: string): Promise<Entry> =>
    shared(loads, tenantId, async () => {
      const row = await installations.find(tenantId)
      try {
        assertUsable(row)
      } catch (error) {
        cache.delete(tenantId)
        throw error
      }
      const known = cache.get(tenantId)
      if (known?.version === row.tokenVersion) {
        known.seenAt = now().getTime()
        return known
      }
      const tokens = await installations.tokens(tenantId)
      if (!tokens) return await renewed(tenantId, endsBy(Number.POSITIVE_INFINITY))
      return remember(tenantId, { ...tokens, scopes: row.scopes, bornAt: row.refreshedAt ?? row.createdAt })
    })

  const renewInBackground = (tenantId: string, entry: Entry): void => {
    renewed(tenantId, endsBy(entry.expiresAt.getTime())).catch((error) => {
      log.warn({ err: error, tenantId }, 'renewing ahead of time failed')
    })
  }

  /**
   * A token of the location or company. Throws `not_installed`, `reconnect_needed`, `crm_suspended` (all need a person)
   * or `token_refresh_failed` (temporary).
   */
  const tokenFor = async (tenantId: string): Promise<TenantToken> => {
    const moment = now().getTime()
    const cached = cache.get(tenantId)
    const entry = cached && moment < cached.seenAt + TRUST_MS ? cached : await load(tenantId)
    if (moment >= entry.endsAt) return await renewed(tenantId, endsBy(entry.expiresAt.getTime()))
    if (moment >= entry.renewAt && !renewals.has(tenantId)) renewInBackground(tenantId, entry)
    return entry
  }

  /** After a 401: a different token from the rejected one. Throws as `tokenFor` does. */
  const refreshed = async (tenantId: string, rejected: string): Promise<TenantToken> => {
    const cached = cache.get(tenantId)
    if (cached && cached.accessToken !== rejected) return cached
    const need: Need = { isNeeded: ({ accessToken }) => accessToken === rejected }
    const entry = await renewed(tenantId, need)
    // A renewal already in flight may have found the old token good enough.
    return entry.accessToken === rejected ? await renewed(tenantId, need) : entry
  }

  return {
    tokenFor,
    refreshed,

    /**
     * Mints a location's token from its company's; see token-mint.ts. Throws crm_* without a clear answer, and what
     * `tokenFor` throws for the company.
     */
    mint: async (target: { locationId: string; companyId: string }): Promise<Minted> => {
      const minted = await mint(target, { companyToken })
      if (minted.kind === 'live') remember(target.locationId, minted.token)
      return minted
    },

    /**
     * Whether HighLevel still accepts the tenant's tokens. Tested by a renewal: the refresh token dies with the
     * installation, while an access token may outlive it. Throws without a clear answer.
     */
    isAlive: async (tenantId: string): Promise<boolean> => {
      const { version } = (await installations.tokens(tenantId)) ?? { version: -1 }
      try {
        const need: Need = { isNeeded: (tokens) => tokens.version === version, quietly: true }
        const token = await renew(tenantId, { ...need, companyToken })
        if (token.version === version) throw new AppError('token_refresh_failed')
        remember(tenantId, token)
        return true
      } catch (error) {
        const { code } = asAppError(error)
        if (code === 'reconnect_needed' || code === 'not_installed' || code === 'crm_suspended') return false
        throw error
      }
    },

    /** Clears a tenant from memory after an exchange or uninstall. */
    forget: (tenantId: string): void => {
      cache.delete(tenantId)
    },

    /** A call was refused because the account is inactive: stops calls until `refreshDue` finds it active. */
    suspend: async (tenantId: string, message: string): Promise<void> => {
      cache.delete(tenantId)
      const isNew = await vault.locked(tenantId, async (tx, row) => {
        if (row?.status !== 'active') return false
        await vault.stop(tx, row, { status: 'suspended', message })
        return true
      })
      if (isNew) await vault.needsPerson(tenantId, 'crm_suspended')
    },

    /**
     * Renews tokens of idle installations and retries suspended ones. Called every few minutes by any worker. Returns
     * how many work now.
     */
    refreshDue: async ({ limit = 100 }: { limit?: number } = {}): Promise<number> => {
      const moment = now().getTime()
      const idleSince = new Date(moment - IDLE_MS)
      const suspendedSince = new Date(moment - SUSPENDED_RETRY_MS)
      const due = await installations.dueForRefresh({ idleSince, suspendedSince, limit })
      let working = 0
      await eachAtOnce(due, 4, async (tenantId) => {
        try {
          await renewed(tenantId, {
            isNeeded: ({ expiresAt }, row) => row.status === 'suspended' || expiresAt < idleSince,
            evenSuspended: true,
          })
          working += 1
        } catch (error) {
          log.warn({ err: error, tenantId }, 'an idle token could not be renewed')
        }
      })
      return working
    },

    /** Waits for renewals in progress; their answers must not be lost. */
    close: async (): Promise<void> => {
      await Promise.allSettled([...loads.values(), ...renewals.values()])
    },
  }
}

/** Throws why an installation cannot be used; a pending one counts as not installed. */
function assertUsable(row: Installation | undefined): asserts row is Installation {
  if (!row || row.status === 'uninstalled') throw new AppError('not_installed')
  if (row.status === 'pending') {
    throw new AppError('not_installed', { detail: 'The installation has not been finished yet.' })
  }
  if (row.status === 'needs_reconnect') throw new AppError('reconnect_needed')
  if (row.status === 'suspended') throw new AppError('crm_suspended')
}
