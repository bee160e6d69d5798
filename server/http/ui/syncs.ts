// What is brought over from Rankr, and how: switches and their options. The work itself is a workflow; this screen only
// sets its options.

import { z } from 'zod'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { ConnectionBook, CustomerSync, CustomerSyncBook, InstallationReader, Transaction } from './deps.ts'
import { scopeLines } from './scopes.ts'
import { defineChange, installationOf, type Screen, screenData } from './screen.ts'

const MOST_TAGS = 20
const MOST_LETTERS = 60

export type SyncDeps = {
  installations: Pick<InstallationReader, 'find'>
  connections: Pick<ConnectionBook, 'list'>
  customerSync: CustomerSyncBook
  /** Permissions the customer sync cannot do without. */
  customerScopes: readonly string[]
  transaction: Transaction
}

const tick = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on')

const optionsForm = z.object({
  enabled: tick,
  tags: z
    .string()
    .default('')
    .transform((text) => [
      ...new Set(
        text
          .split(',')
          .map((tag) => tag.trim())
          .filter(Boolean),
      ),
    ]),
  note: tick,
  deleteContacts: tick,
})

type Outcome = { saved?: 'saved' | 'savedOn' | 'savedOff'; refused?: CustomerSync }

/** Routes below `/settings/syncs`. */
export const syncRoutes = (screen: Screen, deps: SyncDeps): Route[] => {
  const { installations, connections, customerSync, customerScopes, transaction } = deps

  const show = async (caller: Session, { saved, refused }: Outcome = {}) => {
    const [installation, sync, all] = await Promise.all([
      installationOf(caller, installations),
      refused ?? customerSync.read(caller.locationId),
      connections.list(caller.locationId),
    ])
    return view(
      'screens/syncs',
      {
        ...screenData(caller),
        sync,
        saved,
        isRefused: refused !== undefined,
        isConnected: all.length > 0,
        missing: scopeLines({ wanted: customerScopes, granted: installation.scopes }).filter(
          ({ state }) => state === 'missing',
        ),
      },
      { status: refused ? 422 : 200 },
    )
  }

  return [
    screen({ path: '/settings/syncs', handler: ({ caller }) => show(caller) }),

    defineChange({
      path: '/settings/syncs/customers',
      audit: 'sync.changed',
      input: { body: optionsForm.prefault({}) },
      async handler({ caller, body: { enabled, ...options }, audit }) {
        const wanted: CustomerSync = { isEnabled: enabled, options }
        if (options.tags.length > MOST_TAGS || options.tags.some((tag) => tag.length > MOST_LETTERS)) {
          return await show(caller, { refused: wanted })
        }
        const before = await customerSync.read(caller.locationId)
        await transaction(async (tx) => {
          await customerSync.change(caller.locationId, wanted, { by: caller.userId, on: tx })
          await audit({ subjectType: 'sync', subjectId: 'customers', details: { before, after: wanted } }, tx)
        })
        if (before.isEnabled === enabled) return await show(caller, { saved: 'saved' })
        return await show(caller, { saved: enabled ? 'savedOn' : 'savedOff' })
      },
    }),
  ]
}
