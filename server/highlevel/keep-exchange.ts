// Stores the result of a code exchange in the order in which exchanges began: two for one account may run at once, and
// the last to finish need not be the newer one.

import type { Log } from '../log.ts'
import type { Installations } from '../store/installations.ts'
import { later } from './evidence.ts'
import type { Audit } from './ports.ts'
import { missingScopes } from './scopes.ts'
import type { TokenAnswer } from './token-answer.ts'

export type ExchangeContext = {
  /** Whether we or the marketplace started it. */
  origin: 'app' | 'marketplace'
  /** When it began. */
  at: Date
  requestId?: string
}

type Deps = { installations: Installations; audit: Audit; wantedScopes: readonly string[]; log: Log }

/**
 * Returns a function that stores the answer unless a newer exchange has been stored. A renewal is not a newer exchange:
 * it has the old permissions. `isDoubtful`: the app may have been removed meanwhile.
 */
export const createKeepExchange =
  ({ installations, audit, wantedScopes, log }: Deps) =>
  (answer: TokenAnswer, tenantId: string, { origin, at, requestId }: ExchangeContext) =>
    installations.locked(tenantId, async (tx, current) => {
      if (current?.status === 'active' && current.exchangedAt && current.exchangedAt > at) {
        log.info({ tenantId, origin }, 'the tokens of a newer code exchange are kept')
        return { isDoubtful: false }
      }
      const isCompany = answer.userType === 'Company'
      const kind = isCompany ? 'company' : 'location'
      const row = current ?? (await installations.create(tenantId, { kind, status: 'pending' }, tx))
      await installations.update(
        tenantId,
        {
          companyId: answer.companyId,
          userId: answer.userId,
          planId: answer.planId,
          appVersionId: answer.versionId,
          isBulk: isCompany && answer.isBulk,
          installToFuture: answer.installToFuture,
          exchangedAt: at,
          installedAt: later(row.installedAt, at),
        },
        tx,
      )
      const scopes = answer.scopes.length > 0 ? answer.scopes : row.scopes
      const expiresAt = new Date(at.getTime() + answer.expiresInSeconds * 1000)
      const { accessToken, refreshToken = null } = answer
      await installations.storeTokens(tenantId, { accessToken, refreshToken, expiresAt, scopes, at }, tx)
      const isKnown = row.status !== 'pending' && row.status !== 'uninstalled'
      await audit.record(
        tenantId,
        {
          actor: answer.userId ? { type: 'user', id: answer.userId } : { type: 'crm' },
          action: isKnown ? 'installation.reconnected' : 'installation.connected',
          subject: { type: 'installation', id: tenantId },
          details: { kind, origin, missingScopes: missingScopes(wantedScopes, scopes) },
          ...(requestId ? { requestId } : {}),
        },
        tx,
      )
      // An uninstall received during the exchange may be newer than it.
      return { isDoubtful: row.uninstalledAt !== null && row.uninstalledAt >= at }
    })
