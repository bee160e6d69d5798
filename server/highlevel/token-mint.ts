// Mints a location's token from its company's: for bulk installs, and when a location's own refresh token is refused.

import { asAppError } from '../errors.ts'
import type { Tx } from '../store/db.ts'
import type { Installation, Installations } from '../store/installations.ts'
import type { OAuth } from './oauth.ts'
import { type Kept, type LiveToken, liveOf, type TokenVault } from './token-vault.ts'

/** The company's access token; a different one from `rejected`, when given. */
export type CompanyToken = (companyId: string, rejected?: string) => Promise<string>

export type Minted = { kind: 'live'; token: LiveToken } | { kind: 'refused' | 'suspended'; message: string }

type Target = { locationId: string; companyId: string }

export type Mint = ReturnType<typeof createMint>

type Deps = {
  installations: Installations
  oauth: Pick<OAuth, 'locationToken'>
  vault: TokenVault
  now: () => Date
}

/** Mints location tokens under the tenant's lock; see `mint`. */
export const createMint = ({ installations, oauth, vault, now }: Deps) => {
  const mintUnderLock = async (
    tx: Tx,
    row: Installation | undefined,
    { locationId, companyId, token, sinceVersion }: Target & { token: string; sinceVersion: number | undefined },
  ): Promise<Kept | Minted> => {
    const tokens = sinceVersion === undefined ? undefined : await installations.tokens(locationId, tx)
    if (row?.status === 'active' && tokens && tokens.version > sinceVersion!) {
      return { kind: 'live', token: liveOf(tokens, row) }
    }
    const grant = await oauth.locationToken(token, { companyId, locationId })
    if (!grant.ok) return { kind: grant.kind === 'suspended' ? 'suspended' : 'refused', message: grant.message }

    const { answer } = grant
    const pair = vault.pairOf(answer, row?.scopes ?? [])
    const known =
      row ?? (await installations.create(locationId, { kind: 'location', status: 'pending', companyId }, tx))
    await installations.update(
      locationId,
      {
        companyId,
        isBulk: true,
        installedAt: now(),
        userId: known.userId ?? answer.userId,
        planId: answer.planId,
        appVersionId: answer.versionId,
      },
      tx,
    )
    return await vault.store(tx, known, { ...pair, refreshToken: pair.refreshToken ?? null })
  }

  /**
   * Mints a location's token. Creates or revives the row when HighLevel returns one, since the app is then installed
   * there; leaves it unchanged on a refusal. With `sinceVersion`, a pair stored after that version is used instead.
   * Throws crm_* without a clear answer, and what `companyToken` throws.
   */
  return async (
    target: Target,
    { companyToken, sinceVersion }: { companyToken: CompanyToken; sinceVersion?: number },
  ): Promise<Minted> => {
    const { locationId, companyId } = target
    const once = (token: string) =>
      vault.locked(locationId, (tx, row) => mintUnderLock(tx, row, { ...target, token, sinceVersion }))
    const token = await companyToken(companyId)
    let minted: Awaited<ReturnType<typeof once>>
    try {
      minted = await once(token)
    } catch (error) {
      if (asAppError(error).code !== 'crm_unauthorized') throw error
      minted = await once(await companyToken(companyId, token))
    }
    if ('recovered' in minted && minted.recovered) await vault.recovered(locationId)
    return minted
  }
}
