// Handles each kind of lifecycle event: INSTALL, UNINSTALL, a new version or plan, and our own follow-up. Idempotent.

import { AppError, asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Installation, Installations } from '../store/installations.ts'
import type { CompanyInstall } from './company-install.ts'
import { heardInstall, kindOf } from './heard-install.ts'
import type { Describe } from './installation-details.ts'
import type { LifecycleEvent } from './lifecycle-event.ts'
import type { Uninstall } from './uninstall.ts'

type Deps = {
  installations: Installations
  company: Pick<CompanyInstall, 'adopt' | 'findCompanyOf' | 'sync'>
  describe: Describe
  uninstall: Uninstall['uninstall']
  followUp: (tenantId: string) => Promise<void>
  log: Log
}

type Act = (event: LifecycleEvent) => Promise<void>

/** Handlers by kind of event; none for kinds that are ignored. They throw temporary crm_* errors. */
export const createLifecycleActs = (deps: Deps): Partial<Record<LifecycleEvent['kind'], Act>> => {
  const { installations, company, describe, log } = deps

  /** Mints a location's token from its company's, when there is one. Otherwise the company's own exchange will do it. */
  const takeTokenFromCompany = async (row: Installation, event: LifecycleEvent): Promise<void> => {
    const { tenantId } = row
    const companyId =
      event.companyId ?? row.companyId ?? (await company.findCompanyOf(tenantId, event.whiteLabelDomain))
    const owner = companyId ? await installations.find(companyId) : undefined
    if (owner?.kind !== 'company' || owner.status !== 'active') return
    try {
      await company.adopt(owner.tenantId, tenantId)
    } catch (error) {
      // Whatever needs a person is fixed by the company's next exchange.
      if (asAppError(error).retry === 'passing') throw error
      log.warn({ err: error, tenantId, companyId }, 'the company cannot give its location a token')
    }
  }

  const install: Act = async (event) => {
    const { tenantId, isCompany, companyId } = event
    const owner = !isCompany && companyId ? await installations.find(companyId) : undefined
    const installed = await installations.locked(tenantId, async (tx, current) => {
      const { change = {}, mayLackToken } = heardInstall({ event, current, company: owner })
      if (current) {
        if (Object.keys(change).length > 0) await installations.update(tenantId, change, tx)
        return mayLackToken ? current : undefined
      }
      const { status = 'pending' } = change
      return await installations.create(tenantId, { ...change, kind: kindOf(event), status }, tx)
    })
    if (installed && !isCompany && installed.status !== 'active') await takeTokenFromCompany(installed, event)
  }

  const uninstall: Act = async (event) => {
    const { tenantId, isCompany, companyId, moment, eventId } = event
    const target = { tenantId, kind: kindOf(event), companyId }
    const verdict = await deps.uninstall(target, { moment, eventId, actor: { type: 'crm' } })
    // Installed again, but maybe for fewer locations than before.
    if (verdict === 'stale' && isCompany) await deps.followUp(tenantId)
    const row = await installations.find(tenantId)
    if (row?.status === 'pending' && !isCompany) await takeTokenFromCompany(row, event)
  }

  const noteVersion: Act = ({ tenantId, planId, versionId }) =>
    installations.update(tenantId, { planId, appVersionId: versionId })

  /** Finishes an exchange: a company's locations, and the tenant's details. */
  const followUp: Act = async ({ tenantId }) => {
    const row = await installations.find(tenantId)
    if (row?.status !== 'active') return
    try {
      if (row.kind === 'company') await company.sync(tenantId)
    } catch (error) {
      // The company's tokens died meanwhile; its next exchange schedules its own follow-up.
      if ((await installations.find(tenantId))?.status !== 'active') return
      throw error
    }
    const { isComplete } = await describe(tenantId)
    if (!isComplete) throw new AppError('crm_unavailable')
  }

  return { install, uninstall, update: noteVersion, plan: noteVersion, 'follow-up': followUp }
}
