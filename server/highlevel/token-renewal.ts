// Renews a tenant's token pair: with its refresh token, or for a location from its company's token. One renewal at a
// time per tenant over all processes; the new pair is committed before it is used. tokens.ts decides when.

import { AppError, asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Tx } from '../store/db.ts'
import type { Installation, Installations, NewTokens, OpenTokens } from '../store/installations.ts'
import type { Grant, OAuth } from './oauth.ts'
import type { CompanyToken, Mint, Minted } from './token-mint.ts'
import { CODES, type Kept, type LiveToken, liveOf, type TokenVault } from './token-vault.ts'

export type Need = {
  /** Checked under the lock: another process may have renewed while we waited. */
  isNeeded: (tokens: OpenTokens, row: Installation) => boolean
  /** Also tries a suspended installation, which may be active again. */
  evenSuspended?: boolean
  /** A refusal is thrown as `reconnect_needed` and changes nothing. */
  quietly?: boolean
}

type Attempt =
  | Kept
  | { kind: 'passing'; error: AppError; current: LiveToken | undefined }
  | { kind: 'refused'; message: string; row: Installation; version: number }
  | { kind: 'suspended' }

type Deps = {
  installations: Installations
  oauth: Pick<OAuth, 'refresh'>
  vault: TokenVault
  mint: Mint
  now: () => Date
  log: Log
}

/**
 * `renew` returns a working token. Throws `not_installed`, `reconnect_needed`, `crm_suspended`, `token_refresh_failed`.
 */
export const createTokenRenewal = ({ installations, oauth, vault, mint, now, log }: Deps) => {
  // Pairs that HighLevel returned but the database did not store. The old refresh token is used up, so these must not
  // be lost.
  const unsaved = new Map<string, { pair: NewTokens; version: number }>()

  const refreshUnderLock = async (tx: Tx, row: Installation | undefined, need: Need): Promise<Attempt> => {
    if (!row || row.status === 'uninstalled') throw new AppError('not_installed')
    if (row.status === 'needs_reconnect') throw new AppError('reconnect_needed')
    if (row.status === 'suspended' && !need.evenSuspended) throw new AppError('crm_suspended')
    const { tenantId } = row
    const tokens = await installations.tokens(tenantId, tx)
    if (tokens && !need.isNeeded(tokens, row)) return { kind: 'live', token: liveOf(tokens, row), recovered: false }

    const saved = unsaved.get(tenantId)
    if (saved?.version === row.tokenVersion) return await vault.store(tx, row, saved.pair)
    if (!tokens?.refreshToken) {
      return { kind: 'refused', message: 'There is no refresh token.', row, version: row.tokenVersion }
    }
    let grant: Grant
    try {
      const userType = row.kind === 'company' ? 'Company' : 'Location'
      grant = await oauth.refresh({ refreshToken: tokens.refreshToken, userType })
    } catch (error) {
      // The answer may be lost and the refresh token used up; the next attempt will show.
      const coded = asAppError(error)
      await installations.refreshFailed(tenantId, { at: now(), error: coded.code }, tx)
      const isAlive = tokens.expiresAt > now()
      return { kind: 'passing', error: coded, current: isAlive ? liveOf(tokens, row) : undefined }
    }
    if (grant.ok) {
      const pair = vault.pairOf(grant.answer, row.scopes)
      unsaved.set(tenantId, { pair, version: row.tokenVersion })
      return await vault.store(tx, row, pair)
    }
    if (grant.kind === 'dead') return { kind: 'refused', message: grant.message, row, version: row.tokenVersion }
    await vault.stop(tx, row, { status: 'suspended', message: grant.message })
    return { kind: 'suspended' }
  }

  const refresh = async (tenantId: string, need: Need): Promise<Attempt> => {
    const once = () => vault.locked(tenantId, (tx, row) => refreshUnderLock(tx, row, need))
    let attempt: Attempt
    try {
      attempt = await once()
    } catch (error) {
      // Not committed: retry once; if that fails too, the next renewal stores it.
      if (error instanceof AppError || !unsaved.has(tenantId)) throw error
      log.error({ err: error, tenantId }, 'a new token pair could not be stored; trying again')
      attempt = await once()
    }
    unsaved.delete(tenantId)
    return attempt
  }

  /** For a location whose own refresh token is refused. Throws when the company's token may work later. */
  const fromCompany = async (
    row: Installation,
    { version, companyToken }: { version: number; companyToken: CompanyToken },
  ): Promise<Minted> => {
    const { tenantId: locationId, companyId, kind } = row
    const company = kind === 'location' && companyId ? await installations.find(companyId) : undefined
    if (company?.kind !== 'company' || company.status !== 'active') return { kind: 'refused', message: 'no company' }
    try {
      return await mint({ locationId, companyId: company.tenantId }, { companyToken, sinceVersion: version })
    } catch (error) {
      const coded = asAppError(error)
      if (coded.retry === 'passing') throw new AppError('token_refresh_failed', retryOf(coded))
      return { kind: 'refused', message: 'the company cannot help' }
    }
  }

  /** Neither the refresh token nor the company yields a token: somebody has to reconnect. */
  const giveUp = async (
    { row: { tenantId }, version, message }: Attempt & { kind: 'refused' },
    kind: 'refused' | 'suspended',
  ): Promise<never> => {
    const status = kind === 'suspended' ? 'suspended' : 'needs_reconnect'
    const isOurs = await vault.locked(tenantId, async (tx, row) => {
      if (!row || row.tokenVersion !== version || row.status === 'uninstalled') return false
      await vault.stop(tx, row, { status, message })
      return true
    })
    // Reconnected or uninstalled meanwhile: the next attempt sees it.
    if (!isOurs) throw new AppError('token_refresh_failed')
    const code = CODES[status]
    await vault.needsPerson(tenantId, code)
    throw new AppError(code)
  }

  return {
    /**
     * A working token, renewed when `isNeeded` says so under the lock. Throws `not_installed`, `reconnect_needed`,
     * `crm_suspended`, or `token_refresh_failed` when the token has expired and a later attempt may succeed.
     */
    renew: async (
      tenantId: string,
      { companyToken, ...need }: Need & { companyToken: CompanyToken },
    ): Promise<LiveToken> => {
      const attempt = await refresh(tenantId, need)
      switch (attempt.kind) {
        case 'live':
          if (attempt.recovered) await vault.recovered(tenantId)
          return attempt.token
        case 'passing':
          log.warn({ err: attempt.error, tenantId }, 'a token could not be renewed')
          if (attempt.current) return attempt.current
          throw new AppError('token_refresh_failed', retryOf(attempt.error))
        case 'suspended':
          await vault.needsPerson(tenantId, 'crm_suspended')
          throw new AppError('crm_suspended')
        case 'refused': {
          const minted = await fromCompany(attempt.row, { version: attempt.version, companyToken })
          if (minted.kind === 'live') return minted.token
          if (need.quietly) throw new AppError('reconnect_needed')
          return await giveUp(attempt, minted.kind)
        }
      }
    },
  }
}

const retryOf = (cause: AppError) => ({
  cause,
  ...(cause.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: cause.retryAfterSeconds }),
})
