// Ends installations: UNINSTALL of a location, or of a company with all its locations. Needs no working token; asks
// HighLevel only when times cannot tell a late UNINSTALL from a new one.

import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { Installation, InstallationKind, Installations } from '../store/installations.ts'
import { isInstalledAgain, judgeUninstall, type Moment } from './evidence.ts'
import type { Audit, InstallationListener } from './ports.ts'
import type { Tokens } from './tokens.ts'

export type Ending = {
  moment: Moment
  actor: AuditEntry['actor']
  details?: Record<string, unknown>
  eventId?: string
  requestId?: string
}

export type Ended = 'ended' | 'was over' | 'changed'

type Deps = {
  installations: Installations
  tokens: Pick<Tokens, 'isAlive' | 'forget'>
  audit: Audit
  listener: Pick<InstallationListener, 'onEnded'>
  log: Log
}

const MOST_TRIES = 3

export type Uninstall = ReturnType<typeof createUninstall>

/** Handles UNINSTALL; see `uninstall`. */
export const createUninstall = ({ installations, tokens, audit, listener, log }: Deps) => {
  /** `changed`: the tokens are no longer those of `row`, so the conclusion does not hold. */
  const end = async (
    target: Pick<Installation, 'tenantId' | 'kind' | 'companyId'>,
    { moment, actor, details = {}, ...trace }: Ending,
    row: Installation | undefined,
  ): Promise<Ended> => {
    const { tenantId, kind, companyId } = target
    const outcome = await installations.locked(tenantId, async (tx, current): Promise<Ended> => {
      if (current?.tokenVersion !== row?.tokenVersion) return 'changed'
      // Kept as evidence: an older INSTALL may still arrive.
      if (!current) {
        await installations.create(tenantId, { kind, companyId, status: 'uninstalled', uninstalledAt: moment.at }, tx)
        return 'was over'
      }
      await installations.end(tenantId, moment.at, tx)
      if (isInstalledAgain(current, moment)) await installations.update(tenantId, { status: 'pending' }, tx)
      if (current.status === 'uninstalled') return 'was over'
      await audit.record(
        tenantId,
        { actor, action: 'installation.ended', subject: { type: 'installation', id: tenantId }, details, ...trace },
        tx,
      )
      return 'ended'
    })
    tokens.forget(tenantId)
    if (outcome === 'ended') {
      await listener.onEnded(tenantId).catch((error) => log.error({ err: error, tenantId }, 'nobody heard of the end'))
    }
    return outcome
  }

  const endLocationsOf = async (companyId: string, ending: Ending): Promise<void> => {
    for (const row of await installations.locationsOf(companyId)) {
      if (row.status === 'uninstalled') continue
      // Without a time: tokens minted from the company end with it; a location's own tokens may be newer.
      const verdict = ending.moment.isStated || !row.isBulk ? judgeUninstall(row, ending.moment) : 'over'
      if (verdict === 'stale' || (verdict === 'ask' && (await tokens.isAlive(row.tenantId)))) continue
      await end(row, { ...ending, details: { ...ending.details, company: companyId } }, row)
    }
  }

  return {
    end,
    endLocationsOf,

    /**
     * Applies an UNINSTALL. Returns 'stale' when the app is installed (again). Throws temporary errors when HighLevel
     * had to be asked and did not answer.
     */
    uninstall: async (
      target: { tenantId: string; kind: InstallationKind; companyId: string | undefined },
      ending: Ending,
    ): Promise<'stale' | 'over'> => {
      const { tenantId, kind, companyId = null } = target
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const row = await installations.find(tenantId)
        const verdict = judgeUninstall(row, ending.moment)
        const isStale = verdict === 'stale' || (verdict === 'ask' && (await tokens.isAlive(tenantId)))
        if (isStale) {
          log.info({ tenantId, verdict }, 'an uninstall came late: the app is installed')
          return 'stale'
        }
        if ((await end({ tenantId, kind, companyId }, ending, row)) === 'changed') continue
        if (kind === 'company') await endLocationsOf(tenantId, ending)
        return 'over'
      }
      throw new AppError('server_error', { cause: new Error('The tokens kept changing during an uninstall') })
    },
  }
}
