// Installs and ends installations. Code exchanges, INSTALL and UNINSTALL arrive late, repeated and in any order. The
// outcome always matches HighLevel: decided by times where they are given and clear, otherwise by asking. These are the
// entry points; lifecycle-acts.ts handles each kind of event, evidence.ts compares times.

import { AppError, asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { Erased, Erasure } from '../store/erasure.ts'
import type { Installation, InstallationKind, Installations } from '../store/installations.ts'
import type { Budget } from './budget.ts'
import { createCompanyInstall } from './company-install.ts'
import { createDescribe } from './installation-details.ts'
import { createKeepExchange, type ExchangeContext } from './keep-exchange.ts'
import { createLifecycleActs } from './lifecycle-acts.ts'
import { type LifecycleInput, readLifecycleEvent } from './lifecycle-event.ts'
import { type LifecycleOutcome, lifecycleOutcome } from './lifecycle-outcome.ts'
import type { OAuth } from './oauth.ts'
import type { Audit, InstallationListener } from './ports.ts'
import { missingScopes } from './scopes.ts'
import type { TokenAnswer } from './token-answer.ts'
import type { Tokens } from './tokens.ts'
import { createUninstall, type Ending } from './uninstall.ts'

export type InstallResult = {
  kind: 'location' | 'company'
  tenantId: string
  name: string | null
  /** Of a company: how many locations have the app, when known at once. */
  locations: number | undefined
  missingScopes: string[]
}

type Requester = { actor: AuditEntry['actor']; requestId?: string }

export type Installer = ReturnType<typeof createInstaller>

export type InstallerDeps = {
  installations: Installations
  oauth: OAuth
  tokens: Tokens
  budget: Pick<Budget, 'take'>
  audit: Audit
  erasure: Erasure
  listener: InstallationListener
  /** Schedules `handle` for this tenant: accepts an event of source `app` and type FOLLOW_UP. */
  followUp: (tenantId: string) => Promise<void>
  wantedScopes: readonly string[]
  now: () => Date
  log: Log
}

/**
 * Handles code exchanges, lifecycle events, disconnects and erasure. Methods throw `install_failed`, `not_installed`
 * and temporary crm_* errors.
 */
export const createInstaller = (deps: InstallerDeps) => {
  const { installations, oauth, tokens, audit, erasure, listener, wantedScopes, now, log } = deps
  const describe = createDescribe(deps)
  const { end, endLocationsOf, uninstall } = createUninstall(deps)
  const company = createCompanyInstall({
    ...deps,
    describe,
    endLocation: async (row, reason) => {
      await end(row, { moment: { at: now(), isStated: false }, actor: { type: 'system' }, details: { reason } }, row)
    },
  })

  /** Optional work whose failure must not fail the installation. */
  const attempt = async <T>(what: string, tenantId: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      log.warn({ err: error, tenantId }, what)
      return undefined
    }
  }

  const keepExchange = createKeepExchange(deps)

  /** The app may have been removed during the exchange: then its tokens are dead, and the installation ends. */
  const endIfDead = async (tenantId: string): Promise<void> => {
    const isAlive = await attempt('a doubtful install', tenantId, () => tokens.isAlive(tenantId))
    if (isAlive !== false) return
    const row = await installations.find(tenantId)
    const ending: Ending = { moment: { at: now(), isStated: false }, actor: { type: 'crm' } }
    if (row) await end(row, ending, row)
    throw new AppError('not_installed')
  }

  /** Resumes paused events, reads the tenant's details, and schedules a follow-up for the rest. */
  const settleIn = async (tenantId: string, kind: InstallationKind): Promise<Installation | undefined> => {
    await attempt('resuming failed', tenantId, () => listener.onRecovered(tenantId))
    const described = await attempt('details are missing', tenantId, () => describe(tenantId))
    if (kind === 'company' || !described?.isComplete) {
      await attempt('what follows from an install is left to do', tenantId, () => deps.followUp(tenantId))
    }
    return described?.installation ?? (await installations.find(tenantId))
  }

  /**
   * Stores the tokens of a code exchange answered at `at`, and does what follows from it. Throws `install_failed` when
   * the answer names no tenant, `not_installed` when the app was removed at the same moment.
   */
  const exchanged = async (answer: TokenAnswer, context: ExchangeContext): Promise<InstallResult> => {
    const kind = answer.userType === 'Company' ? 'company' : 'location'
    const tenantId = kind === 'company' ? answer.companyId : answer.locationId
    if (!tenantId) throw new AppError('install_failed', { cause: new Error('The token answer names no tenant') })
    const { isDoubtful } = await keepExchange(answer, tenantId, context)
    tokens.forget(tenantId)
    if (isDoubtful) await endIfDead(tenantId)
    const row = await settleIn(tenantId, kind)
    return {
      kind,
      tenantId,
      name: row?.name ?? null,
      locations: kind === 'company' ? await attempt('no count', tenantId, () => company.count(tenantId)) : undefined,
      missingScopes: missingScopes(wantedScopes, row?.scopes ?? answer.scopes),
    }
  }

  const acts = createLifecycleActs({ ...deps, company, describe, uninstall })

  return {
    exchanged,

    /** Applies a lifecycle event. Idempotent. */
    handle: async (event: LifecycleInput): Promise<LifecycleOutcome> => {
      try {
        const read = readLifecycleEvent(event)
        const act = acts[read.kind]
        await act?.(read)
        return { kind: act ? 'done' : 'skipped' }
      } catch (error) {
        log.warn({ err: error, eventId: event.id, tenantId: event.locationId }, 'a lifecycle event is not done yet')
        return lifecycleOutcome(error)
      }
    },

    /** Schedules the comparison of every company with HighLevel. Called daily. Returns how many. */
    reconcile: async (): Promise<number> => {
      const companies = await installations.activeCompanies(10_000)
      for (const { tenantId } of companies) await deps.followUp(tenantId)
      return companies.length
    },

    /**
     * Uninstalls the app at HighLevel, if the token still works, and ends the installation. Throws temporary errors.
     */
    disconnect: async (tenantId: string, { reason, ...by }: Requester & { reason?: string }): Promise<void> => {
      const row = await installations.find(tenantId)
      if (!row || row.status === 'uninstalled') return
      try {
        const { accessToken } = await tokens.tokenFor(tenantId)
        const target = row.kind === 'company' ? { companyId: tenantId } : { locationId: tenantId }
        await oauth.uninstall(accessToken, { ...target, ...(reason ? { reason } : {}) })
      } catch (error) {
        if (asAppError(error).retry === 'passing') throw error
        log.info({ err: error, tenantId }, 'a token that is refused anyway cannot take the app off')
      }
      const ending: Ending = { moment: { at: now(), isStated: true }, ...by }
      await end(row, ending, await installations.find(tenantId))
      if (row.kind === 'company') await endLocationsOf(tenantId, ending)
    },

    /** Deletes the tokens and all data of the tenant, with an audit entry. Returns the number of rows removed. */
    erase: async (tenantId: string, { actor, requestId }: Requester): Promise<Erased> => {
      const erased = await installations.locked(tenantId, async (tx) => {
        const rows = await erasure.erase(tenantId, tx)
        await audit.record(
          tenantId,
          {
            actor: { type: actor.type, ...(actor.id ? { id: actor.id } : {}) },
            action: 'tenant.erased',
            subject: { type: 'installation', id: tenantId },
            details: { rows },
            ...(requestId ? { requestId } : {}),
          },
          tx,
        )
        return rows
      })
      tokens.forget(tenantId)
      await attempt('nobody heard of the erasure', tenantId, () => listener.onEnded(tenantId))
      return erased
    },
  }
}
