// Re-reads tickets from a location's desks, where the desks can be read. Read-only.

import { accessIn, type Desks, noting, type OpenDesk } from './client.ts'
import type { Ticket } from './desk.ts'

type Deps = { desks: Desks; open: OpenDesk }

/** Answers those that are there; undefined when the desk cannot be asked. Throws support_*. */
export const createReadTickets = ({ desks, open }: Deps) => {
  const accessOf = accessIn(desks)
  return async (of: { locationId: string; deskId: string; ticketIds: string[] }): Promise<Ticket[] | undefined> => {
    const { locationId, deskId, ticketIds } = of
    const { getAll } = open(await accessOf(locationId, deskId))
    return getAll && (await noting(desks, { locationId, deskId }, () => getAll(ticketIds)))
  }
}
