// Wires connecting accounts to Rankr while the app is added in the CRM.

import { externalAuthRoutes } from '../http/modules/external-auth.ts'
import { createConnectAtInstall } from '../rankr/connect-at-install.ts'
import type { Relay } from '../relay/relay.ts'
import type { Audit } from '../store/audit.ts'
import type { Connections } from '../store/connections.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'
import { createPendingConnections } from '../store/pending-connections.ts'
import type { Seal } from '../store/seal.ts'
import type { wireRankr } from './rankr.ts'

type Deps = {
  db: Database
  seal: Seal
  audit: Audit
  connections: Connections
  installations: Installations
  rankr: Pick<ReturnType<typeof wireRankr>, 'verify'>
  relay: Pick<Relay, 'resume'>
  now: () => Date
}

/** The external authentication route's parts and its task. */
export const wireExternalAuth = ({ db, seal, rankr, relay, ...deps }: Deps) => {
  const connectAtInstall = createConnectAtInstall({
    ...deps,
    verify: rankr.verify,
    pending: createPendingConnections({ db, seal }),
    transaction: db.transaction,
    resume: relay.resume,
  })
  return {
    routes: externalAuthRoutes({ connectAtInstall }),
    task: connectAtInstall.task,
    installed: connectAtInstall.installed,
  }
}
