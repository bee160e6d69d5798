// Decides what an INSTALL changes, given what is known of the installation and of its company. Pure.

import type { Installation, InstallationChange, InstallationKind } from '../store/installations.ts'
import { isStaleInstall, later } from './evidence.ts'
import type { LifecycleEvent } from './lifecycle-event.ts'

type Known = {
  event: LifecycleEvent
  /** The stored installation; undefined when there is none yet. */
  current: Installation | undefined
  /** Its company's installation, when the event names one that is stored. */
  company: Installation | undefined
}

/**
 * `change`: to the stored installation; a new one starts as pending. `mayLackToken`: the app seems to be installed, so a token
 * may have to be minted from its company's.
 */
export type Heard = { change?: InstallationChange; mayLackToken: boolean }

export const kindOf = ({ isCompany }: LifecycleEvent): InstallationKind => (isCompany ? 'company' : 'location')

/** The time of a company uninstall that is newer than this INSTALL and so ended the location too; else undefined. */
const endedWithCompany = ({ event: { moment }, current, company }: Known): Date | undefined => {
  const endedAt = company && isStaleInstall(company, moment) ? company.uninstalledAt : null
  return endedAt && later(current?.installedAt ?? null, moment.at) < endedAt ? endedAt : undefined
}

export const heardInstall = (known: Known): Heard => {
  const { event, current } = known
  const { tenantId, isCompany, moment } = event
  const said: InstallationChange = {
    companyId: isCompany ? tenantId : event.companyId,
    userId: event.userId,
    planId: event.planId,
    appVersionId: event.versionId,
    whiteLabelDomain: event.whiteLabelDomain,
    installedAt: later(current?.installedAt ?? null, moment.at),
  }
  const endedAt = endedWithCompany(known)
  const ended: InstallationChange = endedAt ? { status: 'uninstalled', uninstalledAt: endedAt } : {}
  if (!current) return { change: { ...said, ...ended }, mayLackToken: true }
  if (isStaleInstall(current, moment)) return { mayLackToken: false }
  const isOver = current.status === 'uninstalled'
  if (endedAt && (isOver || current.status === 'pending')) {
    return { change: { ...said, ...ended }, mayLackToken: false }
  }
  // Without a time it may be older than the uninstall: only a token can prove it.
  if (isOver && !moment.isStated) return { mayLackToken: true }
  return { change: isOver ? { ...said, status: 'pending' } : said, mayLackToken: true }
}
