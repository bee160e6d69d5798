// The list of a company's accounts, to choose one for the portal's screens.

import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { InstallationReader } from '../ui/deps.ts'

/** The reply for a company's session: its installed accounts, by name. */
export const createChooseAccount =
  ({ installations }: { installations: Pick<InstallationReader, 'locationsOf'> }) =>
  async ({ companyId, locationId }: Session): Promise<Reply> => {
    const all = await installations.locationsOf(companyId ?? locationId)
    const accounts = all
      .filter(({ status }) => status !== 'uninstalled')
      .map(({ tenantId, name, status }) => ({ id: tenantId, name, status }))
      .sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id))
    return view('portal/accounts', { accounts })
  }
