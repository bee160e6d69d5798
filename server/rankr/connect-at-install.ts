// Connects accounts with Rankr credentials entered while adding the app in the CRM, or later on the app's page there.
// The app may not be installed yet, and may go to many accounts at once: what cannot be connected yet is stored sealed
// until the installation arrives.

import { AppError, asAppError } from '../errors.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { ApiCredentials, Connections } from '../store/connections.ts'
import type { Tx } from '../store/db.ts'
import type { Installation } from '../store/installations.ts'
import type { PendingConnections } from '../store/pending-connections.ts'

/** Installing takes minutes; INSTALL webhooks may be hours late. */
const WAIT_MS = 24 * 3_600_000
const MOST_AT_ONCE = 200
const NAME = 'Rankr'

/** Which accounts: the named ones, or all of a company except those left out. */
export type ConnectTarget =
  | { kind: 'accounts'; companyId: string | undefined; locationIds: readonly string[] }
  | { kind: 'company'; companyId: string; excluded: readonly string[] }

type Deps = {
  /** Throws rankr_*; `rankr_unauthorized` when Rankr does not accept the credentials. */
  verify(credentials: ApiCredentials): Promise<void>
  connections: Pick<Connections, 'join' | 'list'>
  pending: PendingConnections
  installations: {
    find(tenantId: string, on?: Tx): Promise<Installation | undefined>
    locationsOf(companyId: string, on?: Tx): Promise<Installation[]>
  }
  audit: { record(locationId: string, entry: AuditEntry, on: Tx): Promise<void> }
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Resumes what had stopped because Rankr refused us. */
  resume(locationId: string): Promise<unknown>
  now: () => Date
}

export type ConnectAtInstall = ReturnType<typeof createConnectAtInstall>

const isInUse = (row: Installation | undefined): boolean =>
  row !== undefined && row.status !== 'pending' && row.status !== 'uninstalled'

/**
 * Credentials entered at installation. `connect` throws `rankr_credentials_refused`, `rankr_check_failed`,
 * `not_installed`.
 */
export const createConnectAtInstall = (deps: Deps) => {
  const { verify, connections, pending, installations, audit, transaction, resume, now } = deps

  const join = async (
    locationId: string,
    { credentials, requestId, on }: { credentials: ApiCredentials; requestId?: string | undefined; on: Tx },
  ): Promise<void> => {
    const { connection, outcome } = await connections.join(locationId, { name: NAME, credentials }, on)
    if (outcome === 'same') return
    await audit.record(
      locationId,
      {
        actor: { type: 'crm' },
        action: outcome === 'created' ? 'connection.created' : 'connection.access_changed',
        subject: { type: 'connection', id: connection.id },
        details: { name: connection.name, origin: 'install' },
        ...(requestId ? { requestId } : {}),
      },
      on,
    )
  }

  /** Throws `rankr_credentials_refused` and `rankr_check_failed`, worded for the person at the form. */
  const check = async (credentials: ApiCredentials): Promise<void> => {
    try {
      await verify(credentials)
    } catch (error) {
      const isWrong = asAppError(error).code === 'rankr_unauthorized'
      throw new AppError(isWrong ? 'rankr_credentials_refused' : 'rankr_check_failed', { cause: error })
    }
  }

  /** In the order in which audit chains are locked. Throws `not_installed` for a location of another company. */
  const namedIn = async (target: Extract<ConnectTarget, { kind: 'accounts' }>): Promise<string[]> => {
    const ids = [...new Set(target.locationIds)].sort()
    if (target.companyId === undefined) return ids
    for (const id of ids) {
      const known = (await installations.find(id))?.companyId
      if (known && known !== target.companyId) throw new AppError('not_installed')
    }
    return ids
  }

  /** Called when an account has the app: connects what was waiting for it. Idempotent. */
  const installed = async (locationId: string): Promise<void> => {
    const at = now()
    await transaction(async (on) => {
      const row = await installations.find(locationId, on)
      if (row?.kind !== 'location' || !isInUse(row)) return
      const own = await pending.take(locationId, { at, on })
      if (own) return await join(locationId, { credentials: own, on })
      if (!row.companyId) return
      const shared = await pending.ofCompany(row.companyId, { locationId, at, on })
      // A connection the account has made itself meanwhile is kept.
      if (shared && (await connections.list(locationId, on)).length === 0) {
        await join(locationId, { credentials: shared, on })
      }
    })
  }

  return {
    /**
     * Verifies the credentials with Rankr, connects the accounts that have the app and stores them for the others.
     * Idempotent; other credentials replace those entered this way before. Throws `rankr_credentials_refused`,
     * `rankr_check_failed`, `not_installed`, and stores nothing then.
     */
    async connect(
      target: ConnectTarget,
      { credentials, requestId }: { credentials: ApiCredentials; requestId?: string },
    ): Promise<{ connected: number; waiting: number }> {
      const named = target.kind === 'accounts' ? await namedIn(target) : []
      await check(credentials)
      const at = now()
      const expiresAt = new Date(at.getTime() + WAIT_MS)
      const joined = await transaction(async (on) => {
        if (target.kind === 'company') {
          await pending.put(target.companyId, { credentials, excluded: target.excluded, at, expiresAt }, on)
        }
        const wanted =
          target.kind === 'company'
            ? (await installations.locationsOf(target.companyId, on))
                .map(({ tenantId }) => tenantId)
                .filter((id) => !target.excluded.includes(id))
            : named
        const ready: string[] = []
        for (const id of wanted.toSorted()) {
          if (isInUse(await installations.find(id, on))) ready.push(id)
          else if (target.kind === 'accounts') await pending.put(id, { credentials, at, expiresAt }, on)
        }
        for (const id of ready) await join(id, { credentials, requestId, on })
        return ready
      })
      for (const id of joined) await resume(id)
      return { connected: joined.length, waiting: named.length === 0 ? 0 : named.length - joined.length }
    },

    installed,

    /** Catches installations that `installed` was not called for, and removes what expired. */
    task: {
      name: 'connect_installed_accounts',
      cron: '* * * * *',
      handler: async (): Promise<void> => {
        for (const id of await pending.due(now(), MOST_AT_ONCE)) await installed(id)
        await pending.removeExpired(now())
      },
    },
  }
}
