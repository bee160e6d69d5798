// Wires incoming webhooks: door, last calls, workflow choices, and the settings screen.

import { createBriefCache } from '../brief-cache.ts'
import { createLastCall } from '../http/webhooks/last-call.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/db.ts'
import { createIncomingWebhooks } from '../store/incoming-webhooks.ts'
import type { Seal } from '../store/seal.ts'
import { createIncomingActions } from '../sync/incoming-webhooks.ts'

type Deps = { db: Database; seal: Seal; now: () => Date; log: Log }

/** How long a change made by another process (switched off, rotated) may go unnoticed. */
const LIFE_MS = 5_000
const UNKNOWN_LIFE_MS = 1_000

export type Incoming = ReturnType<typeof wireIncoming>

/** The door's look-up, actions and settings parts of incoming webhooks. */
export const wireIncoming = ({ db, seal, now, log }: Deps) => {
  const incoming = createIncomingWebhooks({ db, seal, now })
  const { received, refused } = createLastCall({ ...incoming, now, log })
  const hooks = createBriefCache({
    load: incoming.findForCall,
    lifeMs: (hook) => (hook ? LIFE_MS : UNKNOWN_LIFE_MS),
    now,
  })
  return {
    own: createIncomingActions({ list: incoming.list }),
    door: { hooks, refused, now },
    received,
    settings: { incoming },
  }
}
