// Shared by all ways to a new token: storing a pair, stopping an installation whose tokens are refused, notifying
// others. Everything runs inside the lock held by the caller; makes no outside calls.

import type { Log } from '../log.ts'
import type { Tx } from '../store/db.ts'
import type { Installation, Installations, NewTokens, OpenTokens } from '../store/installations.ts'
import { createGate } from './gate.ts'
import type { Audit, InstallationListener } from './ports.ts'
import type { TokenAnswer } from './token-answer.ts'

export type LiveToken = {
  accessToken: string
  scopes: string[]
  version: number
  /** When it was obtained. */
  bornAt: Date
  expiresAt: Date
}

export type Kept = { kind: 'live'; token: LiveToken; recovered: boolean }

/** Error code of an installation with this status. */
export const CODES = { suspended: 'crm_suspended', needs_reconnect: 'reconnect_needed' } as const

// Each renewal holds a database connection while it waits for HighLevel; the pool has 20.
const AT_ONCE = 4

export type TokenVault = ReturnType<typeof createTokenVault>

type Deps = {
  installations: Installations
  audit: Audit
  listener: Pick<InstallationListener, 'onRecovered' | 'onNeedsPerson'>
  now: () => Date
  log: Log
}

/** Stores token pairs and state changes of installations, with their audit entries. */
export const createTokenVault = ({ installations, audit, listener, now, log }: Deps) => {
  const gate = createGate(AT_ONCE)

  const pairOf = (answer: TokenAnswer, fallbackScopes: string[]): NewTokens => ({
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken,
    expiresAt: new Date(now().getTime() + answer.expiresInSeconds * 1000),
    scopes: answer.scopes.length > 0 ? answer.scopes : fallbackScopes,
    at: now(),
  })

  const store = async (tx: Tx, row: Installation, pair: NewTokens): Promise<Kept> => {
    const version = await installations.storeTokens(row.tenantId, pair, tx)
    const recovered = row.status !== 'active'
    if (recovered) {
      await audit.record(
        row.tenantId,
        {
          actor: { type: 'system' },
          action:
            row.status === 'needs_reconnect' || row.status === 'suspended'
              ? 'installation.recovered'
              : 'installation.connected',
          subject: { type: 'installation', id: row.tenantId },
          details: { from: row.status },
        },
        tx,
      )
    }
    const { accessToken, scopes, expiresAt, at: bornAt } = pair
    return { kind: 'live', token: { accessToken, scopes, expiresAt, bornAt, version }, recovered }
  }

  const tell = async (tenantId: string, what: () => Promise<void>): Promise<void> => {
    try {
      await what()
    } catch (error) {
      log.error({ err: error, tenantId }, 'nobody could be told that the installation changed')
    }
  }

  const stop = async (
    tx: Tx,
    row: Installation,
    { status, message }: { status: keyof typeof CODES; message: string },
  ): Promise<void> => {
    await installations.refreshFailed(row.tenantId, { at: now(), error: message, status, code: CODES[status] }, tx)
    if (row.status === status) return
    await audit.record(
      row.tenantId,
      {
        actor: { type: 'system' },
        action: `installation.${status}`,
        subject: { type: 'installation', id: row.tenantId },
        details: { from: row.status, answer: message },
      },
      tx,
    )
  }

  return {
    /** Runs `work` under the tenant's lock, for a limited number of tenants at once. */
    locked: <T>(tenantId: string, work: (tx: Tx, row: Installation | undefined) => Promise<T>): Promise<T> =>
      gate(() => installations.locked(tenantId, work)),
    pairOf,
    store,
    stop,
    recovered: (tenantId: string) => tell(tenantId, () => listener.onRecovered(tenantId)),
    needsPerson: (tenantId: string, code: (typeof CODES)[keyof typeof CODES]) =>
      tell(tenantId, () => listener.onNeedsPerson(tenantId, code)),
  }
}

/** The usable form of stored tokens: token, version, expiry, granted scopes. */
export const liveOf = ({ accessToken, version, expiresAt }: OpenTokens, row: Installation): LiveToken => ({
  accessToken,
  scopes: row.scopes,
  version,
  bornAt: row.refreshedAt ?? row.createdAt,
  expiresAt,
})
