// Opens one ticket per number, although not every desk can guarantee that: commits a marker before the call; a retry
// first looks for the ticket of the earlier attempt.

import type { TicketPriority } from '../../support/desk.ts'
import type { ActionCall } from '../action.ts'
import type { Made, Once } from '../once.ts'
import type { DeskTicket } from './ticket-link.ts'

export type OpenWish = {
  externalId: string
  subject: string
  description: string
  requesterEmail?: string | undefined
  requesterName?: string | undefined
  priority?: TicketPriority | undefined
  tags?: string[] | undefined
  /** Where the account has several desks. */
  deskId?: string | undefined
}

export type Opened = DeskTicket & { outcome: 'created' | 'found' }

export type OpenTicket = (call: ActionCall, wish: OpenWish) => Promise<Made<Opened>>

/** Throws what calls throw, and `effect_unsettled` while an earlier call may still be running. */
export const createOpenTicket =
  (once: Once): OpenTicket =>
  ({ locationId, context, support }, wish) => {
    const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined))
    return once({
      locationId,
      context,
      async find() {
        const { externalId, deskId } = wish
        const asked = { externalId, ...(deskId ? { deskId } : {}) }
        const found = (await support('support.tickets.find', asked)) as { ticket: DeskTicket | null; deskId: string }
        // A closed one is older: the one sought was opened just now.
        if (!found.ticket || found.ticket.status === 'closed') return undefined
        return { ...found.ticket, deskId: found.deskId, outcome: 'created' as const }
      },
      make: async () => (await support('support.tickets.create', given)) as Opened,
    })
  }
