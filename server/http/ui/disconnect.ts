// Removing the app from an account: what ends, what stays, and the option to erase everything.

import { z } from 'zod'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

type Requester = { actor: { type: 'user'; id: string; name?: string }; requestId: string }

export type DisconnectDeps = {
  /** server/highlevel/installer.ts: uninstalls the app in the CRM if its token still works, and ends our access. */
  disconnect(tenantId: string, by: Requester): Promise<void>
  /** Deletes all data of the account, with an audit entry. */
  erase(tenantId: string, by: Requester): Promise<unknown>
}

// A form without a ticked box has no body.
const body = z.object({ erase: z.literal('on').optional() }).prefault({})

/** `GET` and `POST /settings/disconnect`. */
export const disconnectRoutes = (screen: Screen, { disconnect, erase }: DisconnectDeps): Route[] => [
  screen({
    path: '/settings/disconnect',
    handler: async ({ caller }) => view('screens/disconnect', screenData(caller)),
  }),
  defineChange({
    path: '/settings/disconnect',
    audit: { none: 'the installer records it in the transaction of the change' },
    input: { body },
    async handler({ caller: { locationId, userId, userName }, body, requestId }) {
      const by: Requester = { actor: { type: 'user', id: userId, ...(userName ? { name: userName } : {}) }, requestId }
      await disconnect(locationId, by)
      if (body.erase) await erase(locationId, by)
      return view('screens/disconnected', { isErased: Boolean(body.erase) })
    },
  }),
]
