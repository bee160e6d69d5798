// The list of a company's accounts, shown when the page was opened for the whole company. Choosing one opens the page again
// for it; session.ts then checks that it belongs to the company.

import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { InstallationReader } from './deps.ts'

/** Makes the reply for a company's session: its installed locations, by name. */
export const createAccountsScreen =
  ({ installations }: { installations: InstallationReader }) =>
  async (session: Session): Promise<Reply> => {
    const all = await installations.locationsOf(session.companyId ?? session.locationId)
    const accounts = all
      .filter(({ status }) => status !== 'uninstalled')
      .map(({ tenantId, name, status, installedAt }) => ({ id: tenantId, name, status, installedAt }))
      .sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id))
    return view('screens/accounts', { accounts, isAdmin: session.role === 'admin' })
  }
