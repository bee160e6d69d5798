// What the parts of this folder are given in tests: a clock that is set by hand, a listener and an audit that remember.

import type { InstallationListener } from '../../server/highlevel/ports.ts'
import { createLog } from '../../server/log.ts'
import type { AuditEntry } from '../../server/store/audit.ts'

export const silent = createLog({ level: 'silent' })

export const createClock = (start = '2026-01-31T12:00:00.000Z') => {
  let at = Date.parse(start)
  return {
    now: () => new Date(at),
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0 }) => {
      at += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms
    },
  }
}

export const createRemembering = () => {
  const told: string[] = []
  const audited: { tenantId: string; entry: AuditEntry }[] = []
  const listener: InstallationListener = {
    onRecovered: async (tenantId) => void told.push(`recovered ${tenantId}`),
    onNeedsPerson: async (tenantId, code) => void told.push(`${code} ${tenantId}`),
    onEnded: async (tenantId) => void told.push(`ended ${tenantId}`),
  }
  const audit = { record: async (tenantId: string, entry: AuditEntry) => void audited.push({ tenantId, entry }) }
  return { told, audited, listener, audit }
}
